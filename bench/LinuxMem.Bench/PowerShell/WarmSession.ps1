# Get-MemGroup against the engine alone, in turn, in one session that has run both many times. Says the milliseconds
# of each pair, a line each.
param([Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [int] $Runs)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$watch = [System.Diagnostics.Stopwatch]::new()

function Measure-Cmdlet {
    $watch.Restart()
    $null = Get-MemGroup -SplitUid -WarningAction SilentlyContinue
    $watch.Elapsed.TotalMilliseconds
}

function Measure-Engine {
    $splits = [LinuxMem.Engine.Scanning.Split[]]@([LinuxMem.Engine.Reports.UidSplit]::new())
    $options = [LinuxMem.Engine.Scanning.ScanOptions]::new()
    $watch.Restart()
    $scan = [LinuxMem.Engine.Scanning.MemScan]::Begin($options)
    $null = [LinuxMem.Engine.Reports.ScanReports]::Run($scan, $scan.Table.Processes, $splits)
    $watch.Elapsed.TotalMilliseconds
}

# The compiler betters what was called thirty times, twice, in moments of rest.
foreach ($round in 1..4) {
    foreach ($turn in 1..30) {
        $null = Get-MemGroup -SplitUid -Filter "pid($PID)"
    }

    $null = Measure-Cmdlet
    $null = Measure-Engine
    Start-Sleep -Milliseconds 250
}

foreach ($run in 1..$Runs) {
    $cmdlet = Measure-Cmdlet
    $engine = Measure-Engine
    "$cmdlet $engine"
}
