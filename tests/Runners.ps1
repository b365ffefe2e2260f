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

# The words that choose unit tests by what may go on beside them (BesideAttribute.cs says it). A test that says nothing, and one that
# says what is not known here, is among the first: none is left out.
function Get-XunitFilter([ValidateSet('Files', 'Sessions', 'Everybody', 'Nobody')] [string] $Company) {
    if ($Company -eq 'Files') {
        'Sessions', 'Everybody', 'Nobody' | ForEach-Object { '-trait-', "Beside=$_" }
    }
    else {
        '-trait', "Beside=$Company"
    }
}

function Get-XunitName($Project, [string] $Company) {
    @($Project.BaseName; $Company).Where({ $_ }) -join '.'
}

function Get-XunitCommand($Project, [string] $Company) {
    $file = Join-Path $results "$(Get-XunitName $Project $Company).trx"
    @('dotnet', "$($Project.DirectoryName)/bin/Release/net10.0/$($Project.BaseName).dll", '-noLogo', '-noColor', '-result-trx', $file
        if ($Company) { Get-XunitFilter $Company })
}

# All tests of a project, or those of a company.
function Invoke-XunitTest($Project, [string] $Company) {
    $program, $words = Get-XunitCommand $Project $Company
    & $program $words | Out-Host
    Get-XunitResult (Get-XunitName $Project $Company) $LASTEXITCODE
}

function Start-XunitBeside($Project, [string] $Company) {
    Start-Beside (Get-XunitName $Project $Company) (Get-XunitCommand $Project $Company)
}

function Receive-XunitBeside($Project, [string] $Company, $Process) {
    $name = Get-XunitName $Project $Company
    Get-XunitResult $name (Wait-Beside $name $Process)
}

# What a run that has ended left in its result file.
function Get-XunitResult([string] $Name, [int] $ExitCode) {
    $file = Join-Path $results "$Name.trx"
    if (-not (Test-Path -LiteralPath $file)) {
        return New-TestResult -Broken "${Name}: no result file"
    }

    $run = ([xml](Get-Content -LiteralPath $file -Raw)).TestRun
    $tests = @($run.SelectNodes("//*[local-name()='UnitTestResult']"))
    $failed = @($tests | Where-Object outcome -EQ Failed).Count
    $skipped = @($tests | Where-Object outcome -NotIn Passed, Failed | ForEach-Object {
            $why = $_.SelectSingleNode(".//*[local-name()='Message' or local-name()='StdOut']")
            if ($why) { "$($_.testName): $($why.InnerText)" } else { $_.testName }
        })
    $broken = @(
        if ($ExitCode -ne 0 -and $failed -eq 0) { "${Name}: ended with exit code $ExitCode" }
        if ($tests.Count -eq 0) { "${Name}: no tests" }
    )
    New-TestResult @($tests | Where-Object outcome -EQ Passed).Count $failed $skipped $broken
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

# Starts a command that runs beside the tests in front. They have deadlines, and processes of others to keep still: it takes what they
# leave of the processors.
function Start-Beside([string] $Name, [string[]] $Command) {
    $words = @('-n', '5') + $Command | ForEach-Object { "`"$_`"" }
    Start-Process nice $words -PassThru -RedirectStandardOutput (Join-Path $results "$Name.txt") -RedirectStandardError (Join-Path $results "$Name.errors.txt")
}

# Waits for it, prints what it said and returns its exit code.
function Wait-Beside([string] $Name, $Process) {
    $Process.WaitForExit()
    Get-Content -LiteralPath (Join-Path $results "$Name.txt"), (Join-Path $results "$Name.errors.txt") | Out-Host
    $Process.ExitCode
}

function Start-TestBeside {
    Start-Beside PesterBeside 'pwsh', '-NoProfile', '-NonInteractive', '-File', 'build.ps1', 'TestBeside'
}

function Receive-TestBeside($Process) {
    $exitCode = Wait-Beside PesterBeside $Process
    if (Test-Path -LiteralPath (Get-BesideFile)) {
        return Import-Clixml -LiteralPath (Get-BesideFile)
    }

    New-TestResult -Broken "PesterBeside: ended with exit code $exitCode and no result"
}

# In front one after the other, so that nobody counts or waits for what another stages. Beside them, and before what waits for nobody, goes
# what has work for a processor: the sessions of Pester first, then what goes beside anything, while those in front mostly wait for deadlines.
# $Native is the making of the native command, which unit tests start.
function Invoke-EveryTest($Native) {
    $unit, $others = (Get-XunitProject).Where({ $_.BaseName -eq 'LinuxMem.Unit' }, 'Split')
    $unit = $unit[0]
    # What runs beside makes the module folder anew, which is looked at in Hosting.
    $others | ForEach-Object { Invoke-XunitTest $_ }
    $pester = Start-TestBeside
    Wait-TestedCommand $Native
    Invoke-XunitTest $unit Sessions
    Receive-TestBeside $pester
    $everybody = Start-XunitBeside $unit Everybody
    Invoke-XunitTest $unit Files
    Receive-XunitBeside $unit Everybody $everybody
    Invoke-XunitTest $unit Nobody
    Invoke-PesterTest Pester (Get-PesterFile)
}
