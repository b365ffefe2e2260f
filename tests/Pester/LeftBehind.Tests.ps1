#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    # CAP_SYS_ADMIN (21), without which the kernel shows no frame numbers.
    $capabilities = [Convert]::ToUInt64(((Get-Content /proc/self/status) -match '^CapEff:' -replace '^CapEff:\s*')[0], 16)
    $noFrames = -not ($capabilities -shr 21 -band 1)
}

BeforeAll {
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    $folder = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-left-$(New-Guid)"
    $null = New-Item -ItemType Directory $folder

    # A session of its own, so that nothing but the commands opens and closes files in it.
    $measure = Join-Path $folder measure.ps1
    Set-Content $measure @'
param([string] $Module, [string] $Script, [int] $Runs, [switch] $Cancel)

function Get-Footprint {
    [GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::Collect()
    $maps = [IO.File]::ReadAllLines('/proc/self/maps')
    [pscustomobject]@{
        Descriptors = [IO.Directory]::GetFiles('/proc/self/fd').Count
        Segments    = @($maps -match '/SYSV').Count
        Mappings    = $maps.Count
        Children    = @([IO.Directory]::GetDirectories('/proc/self/task') | ForEach-Object { ([IO.File]::ReadAllText("$_/children")) -split ' ' -ne '' }).Count
        Threads     = @([IO.Directory]::GetDirectories('/proc/self/task') | Where-Object { [IO.File]::ReadAllText("$_/comm") -match 'LinuxMem' }).Count
        Unnamed     = @([IO.Directory]::GetFiles('/proc/self/fd') | Where-Object { ([IO.FileInfo]$_).LinkTarget -match '\.linuxmem-' }).Count
    }
}

Import-Module $Module
$run = {
    $apart = [powershell]::Create()
    $apart.Runspace = $runspace
    $null = $apart.AddScript($Script)
    try {
        if ($Cancel) {
            $handle = $apart.BeginInvoke()
            Start-Sleep -Milliseconds ($i % 25 * 2)
            $apart.Stop()
        }
        else {
            $null = $apart.Invoke()
        }
    }
    catch { $null = $_ }
    finally { $apart.Dispose() }
}
$runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
$runspace.Open()
$import = [powershell]::Create()
$import.Runspace = $runspace
$null = $import.AddScript("Import-Module '$Module'").Invoke()
$import.Dispose()
for ($i = 0; $i -lt 12; $i++) { & $run }
$before = Get-Footprint
for ($i = 0; $i -lt $Runs; $i++) { & $run }
$after = Get-Footprint
@{ Before = $before; After = $after } | ConvertTo-Json
'@

    function Measure-LeftBehind([string] $Script, [switch] $Cancel) {
        $options = @('-NoProfile', '-NonInteractive', '-File', $measure, '-Module', $module, '-Script', $Script.Replace('SEGMENT', "$segment"), '-Runs', 100)
        if ($Cancel) { $options += '-Cancel' }
        (pwsh @options | Out-String | ConvertFrom-Json)
    }

    function Assert-NothingLeft($Figures) {
        $Figures.After.Descriptors | Should -BeLessOrEqual ($Figures.Before.Descriptors + 4) -Because 'descriptors are closed on every way out'
        $Figures.After.Segments | Should -Be 0 -Because 'segments are detached on every way out'
        $Figures.After.Children | Should -Be 0 -Because 'no process is left behind'
        $Figures.After.Threads | Should -Be 0 -Because 'no thread is left behind'
        $Figures.After.Unnamed | Should -Be 0 -Because 'files for passing use are closed'
        $Figures.After.Mappings | Should -BeLessThan ($Figures.Before.Mappings + 80) -Because 'the runtime makes some for its code, a mapping left by each run would be a hundred: mappings are given back on every way out'
    }

    # Without the programs there is no segment of this number, and that is no harm.
    $made = if ((Get-Command ipcmk, ipcrm -ErrorAction Ignore).Count -eq 2) { (ipcmk -M 4194304) -replace '\D' }
    $segment = $made ?? 2147483000
}

AfterAll {
    if ($made) { ipcrm -m $made }
    Remove-Item -Recurse $folder
}

Describe 'What is left behind after 100 runs of <Script>' -Skip:$noFrames -ForEach @(
    @{ Script = 'Get-MemGroup -SplitUid -SplitEnv HOME' }
    @{ Script = 'Get-MemGroup -MemoryLimit 1 -SplitBy Id -ErrorAction Stop' }
    @{ Script = 'Get-MemGroup -SplitBy { throw "no" }' }
    @{ Script = 'Get-MemGroup -ProcRoot /nosuch' }
    @{ Script = 'Get-MemProcess | Select-Object -First 1' }
    @{ Script = 'Get-ShmSegment -ForceReadShm -ShmId SEGMENT' }
    @{ Script = 'Get-ShmSegment -ShmId 2147483000 -ErrorAction Stop' }
    @{ Script = 'Get-Tmpfs; Get-OracleInstance' }
    @{ Script = 'Export-MemSnapshot "/tmp/linuxmem-$PID-$([guid]::NewGuid()).tar.gz" -SkipOracle | ForEach-Object { Get-MemGroup -ProcRoot $_.FullName; Remove-Item $_.FullName }' }
    @{ Script = 'Export-MemSnapshot /proc/no/such -ErrorAction Stop' }
) {
    It 'is nothing' {
        Assert-NothingLeft (Measure-LeftBehind $Script)
    }
}

Describe 'What is left behind after 100 times Ctrl+C of <Script>' -Skip:$noFrames -ForEach @(
    @{ Script = 'while ($true) { Get-MemGroup -SplitUid }' }
    @{ Script = 'while ($true) { Get-ShmSegment -ForceReadShm -ShmId SEGMENT; Get-Tmpfs; Get-OracleInstance; Get-MemProcess }' }
) {
    It 'is nothing' {
        Assert-NothingLeft (Measure-LeftBehind $Script -Cancel)
    }
}
