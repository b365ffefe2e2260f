#!/usr/bin/env pwsh
<#
.SYNOPSIS
Runs every example of the help pages and writes what comes out into the pages.
.DESCRIPTION
The examples are meant for the machine that staged-machine stages: as root, and after a build,
docs/examples/staged-machine pwsh -NoProfile -File docs/examples/Update-Examples.ps1
Each block ```powershell is run, in the order of the pages, each page in a session of its own. A block ```Output that
follows is replaced by what the code gives, as a terminal of 80 columns shows it; on a page of en-US it is four
columns narrower, because Get-Help indents it by so many. A block with an error is an error.
Invoke-Command -HostName and ssh have stand-ins: the machine db1 is the staged one, and any other is the same with a
process java that is larger each time.
.PARAMETER Path
The pages.
#>
[CmdletBinding()]
param(
    [string[]] $Path = @("$PSScriptRoot/../en-US/*.md", "$PSScriptRoot/../fleet-report.md", "$PSScriptRoot/../first-session.md", "$PSScriptRoot/../questions.md")
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'PlainText'
# Import-Module LinuxMem finds what was built.
$env:PSModulePath = (Get-Item (Join-Path $PSScriptRoot '../../out')).FullName + ':' + $env:PSModulePath
$block = [regex]::new('(?ms)^```powershell\n(?<code>.*?)^```\n(?:\n```Output\n(?<output>.*?)^```\n)?')
$linuxmem = Join-Path $PSScriptRoot '../../src/LinuxMem.Cli/bin/Release/net10.0/linuxmem'
$standIns = {
    function Enter-Machine([string] $Name) {
        $java = (Get-Process java).Id
        kill $(if ($Name -eq 'db1') { '-USR2' } else { '-USR1' }) $java
        Start-Sleep 1
    }

    # What comes back from another machine has been written out and read again.
    function Invoke-OnMachine {
        [CmdletBinding()]
        param([string[]] $HostName, [Parameter(Position = 0)] [scriptblock] $ScriptBlock)

        foreach ($name in $HostName) {
            Enter-Machine $name
            foreach ($object in & $ScriptBlock) {
                $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($object))
                Add-Member -InputObject $copy -NotePropertyName PSComputerName -NotePropertyValue $name -PassThru
            }
        }
    }

    Set-Alias Invoke-Command Invoke-OnMachine

    function ssh([string] $Name) {
        Enter-Machine $Name
        $null, $command, $rest = $args
        if ($command -ne 'linuxmem') {
            throw "There is no stand-in for $command."
        }

        & $linuxmem @rest 2>/dev/null
    }
}
$folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "linuxmem-examples-$PID")).FullName

try {
    Copy-Item $PSScriptRoot/*.Tests.ps1 $folder
    foreach ($page in Get-Item -Path $Path) {
        $session = [powershell]::Create()
        $null = $session.AddScript("Import-Module LinuxMem; Set-Location '$folder'; `$PSStyle.OutputRendering = 'PlainText'; `$linuxmem = '$linuxmem'; . { $standIns }; Enter-Machine db1").Invoke()
        $width = $page.Directory.Name -eq 'en-US' ? 76 : 80
        $text = $block.Replace((Get-Content -LiteralPath $page -Raw), {
                param($match)
                $code = $match.Groups['code'].Value
                $session.Commands.Clear()
                $session.Streams.ClearStreams()
                # As at a prompt: what a block gives is formatted as a whole.
                $lines = $session.AddScript($code).AddCommand('Out-String').AddParameter('Width', $width).AddParameter('Stream', $true).Invoke()
                # What a block catches itself is no error.
                if ($session.HadErrors -and $session.Streams.Error.Count -gt 0) {
                    throw "$($page.Name): $($session.Streams.Error) in: $code"
                }

                if (-not $match.Groups['output'].Success) {
                    return $match.Value
                }

                $shown = ($lines | ForEach-Object { $_.TrimEnd() }) -join "`n"

                # A block of a help page begins without blanks: what all its lines have at the left is left out.
                $indent = ($shown.Trim("`n") -split "`n" -match '\S' | ForEach-Object { $_.Length - $_.TrimStart(' ').Length } | Measure-Object -Minimum).Minimum
                $shown = $shown -replace "(?m)^ {$([int]$indent)}"
                "``````powershell`n$code```````n`n``````Output`n$($shown.Trim("`n"))`n```````n"
            })
        [IO.File]::WriteAllText($page.FullName, $text)
        $session.Dispose()
        Write-Verbose "$($page.Name): run"
    }
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force
}
