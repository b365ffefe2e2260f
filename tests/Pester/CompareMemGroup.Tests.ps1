#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

# What grew between two samples, wherever they come from; and a leak is told from a wave.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $linuxmem = Join-Path $PSScriptRoot '../../src/LinuxMem.Cli/bin/Release/net10.0/linuxmem.dll'
    $needsCommand = Get-Need 'CAP_SYS_ADMIN, and linuxmem as the tests build it' (-not $needsFrames.Skip -and (Test-Path $linuxmem) -and (Test-Program dotnet))
    $needsLeak = Get-Need 'CAP_SYS_ADMIN and python3' (-not $needsFrames.Skip -and (Test-Program python3))
    $ways = @(
        @{ Way = 'live'; Keep = { , $args[0] } }
        @{ Way = 'CLIXML'; Keep = { $args[0] | Export-Clixml $TestDrive/kept.xml; , (Import-Clixml $TestDrive/kept.xml) } }
        @{ Way = 'CSV'; Keep = { $args[0] | Export-Csv $TestDrive/kept.csv; , (Import-Csv $TestDrive/kept.csv) } }
        @{ Way = 'JSON'; Keep = { , ($args[0] | ConvertTo-Json | ConvertFrom-Json) } }
        @{ Way = 'JSON as a hashtable'; Keep = { , ($args[0] | ConvertTo-Json | ConvertFrom-Json -AsHashtable) } }
        @{ Way = 'remoting'; Keep = { , [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($args[0])) } }
    )
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    $PSDefaultParameterValues['Get-MemGroup:WarningAction'] = 'Ignore'

    # A /proc tree with processes of so many pages each; a name that reads as another's.
    function New-Tree([string] $Root, [hashtable] $Pages) {
        $null = New-Item -ItemType Directory $Root
        $frame = 1
        foreach ($id in $Pages.Keys | Sort-Object) {
            $folder = (New-Item -ItemType Directory "$Root/$id").FullName
            [IO.File]::WriteAllText("$folder/stat", "$id (worker) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 409600 10 1`n")
            [IO.File]::WriteAllText("$folder/status", "Name:`tx`nUid:`t$id`t$id`t$id`t$id`nGid:`t1`t1`t1`t1`n")
            [IO.File]::WriteAllText("$folder/maps", "10000-110000 rw-p 00000000 00:00 0 `n")
            [IO.File]::WriteAllText("$folder/cmdline", "worker`0")
            [IO.File]::WriteAllText("$folder/environ", "V=$id,`"é`n`0")
            $map = [byte[]]::new(0x110 * 8)
            foreach ($page in 0..255) {
                $entry = $page -lt $Pages[$id] ? ([uint64]1 -shl 63) -bor [uint64]$frame++ : 0
                [BitConverter]::GetBytes([uint64]$entry).CopyTo($map, (16 + $page) * 8)
            }
            [IO.File]::WriteAllBytes("$folder/pagemap", $map)
        }
    }

    New-Tree $TestDrive/before (@{ 1001 = 10; 1002 = 50; 1003 = 5 })
    New-Tree $TestDrive/after (@{ 1001 = 30; 1002 = 40; 1004 = 7 })
    $splits = @{ SplitUid = $true; SplitEnv = 'V'; SplitCustom = 'uid(1001)', 'uid(1002)' }
    $before = Get-MemGroup @splits -ProcRoot $TestDrive/before
    $after = Get-MemGroup @splits -ProcRoot $TestDrive/after
}

