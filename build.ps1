#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, runs, tests and packages LinuxMem. Needs the .NET 10 SDK; Pester 5 for the tests of the cmdlets.
.PARAMETER Task
Build: everything, and the module folder out/LinuxMem.
Run: builds what it needs, then shows the memory of this machine by user.
Test: all tests there are; the last line counts them.
Package: out/LinuxMem (the PowerShell module), out/LinuxMem.VERSION.nupkg (the same for the PowerShell Gallery)
and out/linuxmem (one file that needs no .NET).
Install: puts the module into a folder where Import-Module finds it.
Bench: packages, then measures against the kernel's own speed.
.PARAMETER Scope
Install for the current user or for all users.
.PARAMETER ArgumentList
What the benchmark is to measure; '--help' tells what can be asked for.
.EXAMPLE
./build.ps1 Bench dense forked --runs 7 --json figures.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateSet('Build', 'Run', 'Test', 'Package', 'Install', 'Bench')]
    [string] $Task,

    [ValidateSet('CurrentUser', 'AllUsers')]
    [string] $Scope = 'CurrentUser',

    [Parameter(ValueFromRemainingArguments)]
    [string[]] $ArgumentList = @()
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$InformationPreference = 'Continue'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = 1
$env:DOTNET_NOLOGO = 1
Set-Location -LiteralPath $PSScriptRoot
if ([Console]::IsOutputRedirected) {
    $PSStyle.OutputRendering = 'PlainText'
}

$results = Join-Path $PSScriptRoot 'out/TestResults'

function Invoke-DotNet([string[]] $Argument) {
    dotnet $Argument | Out-Host
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($Argument[0]) ended with exit code $LASTEXITCODE"
    }
}

