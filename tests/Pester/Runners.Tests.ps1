#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeAll {
    . $PSScriptRoot/../Runners.ps1
    $results = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)"
    $null = New-Item -ItemType Directory $results

    # As a runner hands over what it counted: itself, or from a session beside.
    function Send-Result($Result, [bool] $Beside) {
        if (-not $Beside) {
            return $Result
        }

        $Result | Export-Clixml -LiteralPath (Join-Path $results result.clixml)
        Import-Clixml -LiteralPath (Join-Path $results result.clixml)
    }

    function Get-Total([object[]] $Result) {
        $said = Show-TestTotal $Result 6>&1
        [pscustomobject]@{ Succeeded = $said[-1]; Lines = @($said | Select-Object -SkipLast 1 | ForEach-Object { "$_" }) }
    }
}

AfterAll {
    Remove-Item -LiteralPath $results -Recurse -Force
}

Describe 'The total of all runners' -ForEach @{ Beside = $false }, @{ Beside = $true } {
    It 'is a success where tests passed and nothing broke (beside: <Beside>)' {
        $total = Get-Total (New-TestResult 2), (Send-Result (New-TestResult 3 -Skipped 'a: needs b') $Beside)
        $total.Lines | Should -Be 'skipped: a: needs b', '5 passed, 0 failed, 1 skipped'
        $total.Succeeded | Should -BeTrue
    }

    It 'is none where a test failed (beside: <Beside>)' {
        $total = Get-Total (New-TestResult 2), (Send-Result (New-TestResult 3 1) $Beside)
        $total.Lines | Should -Be '5 passed, 1 failed, 0 skipped'
        $total.Succeeded | Should -BeFalse
    }

    It 'is none where a runner broke, and says which (beside: <Beside>)' {
        $total = Get-Total (New-TestResult 2), (Send-Result (New-TestResult 3 -Broken 'Pester: broke') $Beside)
        $total.Lines | Should -Be 'broken: Pester: broke', '5 passed, 0 failed, 0 skipped'
        $total.Succeeded | Should -BeFalse
    }

    It 'is none where no test was run (beside: <Beside>)' {
        (Get-Total (New-TestResult), (Send-Result (New-TestResult) $Beside)).Succeeded | Should -BeFalse
    }
}