AfterAll {
    $PSDefaultParameterValues.Remove('Get-MemGroup:WarningAction')
    $PSStyle.OutputRendering = $rendering
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Compare-MemGroup' {
    It 'tells what grew, what is new and what is gone, largest first, from <Way>' -ForEach $ways {
        $changes = @(Compare-MemGroup (& $Keep $before) (& $Keep $after) | Where-Object Split -EQ UID)
        $changes.GroupName | Should -Be '1001', '1004', '1003', '1002'
        $changes.Grown | Should -Be (20 * 4096), (7 * 4096), (-5 * 4096), (-10 * 4096)
        $changes.Status | Should -Be 'Grown', 'New', 'Gone', 'Shrunk'
        $changes[0].Before, $changes[0].After, $changes[0].Percent | Should -Be (10 * 4096), (30 * 4096), 200
        $changes[1].Before | Should -BeNullOrEmpty
        $changes[2].After | Should -BeNullOrEmpty
    }

    It 'keeps reports of one title apart, from <Way>' -ForEach $ways {
        $custom = @(Compare-MemGroup (& $Keep $before) (& $Keep $after) | Where-Object Split -EQ 'Custom splitter')
        ($custom | Where-Object GroupName -EQ 'uid(1001)').Grown | Should -Be (20 * 4096)
        @($custom | Where-Object GroupName -EQ Other).Grown | Should -Be (-8 * 4096), (22 * 4096)
    }

    It 'compares what is live with what a file has' {
        $before | Export-Csv $TestDrive/kept.csv
        $changes = $after | Compare-MemGroup (Import-Csv $TestDrive/kept.csv)
        @($changes | Where-Object Split -Like '*variable V').Status | Should -Be 'Grown', 'New', 'Gone', 'Shrunk'
    }

    It 'compares other figures, by both names' {
        $changes = @(Compare-MemGroup $before $after -Figure mem_anon, MemRss | Where-Object Split -EQ UID)
        $changes.Figure | Select-Object -Unique | Should -Be 'MemAnon', 'MemRss'
        { Compare-MemGroup $before $after -Figure Procs } | Should -Throw '*MemHeld*'
        { Compare-MemGroup $before $after -Figure $null } | Should -Throw
    }

    It 'says what is wrong with <What>' -ForEach @(
        @{ What = 'text'; Given = 'monday.csv'; Message = '*is text*Import-Csv*' }
        @{ What = 'nothing'; Given = $null; Message = '*Nothing*' }
        @{ What = 'another object'; Given = [pscustomobject]@{ Name = 'x' }; Message = '*has no Split*' }
        @{ What = 'a group without its identity'; Given = [pscustomobject]@{ Split = 'UID'; Report = 1; GroupName = 'x'; MemHeld = 1 }; Message = '*has no Identity*' }
        @{ What = 'a figure that is no number'; Given = [pscustomobject]@{ Split = 'UID'; Report = 1; GroupName = 'x'; Identity = 'none'; MemHeld = '1 GiB' }; Message = '*no whole number*' }
        @{ What = 'a time that is none'; Given = [pscustomobject]@{ Split = 'UID'; Report = 1; GroupName = 'x'; Identity = 'none'; MemHeld = 1; Time = 'noon-ish' }; Message = '*no time*' }
    ) {
        $failed = $null
        $null = Compare-MemGroup $before (@($after) + , $Given) -ErrorAction SilentlyContinue -ErrorVariable failed
        @($failed) | Should -HaveCount 1
        "$($failed[0])" | Should -BeLike $Message
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument*'
        # The others count.
        @(Compare-MemGroup $before (@($after) + , $Given) -ErrorAction Ignore) | Should -Not -BeNullOrEmpty
    }

    It 'says of many objects of one wrong kind once what is wrong' {
        $failed = $null
        $null = Compare-MemGroup $before (@($after) + @(Get-Process)) -ErrorAction SilentlyContinue -ErrorVariable failed
        @($failed) | Should -HaveCount 1
        "$($failed[0])" | Should -BeLike '*type Process is no group*'
    }

    It 'needs two samples' {
        { $before | Compare-MemGroup -WarningAction Ignore -ErrorAction Stop } | Should -Throw '*two samples*'
        $null = New-Item -ItemType File $TestDrive/monday.csv
        { Get-Item $TestDrive/monday.csv | Compare-MemGroup -ErrorAction Stop } | Should -Throw '*Read it first*'
        { Get-Item $PSCommandPath | Compare-MemGroup -ErrorAction Stop } | Should -Throw '*snapshot*'
    }

    It 'warns of a report that only one side has' {
        $told = $null
        $changes = Compare-MemGroup (Get-MemGroup -SplitUid -ProcRoot $TestDrive/before) $after -WarningVariable told -WarningAction SilentlyContinue
        @($changes.Split | Select-Object -Unique) | Should -Be 'UID'
        @($told) | Should -HaveCount 1
        "$told" | Should -BeLike 'Of the reports environment variable V, Custom splitter, Custom splitter there is one sample only*'
    }

    It 'shows a table of 80 columns' {
        $lines = Compare-MemGroup $before $after | Where-Object Split -EQ UID | Out-String -Width 80 -Stream
        $lines | Where-Object { $_.TrimEnd().Length -gt 79 } | Should -BeNullOrEmpty
        $lines -match '^group_name +before +after +grown +per_hour +trend' | Should -Not -BeNullOrEmpty
        $lines -match '^1001 +40.00 KiB +120.00 KiB +80.00 KiB' | Should -Not -BeNullOrEmpty
        $lines -match '^1002 .*-40.00 KiB' | Should -Not -BeNullOrEmpty
    }
}

Describe 'Samples of linuxmem' @needsCommand {
    It 'are compared with those of Get-MemGroup, from <_>' -ForEach json, csv {
        $text = dotnet (Join-Path $PSScriptRoot '../../src/LinuxMem.Cli/bin/Release/net10.0/linuxmem.dll') groups -u -e V -c 'uid(1001)' -c 'uid(1002)' -o $_ --proc-root $TestDrive/before 2>/dev/null
        # Values of variables have line breaks in them.
        $whole = $text -join "`n"
        $kept = $_ -eq 'json' ? ($whole | ConvertFrom-Json) : ($whole | ConvertFrom-Csv)
        $changes = Compare-MemGroup $kept $after
        foreach ($split in 'UID', 'environment variable V') {
            ($changes | Where-Object Split -EQ $split).Status | Should -Be 'Grown', 'New', 'Gone', 'Shrunk'
        }
    }
}

