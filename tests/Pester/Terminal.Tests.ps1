#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsTerminal = Get-Need 'root, script(1), stty(1) and the right to see frames' ($isRoot -and -not $needsFrames.Skip -and (Test-Program script, stty))
    $widths = 80, 90, 100, 110, 120, 200
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force

    # A /proc tree with names that are long, wide, combining and right-to-left, and figures of the most characters.
    function New-NamedTree([string] $Root) {
        $names = 'fifteen-letters', '日本語文字', "e`u{301}e`u{301}e`u{301}e`u{301}e`u{301}", 'שלום עולם', '✅✅✅✅'
        $values = 'and(uid(0),not(comm(bash)),not(comm(a-program-with-a-long-name)))', ('日本語文字' * 12), ("e`u{301}" * 60), ('שלום' * 20), ('✅' * 40)
        $null = New-Item -ItemType Directory $Root/sysvipc
        [IO.File]::WriteAllText("$Root/meminfo", "MemTotal: 8192 kB`n")
        [IO.File]::WriteAllText("$Root/sysvipc/shm", "key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap`n-2147483648 2147483647 600 1044480 4194304 4194303 0 4294967290 5 5 5 1 1 1 1044480 1044480`n")
        foreach ($i in 0..9) {
            $isOracle = $i -ge 5
            $folder = (New-Item -ItemType Directory "$Root/$($isOracle ? 15 + $i : 4194300 - $i)").FullName
            $comm = ($isOracle ? 'ora_pmon_' : '') + $names[$i % 5]
            [IO.File]::WriteAllText("$folder/stat", "$(Split-Path -Leaf $folder) ($comm) S 4194304 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 409600 10 1`n")
            [IO.File]::WriteAllText("$folder/status", "Name:`tx`nUid:`t4294967290`t4294967290`t4294967290`t4294967290`nGid:`t1`t1`t1`t1`n")
            [IO.File]::WriteAllText("$folder/maps", "10000-10f000 rw-p 00000000 00:00 0 `n1000000-10ff000 rw-p 00000000 00:00 0 `n")
            [IO.File]::WriteAllText("$folder/cmdline", "$comm`0" + ($isOracle ? '' : "$($values[$i % 5])`0"))
            [IO.File]::WriteAllText("$folder/environ", "NAMED=$($values[$i % 5])`0ORACLE_SID=$($names[$i % 5])`0ORACLE_HOME=/$($values[$i % 5])`0")
            # 255 pages in memory and as many in swap: 1020.00 KiB each.
            $pages = [byte[]]::new(0x10ff * 8)
            foreach ($page in 0..254) {
                [BitConverter]::GetBytes([uint64]([uint64]1 -shl 63) -bor [uint64]($i * 255 + $page + 1)).CopyTo($pages, (16 + $page) * 8)
                [BitConverter]::GetBytes([uint64]([uint64]1 -shl 62) -bor ([uint64]($i * 255 + $page + 1) -shl 5)).CopyTo($pages, (4096 + $page) * 8)
            }
            [IO.File]::WriteAllBytes("$folder/pagemap", $pages)
        }
    }

    # Text with a blank after each character of two cells, so that places are those that PowerShell counts.
    function Get-CellText([string] $Line) {
        # A mark that combines takes a place of its own there.
        -join ($Line.ToCharArray() | ForEach-Object { [LinuxMem.Engine.Texts.DisplayWidth]::Of("$_") -eq 2 ? "$_ " : "$_" })
    }

    # What is wrong with a table: a line that is too long, a heading that is folded, a number that is cut.
    function Get-TableFault([string[]] $Line, [int] $Width) {
        $text = -1, 'split', 'group_name', 'name', 'comm', 'user', 'command_line', 'kind', 'pids', 'sid', 'status', 'large_pages', 'mount_point', 'huge', 'noswap', 'key_hex', 'device', 'source', 'home', 'mode', 'removed'
        $rules = @(0..($Line.Count - 1) | Where-Object { $Line[$_] -match '^\s*-[- ]*$' -and $Line[$_] -match '--' })
        if (-not $rules) {
            'there is no table'
        }

        foreach ($one in $Line) {
            if ([LinuxMem.Engine.Texts.DisplayWidth]::Of($one) -ge $Width) {
                "too long: $one"
            }
        }

        foreach ($rule in $rules) {
            $heads = -split ($Line[$rule - 1] -replace '(used|held) %', '$1_%')
            $columns = [regex]::Matches($Line[$rule], '-+( %|-)*')
            if ($rule -gt 1 -and $Line[$rule - 2] -match '\S' -and $Line[$rule - 2] -match '  ') {
                "a heading is folded: $($Line[$rule - 2]) / $($Line[$rule - 1])"
            }

            if ($heads.Count -ne $columns.Count) {
                "headings and their rule differ: $($Line[$rule - 1])"
                continue
            }

            for ($row = $rule + 1; $row -lt $Line.Count -and $Line[$row].Trim(); $row++) {
                $cells = Get-CellText $Line[$row]
                for ($i = 0; $i -lt $heads.Count; $i++) {
                    $end = $columns[$i].Index + $columns[$i].Length
                    if ($heads[$i] -in $text -or $cells.Length -lt $end -or ($cells -match '^0x' -and $i -eq 0)) {
                        continue
                    }

                    if ($cells.Substring(0, $end) -notmatch '(^|\s)(-?\d+(\.\d+)?|\d+\.\d\d [KMGTPE]iB|\d+ B|-|unlimited|)$' -or ($cells.Length -gt $end -and $cells[$end] -ne ' ')) {
                        "$($heads[$i]) is cut: $($Line[$row])"
                    }
                }
            }
        }
    }

    # The lines of a script's output in a terminal of each of the widths, by width. A few sessions at once: each starts a PowerShell.
    function Invoke-InTerminal([int[]] $Width, [string] $Script) {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $file $Script
        $shell = ($pwsh | ForEach-Object { "'$_'" }) -join ' '
        $lines = @{}
        $Width | ForEach-Object -ThrottleLimit 3 -Parallel {
            $text = timeout --foreground --kill-after 5 300 script -qec "stty cols $_ rows 50; exec $using:shell -NoProfile -NonInteractive -File '$using:file'" /dev/null
            [pscustomobject]@{ Width = $_; Lines = @($text -replace "`e\[[?0-9;]*[a-zA-Z]|`e=|`r") }
        } | ForEach-Object { $lines[$_.Width] = $_.Lines }
        $lines
    }
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'The tables in a terminal' -ForEach @(@{ Widths = $widths }) @needsTerminal {
    BeforeAll {
        $tree = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$([guid]::NewGuid())"
        New-NamedTree $tree
        $script = "
            Import-Module '$module'
            `$WarningPreference = `$ProgressPreference = 'SilentlyContinue'
            `$groups = Get-MemGroup -SplitUid -SplitEnv NAMED -SplitBy Comm -ProcRoot '$tree' -Total
            `$processes = Get-MemProcess -ProcRoot '$tree'
            `$listed = Get-MemProcess -ProcRoot '$tree' -ListOnly
            `$shared = Get-SharedMemory
            `$segments = Get-ShmSegment -ProcRoot '$tree'
            `$instances = Get-OracleInstance -ProcRoot '$tree'
            '## groups'; `$groups
            '## processes'; `$processes
            '## listed'; `$listed
            '## live processes'; Get-MemProcess
            '## shared'; `$shared
            '## segments'; `$segments
            '## instances'; `$instances
            '## tmpfs'; Get-Tmpfs
            foreach (`$view in 'Compact', 'Swap', 'Shared', 'Full') {
                `"## groups as `$view`"; `$groups | Format-Table -View `$view
                `"## processes as `$view`"; `$processes | Format-Table -View `$view
            }

            foreach (`$view in 'Compact', 'Full') {
                `"## shared as `$view`"; `$shared | Format-Table -View `$view
                `"## segments as `$view`"; `$segments | Format-Table -View `$view
                `"## instances as `$view`"; `$instances | Format-Table -View `$view
                `"## tmpfs as `$view`"; Get-Tmpfs | Format-Table -View `$view
            }

            '## sorted groups'; `$groups | Where-Object Report -EQ 2 | Sort mem_uss
            '## deserialized'; [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(`$groups))
        "
        # Each kind of object by itself: one after the other, they would be shown as the first is.
        $script = $script -replace '; (\$\w+|Get-\w+)(?=\r?\n)', '; $1 | Out-Host' -replace '\| Sort mem_uss', '| Sort mem_uss | Out-Host' -replace '(Serialize\(\$groups\)\))', '$1 | Out-Host' -replace "'## ([\w ]+)';", "Out-Host -InputObject '## `$1';" -replace '`"## ', '"## '
        $shown = Invoke-InTerminal $Widths $script
    }

    AfterAll {
        Remove-Item -Recurse -Force $tree
    }

    It 'of <_> columns has whole numbers, and headings in one line' -ForEach $widths {
        $text = $shown[$_]
        $width = $_
        $faults = foreach ($part in ($text -join "`n") -split '(?m)^## ' | Select-Object -Skip 1) {
            $name, $lines = $part -split "`n"
            Get-TableFault $lines $width | ForEach-Object { "$name at ${width}: $_" }
        }
        $faults | Should -BeNullOrEmpty
        @($text -match '^## ') | Should -HaveCount 26
    }
}

Describe 'A line of any width' @needsFrames {
    BeforeAll {
        $groups = Get-MemGroup -SplitUid -SplitBy Comm -Total -WarningAction Ignore
    }

    It 'that Out-String is asked for has whole numbers, too' {
        $faults = foreach ($width in 40..200) {
            Get-TableFault ($groups | Select-Object -First 3 | Out-String -Width $width -Stream) ($width + 1) | ForEach-Object { "at ${width}: $_" }
            Get-TableFault ($groups | Select-Object -First 3 | Format-Table -View Full | Out-String -Width $width -Stream) ($width + 1) | ForEach-Object { "Full at ${width}: $_" }
        }
        $faults | Should -BeNullOrEmpty
    }

    It 'shows the more the wider it is, up to all' {
        $shown = foreach ($width in 80, 100, 120, 200) {
            (-split ($groups | Select-Object -First 1 | Out-String -Width $width -Stream | Where-Object { $_ -match '^group_name' })).Count
        }
        $shown | Should -Be 6, 7, 9, 12
    }
}

Describe 'Where PowerShell keeps the width elsewhere' @needsFrames {
    BeforeAll {
        Add-Type -TypeDefinition @'
namespace LinuxMemTests
{
    public class Renamed { }
    public class WantsMore { private object GetCurrentlyRunningPipeline(int one) { return one; } }
    public class Fails { private object GetCurrentlyRunningPipeline() { throw new System.NotSupportedException(); } }
    public class Stopper { private System.Collections.IEnumerable _stack = new object[] { null, new Processor() }; }
    public class Processor { public object[] Commands { get { throw new System.InvalidCastException(); } } }
    public class Pipeline { public Stopper Stopper { get { return new Stopper(); } } }
    public class Inner { private object GetCurrentlyRunningPipeline() { return new Pipeline(); } }
}
'@
        $pretended = (Get-Command Get-MemGroup).ImplementingType.Assembly.GetType('LinuxMem.PowerShell.LineWidth').GetProperty('Pretended', [Reflection.BindingFlags]'NonPublic, Static')
        $groups = Get-MemGroup -SplitUid -WarningAction Ignore
    }

    AfterAll {
        $pretended.SetValue($null, $null)
    }

    It 'the table is shown as wide as the host, without a word: <_>' -ForEach 'Renamed', 'WantsMore', 'Fails', 'Inner' {
        $pretended.SetValue($null, [object]::new())
        $expected = $groups | Out-String -Width 300
        $pretended.SetValue($null, (New-Object "LinuxMemTests.$_"))
        $Error.Clear()
        $groups | Out-String -Width 300 | Should -BeExactly $expected
        $expected | Should -Match 'group_name'
        $Error | Should -BeNullOrEmpty
    }
}
