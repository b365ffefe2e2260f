#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsAnalyzer = Get-Need 'the module PSScriptAnalyzer' (Get-Module PSScriptAnalyzer -ListAvailable)
    $root = (Get-Item (Join-Path $PSScriptRoot '../..')).FullName
    $scripts = @(
        Get-Item "$root/build.ps1", "$root/out/LinuxMem/LinuxMem.psd1"
        Get-ChildItem "$root/src", "$root/tests", "$root/bench", "$root/docs" -Recurse -Include *.ps1, *.psm1, *.psd1 -ErrorAction Ignore |
            Where-Object FullName -NotMatch '/(bin|obj|out)/'
    ) | ForEach-Object { @{ Name = [IO.Path]::GetRelativePath($root, $_.FullName); Path = $_.FullName } }
}

Describe 'PSScriptAnalyzer, default rules' @needsAnalyzer {
    BeforeAll {
        Import-Module PSScriptAnalyzer
    }

    It 'has nothing to say about <Name>' -ForEach $scripts {
        # All files are UTF-8 without a mark, as PowerShell 7 reads and writes them. In a test file, Pester hands the
        # variables of one block, and parameters, to the next, which the analyzer cannot see.
        $left = @('PSUseBOMForUnicodeEncodedFile') + @(if ($Name -like 'tests/Pester/*' -or $Name -like '*.Tests.ps1') { 'PSUseDeclaredVarsMoreThanAssignments', 'PSReviewUnusedParameter' })
        $findings = Invoke-ScriptAnalyzer -Path $Path -ExcludeRule $left
        $findings | ForEach-Object { "line $($_.Line): $($_.RuleName): $($_.Message)" } | Should -BeNullOrEmpty
    }
}
