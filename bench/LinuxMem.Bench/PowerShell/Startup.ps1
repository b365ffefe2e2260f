# Run by a fresh pwsh: imports a module and runs a command of it twice. A line for each: the milliseconds it took, how many methods
# the runtime compiled meanwhile, and the milliseconds it spent on them (on all threads).
param([Parameter(Mandatory)] [string] $Module, [string] $Command)

$ErrorActionPreference = 'Stop'
$compiled = [System.Runtime.JitInfo]
$call = [scriptblock]::Create($Command)

# What the measuring itself compiles is compiled before.
foreach ($what in { $null = 1 }, { $null = 1 }, { Import-Module $Module }, { $null = & $call }, { $null = & $call }) {
    $methods = $compiled::GetCompiledMethodCount($false)
    $time = $compiled::GetCompilationTime($false)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    . $what
    $watch.Stop()
    "$($watch.Elapsed.TotalMilliseconds) $($compiled::GetCompiledMethodCount($false) - $methods) $(($compiled::GetCompilationTime($false) - $time).TotalMilliseconds)"
}
