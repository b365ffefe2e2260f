#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsTmux = Get-Need 'tmux' (Test-Program tmux)
}

Describe 'Watch-MemGroup in a terminal' @needsTmux {
    BeforeAll {
        . $PSScriptRoot/Surroundings.ps1
        $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
        $socket = "linuxmem-$([guid]::NewGuid())"

        # A /proc tree of 30 processes of one page each, so that what is shown is known.
        $tree = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$([guid]::NewGuid())"
        $null = New-Item -ItemType Directory $tree
        [IO.File]::WriteAllText("$tree/meminfo", "MemTotal: 8192 kB`n")
        foreach ($number in 10..39) {
            $folder = (New-Item -ItemType Directory "$tree/$number").FullName
            [IO.File]::WriteAllText("$folder/stat", "$number (c$number) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 65536 1 1`n")
            [IO.File]::WriteAllText("$folder/status", "Name:`tx`nUid:`t0`t0`t0`t0`nGid:`t0`t0`t0`t0`n")
            [IO.File]::WriteAllText("$folder/maps", "10000-20000 rw-p 00000000 00:00 0 `n")
            $pages = [byte[]]::new(32 * 8)
            [BitConverter]::GetBytes([uint64]([uint64]1 -shl 63) -bor [uint64]$number).CopyTo($pages, 16 * 8)
            [IO.File]::WriteAllBytes("$folder/pagemap", $pages)
        }

        function Invoke-Tmux {
            timeout --kill-after 5 30 tmux -f /dev/null -L $socket @args
            if ($LASTEXITCODE) {
                throw "tmux $args failed."
            }
        }

        function Get-Screen {
            @(Invoke-Tmux capture-pane -p -t watch)
        }

        function Wait-Screen([string] $What, [scriptblock] $Condition) {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            while ($true) {
                $screen = Get-Screen
                if (& $Condition) {
                    return
                }

                if ($clock.Elapsed.TotalSeconds -gt 30) {
                    throw "Waited 30 s in vain: $What. The screen:`n$($screen -join "`n")"
                }

                Start-Sleep -Milliseconds 20
            }
        }

        function Send-Key {
            Invoke-Tmux send-keys -t watch @args
        }

        # A session at its prompt, which is asked for one watch after the other.
        $shell = ($pwsh | ForEach-Object { "'$_'" }) -join ' '
        $start = "function prompt { 'ready> ' }; Import-Module '$module'; `$before = stty -g; Clear-Host"
        Invoke-Tmux new-session -d -s watch -x 80 -y 20 "exec $shell -NoProfile -NoLogo -NoExit -Command `"$($start -replace '\$', '\$')`""
        Wait-Screen 'the prompt' { $screen[0] -eq 'ready>' }
    }

    AfterAll {
        timeout --kill-after 5 30 tmux -f /dev/null -L $socket kill-server 2>$null
        Remove-Item -Recurse -Force $tree
    }

    It 'draws in place, obeys its keys, follows the size, and leaves the screen and the keyboard as they were' {
        Send-Key -l "Watch-MemGroup -SplitBy Comm -Interval 0.2 -ProcRoot '$tree'"
        Send-Key Enter
        Wait-Screen 'the first look' { $screen[2] -match '4\.00 KiB' }
        $screen = Get-Screen
        $screen[1] | Should -Match '^name +procs +held +change +since_start +freed$'
        @($screen[2..17] -match '^c\d\d +1 +4\.00 KiB').Count | Should -Be 16
        $screen[19] | Should -Match '^q end '
        Wait-Screen 'another look' { $screen[0] -match ' look [3-9]' }

        Invoke-Tmux resize-window -t watch -x 120 -y 12
        Wait-Screen 'the wider screen' { $screen[1] -match ' rss' -and $screen[11] -match '^q end ' }
        @((Get-Screen)[2..9] -match '^c\d\d +1 +4\.00 KiB').Count | Should -Be 8
        Invoke-Tmux resize-window -t watch -x 80 -y 20
        Wait-Screen 'the screen as before' { $screen[1] -match 'freed$' -and $screen[17] -match '^c' }

        Send-Key p
        Wait-Screen 'the pause' { $screen[0] -match '^PAUSED' }
        Send-Key p
        Wait-Screen 'the end of the pause' { $screen[0] -match '^Comm' }
        Send-Key Left
        Send-Key Left
        Wait-Screen 'sorted by name' { $screen[19] -match 'sort: name' -and $screen[2] -match '^c10' }
        Send-Key Down
        Send-Key Enter
        Wait-Screen 'the processes of the group' { $screen[0] -match '^c10: processes' -and $screen[2] -match '^10 ' }
        Send-Key m
        Wait-Screen 'its mappings' { $screen[0] -match '^c10: mappings' -and $screen[2] -match '^\[anon\]' }
        Send-Key Escape
        Wait-Screen 'all groups again' { $screen[0] -match '^Comm' -and $screen[3] -match '^c11' }

        Send-Key q
        Wait-Screen 'the prompt behind it' { $screen -match '^ready>$' }
        Get-Screen | Where-Object { $_ -match '^c\d\d |q end|held' } | Should -BeNullOrEmpty -Because 'what was there before is there again'
        Send-Key -l '(stty -g) -eq $before'
        Send-Key Enter
        Wait-Screen 'the settings of the terminal' { $screen -contains 'True' }
    }

    It 'ends with Ctrl+C in the middle of a wait, and the session lives on' {
        Send-Key -l "Clear-Host; Watch-MemGroup -Interval 1000 -ProcRoot '$tree'"
        Send-Key Enter
        Wait-Screen 'the first look' { $screen[0] -match '^All' }
        Send-Key C-c
        Wait-Screen 'the prompt' { $screen -match '^ready>$' }
        Send-Key -l "'it' + ' lives'; (stty -g) -eq `$before"
        Send-Key Enter
        Wait-Screen 'the next command' { $screen -contains 'it lives' -and $screen -contains 'True' }
    }

    It 'is an error that leaves the screen as it was where the machine is gone' {
        Send-Key -l "Clear-Host; Watch-MemGroup -SplitBy Comm -Interval 0.2 -ProcRoot '$tree-moved'"
        Send-Key Enter
        Wait-Screen 'the error, and the prompt' { $screen -match '^Watch-MemGroup: ' -and $screen -match '^ready>$' }
    }
}