Describe 'A leak beside a wave' @needsLeak {
    It 'is named, and the wave is not' {
        # Memory that grows by 1 MiB at each word, and as much as 16 MiB that comes and goes with every eight.
        $script = @'
import sys, mmap
kept = []
wave = None
n = 0
for line in sys.stdin:
    n += 1
    if sys.argv[1] == "leak":
        kept.append(bytearray(b"x" * (1 << 20)))
    elif n % 8 < 4 and wave is None:
        wave = mmap.mmap(-1, 16 << 20)
        wave.write(b"x" * (16 << 20))
    elif n % 8 >= 4 and wave is not None:
        wave.close(); wave = None
    print(n, flush=True)
'@
        $started = foreach ($kind in 'leak', 'wave') {
            $start = [Diagnostics.ProcessStartInfo]::new('python3', [string[]]('-c', $script, $kind))
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            [Diagnostics.Process]::Start($start)
        }
        try {
            $split = [ordered]@{ leak = "pid($($started[0].Id))"; wave = "pid($($started[1].Id))" }
            $count = 0
            $filter = "or(pid($($started[0].Id)),pid($($started[1].Id)))"
            $samples = Get-MemGroup -SplitCustom $split -Filter $filter -SampleInterval 0.03 -MaxSamples 33 | ForEach-Object {
                $_
                if (++$count % 3 -eq 0) {
                    foreach ($process in $started) { $process.StandardInput.WriteLine('on'); $null = $process.StandardOutput.ReadLine() }
                }
            }
        }
        finally {
            $started | ForEach-Object { $_.Kill(); $_.WaitForExit() }
        }

        $changes = $samples | Compare-MemGroup
        $leak, $wave = 'leak', 'wave' | ForEach-Object { $name = $_; $changes | Where-Object GroupName -EQ $name }
        $leak.Trend | Should -Be 'Growing'
        $leak.Samples | Should -Be 33
        $leak.SlopeLow | Should -BeGreaterThan 0
        $leak.PValue | Should -BeLessThan 0.001
        $leak.Grown | Should -BeGreaterThan 28MB
        $wave.Trend | Should -Be 'None'
        $changes[0].GroupName | Should -Be 'leak'
    }
}

Describe 'Watch-MemGroup' @needsFrames {
    It 'without a terminal gives plain samples, the first groups of each' {
        $groups = @(Watch-MemGroup -SplitUid -ProcRoot $TestDrive/before -Interval 0.01 -Top 2 -WarningAction Ignore | Select-Object -First 6)
        $groups.GroupName | Should -Be '1002', '1001', '1002', '1001', '1002', '1001'
    }

    It 'refuses <_>' -ForEach '-Interval 0', '-Top 0', '-Top $null', '-Interval $null' {
        { Invoke-Expression "Watch-MemGroup $_" } | Should -Throw
    }

    It 'refuses snapshots, which stay as they are' {
        { Get-Item $PSCommandPath | Watch-MemGroup -SplitUid } | Should -Throw '*nothing to watch*'
    }
}

Describe 'Snapshots that are compared' @needsFrames {
    BeforeAll {
        foreach ($day in 'monday', 'tuesday') {
            $null = Export-MemSnapshot $TestDrive/$day.tar.gz -Filter "pid($PID)" -WarningAction Ignore
        }

        $splits = @{ SplitUid = $true; SplitBy = 'Id' }
        $expected = Compare-MemGroup @(Get-Item $TestDrive/monday.tar.gz | Get-MemGroup @splits) @(Get-Item $TestDrive/tuesday.tar.gz | Get-MemGroup @splits)
    }

    It 'are read by their paths, as files, and through the pipeline' {
        Push-Location $TestDrive
        try {
            $ways = @(
                , (Compare-MemGroup monday.tar.gz tuesday.tar.gz @splits)
                , (Compare-MemGroup (Get-Item monday.tar.gz) (Get-Item tuesday.tar.gz | Get-MemGroup @splits) @splits)
                , (Get-ChildItem *.tar.gz | Compare-MemGroup @splits)
            )
        }
        finally {
            Pop-Location
        }

        $expected | Should -Not -BeNullOrEmpty
        foreach ($way in $ways) {
            $way | Select-Object Split, Identity, Before, After, Status | ConvertTo-Json | Should -BeExactly ($expected | Select-Object Split, Identity, Before, After, Status | ConvertTo-Json)
        }

        @($expected | Where-Object Split -EQ Id).Identity | Should -BeLike "process:${PID}@*"
    }

    It 'one that cannot be read is an error, and -ProcRoot is refused' {
        $null = Compare-MemGroup $TestDrive/nowhere.tar.gz $TestDrive/tuesday.tar.gz -SplitUid -ErrorAction SilentlyContinue -ErrorVariable failed -WarningAction Ignore
        "$($failed[0])" | Should -BeLike '*nowhere.tar.gz*no file*'
        { Compare-MemGroup monday.tar.gz tuesday.tar.gz -ProcRoot /proc } | Should -Throw '*-ProcRoot*'
    }
}
