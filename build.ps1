#!/usr/bin/env pwsh

<#
.SYNOPSIS
Builds, runs, tests and packages LinuxMem. Needs the .NET 10 SDK and PowerShell 7.6 (build.sh installs it under out/).
.PARAMETER Task
build: everything, and the module folder out/LinuxMem.
run: builds what it needs, then shows the memory of this machine by user.
test: all tests there are; the last line counts them.
testbeside: the part of the tests that test runs beside the others; of what was built before.
package: out/LinuxMem (the PowerShell module), out/LinuxMem.VERSION.nupkg (the same for the PowerShell Gallery)
and out/linuxmem (one native file that needs no .NET).
install: puts the module into a folder where Import-Module finds it.
checkrelease: whether a tag, the manifest, the changelog and (if given) the address of the repository agree: what a release needs.
release: what package made, as files of a release with their checksums, in out/release.
publish: sends the package in out/release to the PowerShell Gallery, with the key in PSGALLERY_API_KEY, or with -WhatIf only
checks it.
bench: packages, then measures against the kernel's own speed; 'bench --help' tells what can be asked for. 'bench order' finds the
order of the methods of linuxmem (CONTRIBUTING.md).
help: this text.
.PARAMETER Scope
install: for the current user or for all users.
.PARAMETER Architecture
package: the processor that linuxmem is compiled for. For another than this machine's it needs clang, lld and the C
library of that processor (on Debian gcc-aarch64-linux-gnu and libc6-dev-arm64-cross), and comes as out/linux-arm64/linuxmem.
.PARAMETER Repository
publish: the name of another repository of PSResourceGet than the Gallery.
.PARAMETER WhatIf
publish: checks everything, and sends nothing.
.PARAMETER ArgumentList
bench: what is to be measured. checkrelease: the tag, and the address of the repository.
.EXAMPLE
./build.sh run
.EXAMPLE
./build.sh package -Architecture arm64
.EXAMPLE
./build.sh bench dense forked --runs 7 --json figures.json
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Run', 'Test', 'TestBeside', 'Package', 'Install', 'CheckRelease', 'Release', 'Publish', 'Bench', 'Help')]
    [string] $Task = 'Help',

    [ValidateSet('CurrentUser', 'AllUsers')]
    [string] $Scope = 'CurrentUser',

    [ValidateSet('x64', 'arm64')]
    [string] $Architecture = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString().ToLowerInvariant(),

    [string] $Repository = 'PSGallery',

    [switch] $WhatIf,

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
$releaseFolder = Join-Path $PSScriptRoot 'out/release'
$machine = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString().ToLowerInvariant()

. $PSScriptRoot/tests/Runners.ps1

function Invoke-DotNet([string[]] $Argument) {
    dotnet $Argument | Out-Host
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($Argument[0]) ended with exit code $LASTEXITCODE"
    }
}

# One compiler for all projects, also where the environment has MSBuild keep no processes: started anew for each of them, it takes most of the time.
$quiet = '-c', 'Release', '-v', 'quiet', '-clp:NoSummary', '-p:UseSharedCompilation=true'

function Invoke-Build([string] $Project, [string[]] $Argument) {
    Invoke-DotNet (@('build', $Project) + $quiet + $Argument)
}

function Get-PublishCommand([string] $Project, [string] $Runtime, [string[]] $Argument) {
    @('dotnet', 'publish', $Project, '-r', $Runtime) + $quiet + $Argument
}

function Invoke-Publish([string] $Project, [string] $Runtime, [string[]] $Argument) {
    Invoke-DotNet (Get-PublishCommand $Project $Runtime $Argument | Select-Object -Skip 1)
}

# The module folder, ready for Import-Module: out/LinuxMem. The analyzers see all code in the build of the solution; the same code
# for this processor is not shown to them again. Always so: what was built with them is compiled anew for whoever comes without.
function Publish-Module {
    Invoke-Publish src/LinuxMem.PS "linux-$machine" '-p:RunAnalyzers=false'
}

# Whether the C compiler that native compilation needs is there and finds its C library.
function Test-CCompiler {
    $compiler = Get-Command clang, gcc -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $compiler) {
        return $false
    }

    'int main(void) { return 0; }' | & $compiler -x c -o /dev/null - 2>&1 | Out-Null
    $LASTEXITCODE -eq 0
}

