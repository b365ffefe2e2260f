# The runners of all tests, and their total; build.ps1 calls them after it has built. $results is the folder for their result files.

# What one runner counted. Lists even where they are empty: what a session beside sends here in a file keeps a list with
# nothing in it, but turns "no value" into an object.
function New-TestResult([int] $Passed, [int] $Failed, [string[]] $Skipped = @(), [string[]] $Broken = @()) {
    [pscustomobject]@{ Passed = $Passed; Failed = $Failed; Skipped = $Skipped; Broken = $Broken }
}

# Prints what was skipped, what broke and the line that counts all; returns whether that is a success.
function Show-TestTotal([object[]] $Result) {
    $passed = ($Result | Measure-Object Passed -Sum).Sum
    $failed = ($Result | Measure-Object Failed -Sum).Sum
    $skipped = @($Result | ForEach-Object { $_.Skipped })
    $broken = @($Result | ForEach-Object { $_.Broken })
    $skipped | ForEach-Object { Write-Information "skipped: $_" }
    $broken | ForEach-Object { Write-Information "broken: $_" }
    Write-Information "$passed passed, $failed failed, $($skipped.Count) skipped"
    $failed -eq 0 -and $broken.Count -eq 0 -and $passed -gt 0
}

function Get-XunitProject {
    Get-Item tests/*/*.csproj | Where-Object { Select-String -LiteralPath $_ -SimpleMatch xunit.v3 -Quiet }
}

function Invoke-XunitTest($Projects) {
    foreach ($project in $Projects) {
        $file = Join-Path $results "$($project.BaseName).trx"
        dotnet "$($project.DirectoryName)/bin/Release/net10.0/$($project.BaseName).dll" -noLogo -noColor -result-trx $file | Out-Host
        $ended = $LASTEXITCODE
        if (-not (Test-Path -LiteralPath $file)) {
            New-TestResult -Broken "$($project.BaseName): no result file"
            continue
        }

        $run = ([xml](Get-Content -LiteralPath $file -Raw)).TestRun
        $tests = @($run.SelectNodes("//*[local-name()='UnitTestResult']"))
        $failed = @($tests | Where-Object outcome -EQ Failed).Count
        $skipped = @($tests | Where-Object outcome -NotIn Passed, Failed | ForEach-Object {
                $why = $_.SelectSingleNode(".//*[local-name()='Message' or local-name()='StdOut']")
                if ($why) { "$($_.testName): $($why.InnerText)" } else { $_.testName }
            })
        $broken = @(if ($ended -ne 0 -and $failed -eq 0) { "$($project.BaseName): ended with exit code $ended" })
        New-TestResult @($tests | Where-Object outcome -EQ Passed).Count $failed $skipped $broken
    }
}

# Why a Pester test was skipped: what its tags, and those of the blocks around it, say that it needs.
function Get-SkipReason($Test) {
    $needs = @(for ($at = $Test; $at; $at = if ($at.PSObject.Properties['Block']) { $at.Block } else { $at.Parent }) { @($at.Tag) -like 'needs *' })
    @($needs | Select-Object -Unique; $Test.ErrorRecord | ForEach-Object { "$_" }) -join ', '
}

# Some files say that other tests do not disturb them, nor they others: these have a session of their own meanwhile.
function Get-PesterFile([switch] $Beside) {
    Get-ChildItem tests/Pester/*.Tests.ps1 | Where-Object { $Beside -eq (Select-String -LiteralPath $_ -SimpleMatch '# Runs beside other tests.' -Quiet) } | ForEach-Object FullName
}

function Invoke-PesterTest([string] $Name, [string[]] $Path) {
    Invoke-DotNet 'restore', 'tests/Pester', '-v', 'quiet'
    $packages, $version = (dotnet msbuild tests/Pester -getProperty:NuGetPackageRoot -getProperty:PesterVersion | ConvertFrom-Json).Properties |
        ForEach-Object { $_.NuGetPackageRoot, $_.PesterVersion }
    Import-Module (Join-Path $packages "pester/$version/tools/Pester.psd1")
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Path
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputPath = Join-Path $results "$Name.xml"
    $run = Invoke-Pester -Configuration $configuration
    $skipped = @($run.Tests | Where-Object Result -In Skipped, NotRun, Inconclusive | ForEach-Object { "$($_.ExpandedPath): $(Get-SkipReason $_)" })
    $broken = @(if ($run.FailedContainersCount -or $run.FailedBlocksCount) { "$Name`: a file or block failed outside its tests" })
    New-TestResult $run.PassedCount $run.FailedCount $skipped $broken
}

# What the session beside counted comes in a file.
function Get-BesideFile {
    Join-Path $results 'PesterBeside.clixml'
}

function Invoke-TestBeside {
    Invoke-PesterTest PesterBeside (Get-PesterFile -Beside) | Export-Clixml -LiteralPath (Get-BesideFile)
}

function Start-TestBeside {
    Start-Process pwsh '-NoProfile', '-NonInteractive', '-File', 'build.ps1', 'TestBeside' -PassThru -RedirectStandardOutput (Join-Path $results 'PesterBeside.txt') -RedirectStandardError (Join-Path $results 'PesterBeside.errors.txt')
}

function Receive-TestBeside($Process) {
    $Process.WaitForExit()
    Get-Content -LiteralPath (Join-Path $results 'PesterBeside.txt'), (Join-Path $results 'PesterBeside.errors.txt') | Out-Host
    if (Test-Path -LiteralPath (Get-BesideFile)) {
        return Import-Clixml -LiteralPath (Get-BesideFile)
    }

    New-TestResult -Broken "PesterBeside: ended with exit code $($Process.ExitCode) and no result"
}

function Invoke-EveryTest {
    # What runs beside makes the module folder anew, which is looked at in Hosting.
    $hosting, $others = (Get-XunitProject).Where({ $_.BaseName -eq 'LinuxMem.Hosting' }, 'Split')
    Invoke-XunitTest $hosting
    $beside = Start-TestBeside
    Invoke-XunitTest $others
    Invoke-PesterTest Pester (Get-PesterFile)
    Receive-TestBeside $beside
}
