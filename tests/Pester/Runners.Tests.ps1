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

Describe 'Unit tests, by what may go on beside them' {
    BeforeAll {
        $source = Get-Content -LiteralPath $PSScriptRoot/../Unit/BesideAttribute.cs -Raw
        $words = @([regex]::Matches($source.Substring($source.IndexOf('enum Company')), '(?m)^    (\w+),') | ForEach-Object { $_.Groups[1].Value })
    }

    It 'are chosen by the words that a class may say, and are without one among those of files' {
        $words | Sort-Object | Should -Be 'Everybody', 'Files', 'Nobody', 'Sessions'
        foreach ($word in $words -ne 'Files') {
            Get-XunitFilter $word | Should -Be '-trait', "Beside=$word"
        }

        @(Get-XunitFilter Files) -ne '-trait-' | Sort-Object | Should -Be ($words -ne 'Files' | ForEach-Object { "Beside=$_" } | Sort-Object)
    }

    It 'are all run, each of them once' {
        $ran = [System.Collections.Generic.List[string]]::new()
        function Get-XunitProject { [pscustomobject]@{ BaseName = 'LinuxMem.Hosting' }, [pscustomobject]@{ BaseName = 'LinuxMem.Unit' } }
        function Invoke-XunitTest($Project, $Company) { $ran.Add("$($Project.BaseName) $Company".Trim()) }
        function Start-XunitBeside($Project, $Company) { $ran.Add("$($Project.BaseName) $Company"); $Company }
        function Receive-XunitBeside($Project, $Company, $Process) { $Process | Should -Be $Company }
        function Start-TestBeside { $ran.Add('Pester beside') }
        function Receive-TestBeside { $ran.Add('its end') }
        function Wait-TestedCommand($Process) { $Process | Should -Be 'native' }
        function Invoke-PesterTest($Name) { $ran.Add($Name) }

        Invoke-EveryTest native

        $ran -like 'LinuxMem.Unit *' | Sort-Object | Should -Be @($words | ForEach-Object { "LinuxMem.Unit $_" } | Sort-Object)
        $ran.IndexOf('LinuxMem.Unit Files') | Should -BeGreaterThan $ran.IndexOf('its end') -Because 'no session looks at the processes that these stage'
        $ran[-2..-1] | Should -Be 'LinuxMem.Unit Nobody', 'Pester'
        $ran | Should -Contain 'LinuxMem.Hosting'
    }
}