function Publish-Command([string] $Architecture) {
    $runtime = "linux-$Architecture"
    if ($Architecture -ne $machine) {
        $target = @{ x64 = 'x86_64'; arm64 = 'aarch64' }[$Architecture]
        Invoke-Publish src/LinuxMem.Cli $runtime '-o', "out/$runtime", "-p:ObjCopyName=$target-linux-gnu-objcopy"
        return Get-Item "out/$runtime/linuxmem"
    }

    if (Test-CCompiler) {
        Invoke-Publish src/LinuxMem.Cli $runtime '-o', 'out'
    }
    else {
        Write-Information 'There is no C compiler (clang or gcc with its C library): linuxmem is made as a self-contained single file, which is larger and starts slower.'
        Invoke-Publish src/LinuxMem.Cli $runtime '-o', 'out', '-p:PublishAot=false'
    }

    Get-Item out/linuxmem
}

function Invoke-Package([string] $Architecture) {
    $program = Publish-Command $Architecture
    Publish-Module
    Remove-Item -Path out/LinuxMem.*.nupkg
    Compress-PSResource -Path out/LinuxMem -DestinationPath out
    $program, (Get-Item out/LinuxMem.*.nupkg, out/LinuxMem/*) | ForEach-Object { $_ } | Format-Table Length, FullName | Out-Host
}

# The native command for the tests, which start it hundreds of times; without a C compiler they take that of .NET. It takes half a minute
# to make, in which the first tests run that do not start it.
function Start-TestedCommand {
    $folder = 'tests/Unit/bin/Release/net10.0/native'
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction Ignore
    if (Test-CCompiler) {
        Start-Beside NativeCommand (Get-PublishCommand src/LinuxMem.Cli "linux-$machine" '-o', $folder, '-p:RunAnalyzers=false')
    }
    else {
        Write-Information 'There is no C compiler (clang or gcc with its C library): linuxmem is tested as .NET runs it.'
    }
}

function Wait-TestedCommand($Process) {
    if ($Process -and ($exitCode = Wait-Beside NativeCommand $Process) -ne 0) {
        throw "The native command for the tests could not be made: dotnet publish ended with exit code $exitCode"
    }

    if ($env:MSBUILDDISABLENODEREUSE -eq '1') {
        # Nothing of ours stays where nothing shall.
        Invoke-DotNet 'build-server', 'shutdown', '--vbcscompiler'
    }
}

function Invoke-Test {
    Invoke-Build LinuxMem.slnx
    Publish-Module
    Remove-Item -LiteralPath $results -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Path $results
    if (-not (Show-TestTotal @(Invoke-EveryTest (Start-TestedCommand)))) {
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

# The version as tags and packages have it: 0.1.0-beta1.
function Get-Version {
    $manifest = Import-PowerShellDataFile LinuxMem.psd1
    @($manifest.ModuleVersion; $manifest.PrivateData.PSData['Prerelease']).Where({ $_ }) -join '-'
}

# What the changelog says of a version; of a prerelease, what is not released yet.
function Get-ReleaseNote([string] $Version) {
    $heading = if ($Version -match '-') { 'Unreleased' } else { [regex]::Escape($Version) }
    $match = [regex]::Match((Get-Content CHANGELOG.md -Raw), "(?ms)^## \[$heading\][^\n]*\n(.*?)(?=^## \[|\z)")
    $match.Groups[1].Value.Trim()
}

function Assert-Release([string] $Tag, [string] $Address) {
    $version = Get-Version
    $project = (Import-PowerShellDataFile LinuxMem.psd1).PrivateData.PSData.ProjectUri
    $wrong = @(
        if ($Tag -cne "v$version") { "The tag is '$Tag', but LinuxMem.psd1 has the version $version`: the tag must be v$version." }
        if (-not (Get-ReleaseNote $version)) { "CHANGELOG.md says nothing of version $version." }
        if ($Address -and $Address -ne $project) { "The repository is $Address, but ProjectUri in LinuxMem.psd1 is $project`: help and links would lead elsewhere." }
    )
    if ($wrong) {
        throw $wrong -join ' '
    }

    Write-Information "LinuxMem $version is ready to be released as $Tag"
}

# Names say for which processor a command is; SHA256SUMS is what sha256sum -c reads.
function Export-Release {
    $version = Get-Version
    Remove-Item -LiteralPath $releaseFolder -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Path $releaseFolder
    Copy-Item -LiteralPath "out/LinuxMem.$version.nupkg" -Destination $releaseFolder
    $commands = @{ $machine = 'out/linuxmem'; arm64 = 'out/linux-arm64/linuxmem' }
    foreach ($processor in @($commands.Keys) | Where-Object { Test-Path -LiteralPath $commands[$_] }) {
        Copy-Item -LiteralPath $commands[$processor] -Destination (Join-Path $releaseFolder "linuxmem-$version-linux-$processor")
    }

    $sums = Get-ChildItem -LiteralPath $releaseFolder -File | ForEach-Object { "$((Get-FileHash -LiteralPath $_ -Algorithm SHA256).Hash.ToLowerInvariant())  $($_.Name)" }
    Set-Content -LiteralPath (Join-Path $releaseFolder SHA256SUMS) $sums
    Set-Content -LiteralPath (Join-Path $releaseFolder NOTES.md) (Get-ReleaseNote $version)
    Get-ChildItem -LiteralPath $releaseFolder | Format-Table Length, FullName | Out-Host
}

# Sends the package that was tested, not one made anew.
function Publish-Release([string] $Repository, [bool] $WhatIf) {
    $version = Get-Version
    $package = Join-Path $releaseFolder "LinuxMem.$version.nupkg"
    $name, $sum = (Split-Path -Leaf $package), (Get-FileHash -LiteralPath $package -Algorithm SHA256).Hash
    if ((Get-Content -LiteralPath (Join-Path $releaseFolder SHA256SUMS)) -notcontains "$($sum.ToLowerInvariant())  $name") {
        throw "$package is not the file that SHA256SUMS tells of: make it anew with './build.sh release'."
    }

    if ($WhatIf) {
        Write-Information "Would publish $name to $Repository"
        return
    }

    $key = @{}
    if ($Repository -eq 'PSGallery') {
        if (-not $env:PSGALLERY_API_KEY) {
            throw 'The environment variable PSGALLERY_API_KEY must have the key for the PowerShell Gallery.'
        }

        $key.ApiKey = $env:PSGALLERY_API_KEY
    }

    Publish-PSResource -NupkgPath $package -Repository $Repository @key
    Write-Information "Published $name to $Repository"
}

if ($ArgumentList -and $Task -notin 'Bench', 'CheckRelease') {
    throw "The task $Task takes no arguments: $ArgumentList"
}

switch ($Task) {
    Help {
        Get-Help $PSCommandPath -Full | Out-Host
    }
    Build {
        Invoke-Build LinuxMem.slnx
        Publish-Module
    }
    Run {
        Publish-Module
        Import-Module ./out/LinuxMem
        # Wide enough for all columns where the output is no terminal.
        $width = [Math]::Max(160, $Host.UI.RawUI.WindowSize.Width)
        Get-MemGroup -SplitUid | Format-Table | Out-String -Width $width | ForEach-Object Trim
    }
    Test {
        Invoke-Test
    }
    TestBeside {
        Invoke-TestBeside
    }
    Package {
        Invoke-Package $Architecture
    }
    Install {
        Publish-Module
        Install-LinuxMem -Scope $Scope
    }
    CheckRelease {
        if ($ArgumentList.Count -notin 1, 2) {
            throw 'The task CheckRelease takes a tag, such as v0.1.0, and the address of the repository.'
        }

        Assert-Release @ArgumentList
    }
    Release {
        Export-Release
    }
    Publish {
        Publish-Release $Repository $WhatIf
    }
    Bench {
        if ($ArgumentList -and $ArgumentList[0] -eq 'framesets') {
            dotnet run --project bench/FrameSets -c Release -- @($ArgumentList | Select-Object -Skip 1)
        }
        elseif ($ArgumentList -and $ArgumentList[0] -eq 'order') {
            Invoke-Publish src/LinuxMem.Cli "linux-$machine" '-o', 'out/order', '-p:StripSymbols=false'
            dotnet run --project bench/MethodOrder -c Release -- out/order/linuxmem src/LinuxMem.Cli/method-order.txt
        }
        else {
            Invoke-Package $machine
            Invoke-Build bench/EmptyModule '-o', 'out/bench/EmptyModule'
            Invoke-Publish bench/EmptyProgram "linux-$machine" '-o', 'out/bench/EmptyProgram'
            Invoke-Build bench/LinuxMem.Bench
            bench/LinuxMem.Bench/bin/Release/net10.0/LinuxMem.Bench @ArgumentList
        }

        exit $LASTEXITCODE
    }
}
