# Run by a fresh pwsh: imports a module, runs a command of it, and says how many milliseconds each took.
param([Parameter(Mandatory)] [string] $Module, [string] $Command)

$ErrorActionPreference = 'Stop'
$watch = [System.Diagnostics.Stopwatch]::StartNew()
Import-Module $Module
$import = $watch.Elapsed.TotalMilliseconds
$first = 0
if ($Command) {
    $call = [scriptblock]::Create($Command)
    $watch.Restart()
    $null = & $call
    $first = $watch.Elapsed.TotalMilliseconds
}

"$import $first"
