# Run by a fresh pwsh: does by itself, one by one, what LinuxMem does when it is imported. A line for each step, as of Startup.ps1.
param([Parameter(Mandatory)] [string] $Module)

$ErrorActionPreference = 'Stop'
$compiled = [System.Runtime.JitInfo]
$static = [System.Reflection.BindingFlags]'Static, Public, NonPublic'
$call = { param($Type, $Method, $Arguments) , $Type.GetMethod($Method, $static).Invoke($null, $Arguments) }
$import = { param($Type, $Method, $Arguments) , (& $call $assembly.GetType("LinuxMem.PowerShell.Import.$Type") $Method $Arguments) }
$list = [System.Linq.Enumerable].GetMethod('ToList').MakeGenericMethod([System.Management.Automation.Runspaces.TypeData])

# The first two are no steps: what the measuring itself compiles is compiled with them.
$none = [System.Management.Automation.Runspaces.TypeData[]]@()
foreach ($what in { $null = $list.Invoke($null, @(, $none)) },
    { $null = $list.Invoke($null, @(, $none)); $null = & $call ([System.IO.Path]) GetTempPath; $assembly = [PSObject].Assembly },
    { $assembly = [System.Reflection.Assembly]::LoadFrom("$Module/LinuxMem.PS.dll") },
    { $types = $list.Invoke($null, @(, (& $import HeadingNames TypeData))) },
    { $null = & $import RunningSession TryExtend @(, $types) },
    { $null = & $import SortCommand Add }) {
    $methods = $compiled::GetCompiledMethodCount($false)
    $time = $compiled::GetCompilationTime($false)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    . $what
    $watch.Stop()
    "$($watch.Elapsed.TotalMilliseconds) $($compiled::GetCompiledMethodCount($false) - $methods) $(($compiled::GetCompilationTime($false) - $time).TotalMilliseconds)"
}
