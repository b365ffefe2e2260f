#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsStall = Get-Need 'root, /dev/fuse and a C compiler (cc)' ($isRoot -and (Test-Path /dev/fuse) -and (Test-Program cc))
    $cmdlets = @(
        'Get-MemGroup -SplitUid'
        'Get-MemGroup -SplitEnv HOME'
        'Get-MemGroup -Filter { $_.CommandLine -like "*x*" }'
        'Get-MemProcess'
        'Get-MemProcess -ListOnly'
        'Get-ShmSegment'
        'Get-OracleInstance'
        'Get-Tmpfs'
        'Export-MemSnapshot $file -SkipOracle -Force'
    )
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Resolve-Path (Join-Path $PSScriptRoot '../../out/LinuxMem')).Path
}

Describe 'A process whose files do not answer' @needsStall {
    BeforeAll {
        $folder = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-stall-$([guid]::NewGuid())"
        $null = New-Item -ItemType Directory $folder, $folder/map, $folder/exec
        cc -O1 -o $folder/stall $PSScriptRoot/../Workload/stall.c
        $file = "$folder/snapshot.tar.gz"
        $segment = if (Test-Program ipcmk) { (ipcmk -M 4096) -replace '\D' }

        # Of different users: of one user not all are asked at once.
        function Start-Stall([string] $How, [int] $Uid) {
            $start = [Diagnostics.ProcessStartInfo]::new("$folder/stall", [string[]]("$folder/$How", $How, 1, $Uid))
            # It ends with its input, so also with this session.
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            $server = [Diagnostics.Process]::Start($start)
            try {
                $id = $server.StandardOutput.ReadLineAsync()
                Wait-Until 'the process is there' { $id.IsCompleted }
                $ready = $server.StandardOutput.ReadLineAsync()
                Wait-Until 'the process stalls' { $ready.IsCompleted -and $ready.Result -eq 'ready' }
                [pscustomobject]@{ Server = $server; Id = [int]$id.Result }
            }
            catch {
                Stop-Stall $server $How
                throw
            }
        }

        # Whatever becomes of the server, and of what it holds: the kernel ends the connection.
        function Stop-Stall([Diagnostics.Process] $Server, [string] $How) {
            if (-not $Server.HasExited) {
                foreach ($line in (Get-Content "/proc/$($Server.Id)/mountinfo").Where{ $_.Split(' ')[4] -eq "$folder/$How" }) {
                    # It may have ended just now, or fusectl is not mounted.
                    try { [IO.File]::WriteAllText("/sys/fs/fuse/connections/$($line.Split(' ')[2].Split(':')[1])/abort", '1') } catch [IO.IOException], [UnauthorizedAccessException] { }
                }
            }
            $Server.Kill()
            $Server.WaitForExit(30000) | Should -BeTrue -Because 'the server of the stalled process must end'
        }

        # A session of its own for each, so that nothing is known of the process before.
        function New-Shell([string] $Line) {
            $shell = [powershell]::Create([Management.Automation.RunspaceMode]::NewRunspace)
            $null = $shell.AddScript("Import-Module '$module'; `$file = '$file'; $Line")
            $shell
        }
    }

    AfterAll {
        if ($segment) { ipcrm -m $segment }
        Remove-Item -Recurse $folder
    }

    Context 'that maps, and one that executes' -ForEach @(@{ Cmdlets = $cmdlets }) {
        # All at once: each of them waits for its deadline, and one after the other would take minutes.
        BeforeAll {
            $stalls = @{}
            $ended = @{}
            $stopped = @{}
            try {
                $stalls.map = Start-Stall map 54321
                $stalls.exec = Start-Stall exec 54322
                foreach ($line in $Cmdlets) {
                    $shell = New-Shell $line
                    $ended[$line] = [pscustomobject]@{ Shell = $shell; Run = $shell.BeginInvoke() }
                }

                $deadline = [DateTime]::UtcNow.AddSeconds(60)
                foreach ($one in $ended.Values) {
                    $left = $deadline - [DateTime]::UtcNow
                    $one | Add-Member Ended ($one.Run.AsyncWaitHandle.WaitOne([Math]::Max(0, [int]$left.TotalMilliseconds)))
                }

                foreach ($line in $Cmdlets) {
                    $shell = New-Shell $line
                    $stopped[$line] = [pscustomobject]@{ Shell = $shell; Run = $shell.BeginInvoke() }
                }

                Start-Sleep -Milliseconds 2500
                foreach ($one in $stopped.Values) {
                    $clock = [Diagnostics.Stopwatch]::StartNew()
                    $one.Shell.Stop()
                    $one | Add-Member Seconds $clock.Elapsed.TotalSeconds
                }
            }
            finally {
                foreach ($how in @($stalls.Keys)) { Stop-Stall $stalls[$how].Server $how }
            }
        }

        AfterAll {
            foreach ($one in @($ended.Values) + @($stopped.Values)) {
                $one.Shell.Dispose()
            }
        }

        It '<_> ends, and names both' -ForEach $cmdlets {
            $ended[$_].Ended | Should -BeTrue
            $null = $ended[$_].Shell.EndInvoke($ended[$_].Run)
            $ended[$_].Shell.Streams.Error | Should -BeNullOrEmpty
            $named = if ($_ -eq 'Get-Tmpfs') { @() } elseif ($_ -eq 'Get-ShmSegment') { 'exec' } else { 'map', 'exec' }
            foreach ($how in $named) {
                "$($ended[$_].Shell.Streams.Warning)" | Should -BeLike "*$($stalls[$how].Id) (stalled): does not answer*"
            }
        }

        It '<_> is stopped within two seconds' -ForEach $cmdlets {
            $stopped[$_].Seconds | Should -BeLessThan 2
        }
    }
}