function Invoke-XunitTest {
    Remove-Item -LiteralPath $results -Recurse -Force -ErrorAction Ignore
    foreach ($project in Get-Item tests/*/*.csproj | Where-Object { Select-String -LiteralPath $_ -SimpleMatch Microsoft.NET.Test.Sdk -Quiet }) {
        $file = Join-Path $results "$($project.BaseName).trx"
        dotnet test $project -c Release --no-build --results-directory $results --logger "trx;LogFileName=$($project.BaseName).trx" | Out-Host
        $ended = $LASTEXITCODE
        if (-not (Test-Path -LiteralPath $file)) {
            [pscustomobject]@{ Passed = 0; Failed = 0; Skipped = @(); Broken = "$($project.Name): no result file" }
            continue
        }

        $run = ([xml](Get-Content -LiteralPath $file -Raw)).TestRun
        $counters = $run.ResultSummary.Counters
        [pscustomobject]@{
            Passed  = [int]$counters.passed
            Failed  = [int]$counters.executed - [int]$counters.passed
            Skipped = @($run.SelectNodes("//*[local-name()='UnitTestResult' and @outcome='NotExecuted']") | ForEach-Object {
                    $why = $_.SelectSingleNode(".//*[local-name()='Message']")
                    if ($why) { "$($_.testName): $($why.InnerText)" } else { $_.testName }
                })
            Broken  = if ($ended -ne 0 -and $counters.executed -eq $counters.passed) { "$($project.Name): dotnet test ended with exit code $ended" }
        }
    }
}

function Invoke-PesterTest {
    if (-not (Get-Module Pester -ListAvailable | Where-Object Version -GE ([version] '5.0'))) {
        Write-Information 'Pester: not run, no module Pester 5'
        return
    }

    Import-Module Pester -MinimumVersion 5.0
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = 'tests/Pester'
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $run = Invoke-Pester -Configuration $configuration
    [pscustomobject]@{
        Passed  = $run.PassedCount
        Failed  = $run.FailedCount
        Skipped = @($run.Tests | Where-Object { $_.Result -in 'Skipped', 'NotRun', 'Inconclusive' } | ForEach-Object { "$($_.ExpandedPath)" })
        Broken  = if ($run.FailedContainersCount -or $run.FailedBlocksCount) { 'Pester: a file or block failed outside its tests' }
    }
}

$rid = "linux-$([System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString().ToLowerInvariant())"

function Invoke-Package {
    Invoke-DotNet 'build', 'src/LinuxMem.PS', '-c', 'Release', '-v', 'quiet', '-clp:NoSummary'
    Remove-Item -Path out/LinuxMem.*.nupkg
    Invoke-DotNet 'pack', 'src/LinuxMem.PS', '-c', 'Release', '--no-build', '-o', 'out', '-v', 'quiet', '-clp:NoSummary'
    Invoke-DotNet 'publish', 'src/LinuxMem.Cli', '-c', 'Release', '-r', $rid, '-o', 'out', '-v', 'quiet', '-clp:NoSummary'
    Get-Item out/linuxmem, out/LinuxMem.*.nupkg, out/LinuxMem/* | Format-Table Length, FullName | Out-Host
}

function Invoke-Test {
    Invoke-DotNet 'build', 'LinuxMem.slnx', '-c', 'Release', '-v', 'quiet', '-clp:NoSummary'
    $all = @(Invoke-XunitTest) + @(Invoke-PesterTest)
    $passed = ($all | Measure-Object Passed -Sum).Sum
    $failed = ($all | Measure-Object Failed -Sum).Sum
    $skipped = @($all | ForEach-Object { $_.Skipped })
    $broken = @($all | ForEach-Object { $_.Broken } | Where-Object { $_ })
    $skipped | ForEach-Object { Write-Information "skipped: $_" }
    $broken | ForEach-Object { Write-Information $_ }
    Write-Information "$passed passed, $failed failed, $($skipped.Count) skipped"
    if ($failed -or $broken -or $passed -eq 0) {
        exit 1
    }
}

function Install-LinuxMem([string] $Scope) {
    $modules = if ($Scope -eq 'AllUsers') {
        '/usr/local/share/powershell/Modules'
    } else {
        # As PowerShell finds the folder itself, also where HOME or XDG_DATA_HOME is set for this run only.
        $data = if ($env:XDG_DATA_HOME) { $env:XDG_DATA_HOME } else { Join-Path $HOME '.local/share' }
        Join-Path $data 'powershell/Modules'
    }

    $version = (Import-PowerShellDataFile LinuxMem.psd1).ModuleVersion
    $folder = Join-Path $modules "LinuxMem/$version"
    # A running session has the old files mapped: they are replaced, not overwritten.
    $new = "$folder.new"
    Remove-Item -LiteralPath $new -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Path $new -Force
    Copy-Item -Path out/LinuxMem/* -Destination $new -Recurse
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction Ignore
    Move-Item -LiteralPath $new -Destination $folder
    Write-Information "LinuxMem $version is installed in $folder"
    if (($env:PSModulePath -split ':') -notcontains $modules) {
        Write-Information "Import-Module LinuxMem does not look there: add $modules to PSModulePath"
    }
}

if ($ArgumentList -and $Task -ne 'Bench') {
    throw "The task $Task takes no arguments: $ArgumentList"
}

switch ($Task) {
    Build {
        Invoke-DotNet 'build', 'LinuxMem.slnx', '-c', 'Release', '-v', 'quiet', '-clp:NoSummary'
    }
    Run {
        Invoke-DotNet 'build', 'src/LinuxMem.PS', '-c', 'Release', '-v', 'quiet', '-clp:NoSummary'
        Import-Module ./out/LinuxMem
        # Wide enough for all columns where the output is no terminal.
        $width = [Math]::Max(160, $Host.UI.RawUI.WindowSize.Width)
        Get-MemGroup -SplitUid | Format-Table | Out-String -Width $width | ForEach-Object Trim
    }
    Test {
        Invoke-Test
    }
    Package {
        Invoke-Package
    }
    Install {
        Invoke-DotNet 'build', 'src/LinuxMem.PS', '-c', 'Release', '-v', 'quiet', '-clp:NoSummary'
        Install-LinuxMem -Scope $Scope
    }
    Bench {
        if ($ArgumentList -and $ArgumentList[0] -eq 'framesets') {
            dotnet run --project bench/FrameSets -c Release -- @($ArgumentList | Select-Object -Skip 1)
        }
        else {
            Invoke-Package
            Invoke-DotNet 'build', 'bench/EmptyModule', '-c', 'Release', '-o', 'out/bench/EmptyModule', '-v', 'quiet', '-clp:NoSummary'
            Invoke-DotNet 'publish', 'bench/EmptyProgram', '-c', 'Release', '-r', $rid, '-o', 'out/bench/EmptyProgram', '-v', 'quiet', '-clp:NoSummary'
            Invoke-DotNet 'build', 'bench/LinuxMem.Bench', '-c', 'Release', '-v', 'quiet', '-clp:NoSummary'
            bench/LinuxMem.Bench/bin/Release/net10.0/LinuxMem.Bench @ArgumentList
        }

        exit $LASTEXITCODE
    }
}
