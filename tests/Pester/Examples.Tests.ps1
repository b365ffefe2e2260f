#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

Describe 'docs/examples/MemoryLimits.Tests.ps1' @needsFrames {
    BeforeAll {
        . $PSScriptRoot/Surroundings.ps1
        Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
        # In a session of its own: Pester does not run within itself.
        function Invoke-Limit($Limits) {
            $env:LINUXMEM_TEST_MODULES = (Get-Item (Join-Path $PSScriptRoot '../../out')).FullName
            $env:LINUXMEM_TEST_FILE = (Get-Item (Join-Path $PSScriptRoot '../../docs/examples/MemoryLimits.Tests.ps1')).FullName
            $env:LINUXMEM_TEST_PESTER = Join-Path (Get-Module Pester).ModuleBase Pester.psd1
            $env:LINUXMEM_TEST_LIMITS = $Limits | ConvertTo-Json
            try {
                Invoke-Pwsh {
                    $env:PSModulePath = $env:LINUXMEM_TEST_MODULES + ':' + $env:PSModulePath
                    Import-Module $env:LINUXMEM_TEST_PESTER
                    $container = New-PesterContainer -Path $env:LINUXMEM_TEST_FILE -Data ($env:LINUXMEM_TEST_LIMITS | ConvertFrom-Json -AsHashtable)
                    $run = Invoke-Pester -Container $container -Output None -PassThru -WarningAction Ignore 3>$null
                    $run.FailedContainers | ForEach-Object { [Console]::Error.WriteLine("$($_.ErrorRecord)") }
                    ConvertTo-Json @($run.Tests | ForEach-Object { [pscustomobject]@{ Name = $_.ExpandedName; Result = $_.Result; Message = "$($_.ErrorRecord)" } })
                } | ConvertFrom-Json
            }
            finally {
                Remove-Item Env:LINUXMEM_TEST_*
            }
        }
    }

    AfterAll {
        Remove-Module LinuxMem -ErrorAction Ignore
    }

    It 'passes where the limits are wide' {
        $tests = Invoke-Limit @{ UserLimit = [long]::MaxValue; UnheldLimit = [long]::MaxValue; PercentLimit = 100; TmpfsLimit = 100 } | Where-Object Name -NotLike 'no segment*'
        $tests | Where-Object Result -NE Passed | ForEach-Object { "$($_.Name): $($_.Message)" } | Should -BeNullOrEmpty
        $tests.Name | Should -Contain 'all processes together leave enough'
    }

    It 'names who is over the limit' @needsRights {
        $sleeper = Start-Process setpriv -ArgumentList '--reuid', '4000123', '--clear-groups', 'sleep', '600' -PassThru
        try {
            Wait-Until 'setpriv becomes sleep' { (Get-MemProcess -ListOnly -Id $sleeper.Id).Comm -eq 'sleep' }
            $tests = Invoke-Limit @{ UserLimit = 1; PercentLimit = 0 }
            $user = @($tests | Where-Object Name -Like '*4000123*')
            $user | Should -HaveCount 1
            $user[0].Result | Should -Be 'Failed'
            $user[0].Message | Should -Match 'Expected the actual value to be less than or equal to 1, because ending it would free \d+ bytes, but got \d+'
            ($tests | Where-Object Name -EQ 'all processes together leave enough').Result | Should -Be 'Failed'
        }
        finally {
            $sleeper.Kill()
        }
    }
}
