#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
    $noFrames = try { $null = Get-MemGroup -SplitPid $PID -WarningAction Ignore; $false } catch { $true }
}

Describe 'docs/examples/MemoryLimits.Tests.ps1' -Skip:$noFrames {
    BeforeAll {
        Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
        # In a session of its own: Pester does not run within itself.
        function Invoke-Limit($Limits) {
            $env:LINUXMEM_TEST_MODULES = (Get-Item (Join-Path $PSScriptRoot '../../out')).FullName
            $env:LINUXMEM_TEST_FILE = (Get-Item (Join-Path $PSScriptRoot '../../docs/examples/MemoryLimits.Tests.ps1')).FullName
            $env:LINUXMEM_TEST_LIMITS = $Limits | ConvertTo-Json
            try {
                pwsh -NoProfile -NonInteractive -Command {
                    $env:PSModulePath = $env:LINUXMEM_TEST_MODULES + ':' + $env:PSModulePath
                    $container = New-PesterContainer -Path $env:LINUXMEM_TEST_FILE -Data ($env:LINUXMEM_TEST_LIMITS | ConvertFrom-Json -AsHashtable)
                    $run = Invoke-Pester -Container $container -Output None -PassThru -WarningAction Ignore
                    $run.Tests | ForEach-Object { [pscustomobject]@{ Name = $_.ExpandedName; Result = $_.Result; Message = "$($_.ErrorRecord)" } }
                } -OutputFormat Xml
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
        $tests = Invoke-Limit @{ UserLimit = [long]::MaxValue; PercentLimit = 100; TmpfsLimit = 100 } | Where-Object Name -NotLike 'no segment*'
        $tests | Where-Object Result -NE Passed | ForEach-Object { "$($_.Name): $($_.Message)" } | Should -BeNullOrEmpty
        $tests.Name | Should -Contain 'all processes together leave enough'
    }

    It 'names who is over the limit' {
        if (-not (Get-Command setpriv -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'there is no setpriv'
            return
        }

        $sleeper = Start-Process setpriv -ArgumentList '--reuid', '4000123', '--clear-groups', 'sleep', '600' -PassThru
        try {
            while ((Get-MemProcess -ListOnly -Id $sleeper.Id).Comm -ne 'sleep') { Start-Sleep -Milliseconds 10 }
            $tests = Invoke-Limit @{ UserLimit = 1; PercentLimit = 0 }
            $user = @($tests | Where-Object Name -Like '*4000123*')
            $user | Should -HaveCount 1
            $user[0].Result | Should -Be 'Failed'
            $user[0].Message | Should -Match 'Expected the actual value to be less than or equal to 1, but got \d+'
            ($tests | Where-Object Name -EQ 'all processes together leave enough').Result | Should -Be 'Failed'
        }
        finally {
            $sleeper.Kill()
        }
    }
}
