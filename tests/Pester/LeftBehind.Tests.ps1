#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    # CAP_SYS_ADMIN (21), without which the kernel shows no frame numbers.
    $capabilities = [Convert]::ToUInt64(((Get-Content /proc/self/status) -match '^CapEff:' -replace '^CapEff:\s*')[0], 16)
    $noFrames = -not ($capabilities -shr 21 -band 1)
    $ways = @(
        @{ Script = 'Get-MemGroup -SplitUid -SplitEnv HOME'; Cancel = $false }
        @{ Script = 'Get-MemGroup -MemoryLimit 1 -SplitBy Id -ErrorAction Stop'; Cancel = $false }
        @{ Script = 'Get-MemGroup -SplitBy { throw "no" }'; Cancel = $false }
        @{ Script = 'Get-MemGroup -ProcRoot /nosuch; Get-MemProcess -ListOnly -ProcRoot /etc; Get-Tmpfs -ProcRoot /dev/null'; Cancel = $false }
        @{ Script = 'Get-MemProcess | Select-Object -First 1; Get-MemProcess -ListOnly'; Cancel = $false }
        @{ Script = 'Get-ShmSegment -ForceReadShm -ShmId SEGMENT'; Cancel = $false }
        @{ Script = 'Get-ShmSegment -ShmId 2147483000 -ErrorAction Stop'; Cancel = $false }
        @{ Script = 'Get-Tmpfs; Get-OracleInstance'; Cancel = $false }
        @{ Script = 'TabExpansion2 "Get-Tmpfs -MountPoint /" 23; TabExpansion2 "Get-MemProcess -Id 1" 20'; Cancel = $false }
        @{ Script = 'Export-MemSnapshot "/tmp/linuxmem-$PID-$([guid]::NewGuid()).tar.gz" -SkipOracle | ForEach-Object { $f = $_.FullName; Get-MemGroup -ProcRoot $f; Get-MemProcess -ProcRoot $f; Get-Tmpfs -ProcRoot $f; Get-ShmSegment -ProcRoot $f; Remove-Item $f }'; Cancel = $false }
        @{ Script = 'Export-MemSnapshot /proc/no/such -ErrorAction Stop'; Cancel = $false }
        @{ Script = 'while ($true) { Get-MemGroup -SplitUid }'; Cancel = $true }
        @{ Script = 'while ($true) { Get-ShmSegment -ForceReadShm -ShmId SEGMENT; Get-Tmpfs; Get-OracleInstance; Get-MemProcess; Get-MemProcess -ListOnly }'; Cancel = $true }
    )
}

BeforeAll {
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    $folder = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-left-$(New-Guid)"
    $null = New-Item -ItemType Directory $folder

    # A session of its own, so that nothing but the commands opens and closes files in it; one for all scripts, each of
    # them counted by itself. Nothing is collected by request: what waits for that counts as left behind.
    $measure = Join-Path $folder measure.ps1
    Set-Content $measure @'
param([string] $Module, [string] $Ways, [int] $Runs)

function Get-Footprint {
    $maps = [IO.File]::ReadAllLines('/proc/self/maps')
    $targets = @([IO.Directory]::GetFileSystemEntries('/proc/self/fd') | ForEach-Object { ([IO.FileInfo]$_).LinkTarget })
    [pscustomobject]@{
        # Files and folders alike; not what the runtime opens of its own (sockets, pipes, its libraries).
        Descriptors = @($targets -match '^/' -notmatch '\.(dll|so)$').Count
        All         = $targets.Count
        Segments    = @($maps -match '/SYSV').Count
        # Not the memory that the runtime keeps its compiled code in, which grows for as long as code is compiled.
        Mappings    = @($maps -notmatch 'doublemapper|\.(dll|so)').Count
        Children    = @([IO.Directory]::GetDirectories('/proc/self/task') | ForEach-Object { ([IO.File]::ReadAllText("$_/children")) -split ' ' -ne '' }).Count
        Threads     = @([IO.Directory]::GetDirectories('/proc/self/task') | Where-Object { [IO.File]::ReadAllText("$_/comm") -match 'LinuxMem' }).Count
        Unnamed     = @($targets -match '\.linuxmem-').Count
    }
}

$runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
$runspace.Open()
$import = [powershell]::Create()
$import.Runspace = $runspace
$null = $import.AddScript("Import-Module '$Module'").Invoke()
$import.Dispose()

function Invoke-Way($Way, [int] $Number) {
    $apart = [powershell]::Create()
    $apart.Runspace = $runspace
    $null = $apart.AddScript($Way.Script)
    try {
        if ($Way.Cancel) {
            $null = $apart.BeginInvoke()
            Start-Sleep -Milliseconds ($Number % 25 * 4)
            $apart.Stop()
        }
        else {
            $null = $apart.Invoke()
        }
    }
    catch { $null = $_ }
    finally { $apart.Dispose() }
}

$all = @(Get-Content $Ways -Raw | ConvertFrom-Json)
foreach ($way in $all) { for ($i = 0; $i -lt 3; $i++) { Invoke-Way $way $i } }
ConvertTo-Json @(foreach ($way in $all) {
    Invoke-Way $way 0
    $before = Get-Footprint
    for ($i = 0; $i -lt $Runs; $i++) { Invoke-Way $way $i }
    @{ Script = $way.Script; Before = $before; After = Get-Footprint }
})
'@

    # Without the programs there is no segment of this number, and that is no harm.
    $made = if ((Get-Command ipcmk, ipcrm -ErrorAction Ignore).Count -eq 2) { (ipcmk -M 4194304) -replace '\D' }
    $segment = $made ?? 2147483000

    function Measure-LeftBehind([object[]] $Ways) {
        $file = Join-Path $folder ways.json
        ConvertTo-Json @($Ways | ForEach-Object { @{ Script = $_.Script.Replace('SEGMENT', "$segment"); Cancel = $_.Cancel } }) | Set-Content $file
        pwsh -NoProfile -NonInteractive -File $measure -Module $module -Ways $file -Runs 25 | Out-String | ConvertFrom-Json
    }
}

AfterAll {
    if ($made) { ipcrm -m $made }
    Remove-Item -Recurse $folder
}

Describe 'What is left behind after 25 runs, of each of these' -Skip:$noFrames -ForEach @(@{ Ways = $ways }) {
    BeforeAll {
        $figures = @(Measure-LeftBehind $Ways)
    }

    It 'counts all of them' {
        $figures.Count | Should -Be $Ways.Count
    }

    It 'is nothing: <Script>' -ForEach $ways {
        $wanted = $Script.Replace('SEGMENT', "$segment")
        $counts = $figures | Where-Object Script -CEQ $wanted
        $counts | Should -Not -BeNullOrEmpty
        $counts.After.Descriptors | Should -BeLessOrEqual ($counts.Before.Descriptors + 2) -Because 'files and folders are closed on every way out'
        $counts.After.All | Should -BeLessOrEqual ($counts.Before.All + 8) -Because 'descriptors of every kind are closed on every way out; the runtime has a few more or fewer at times'
        $counts.After.Segments | Should -Be 0 -Because 'segments are detached on every way out'
        $counts.After.Children | Should -Be 0 -Because 'no process is left behind'
        $counts.After.Threads | Should -Be 0 -Because 'no thread is left behind'
        $counts.After.Unnamed | Should -Be 0 -Because 'files for passing use are closed'
        $counts.After.Mappings | Should -BeLessThan ($counts.Before.Mappings + 16) -Because 'a mapping left by each run would be 25: mappings are given back on every way out'
    }
}
