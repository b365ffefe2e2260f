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
    $cases = foreach ($how in 'map', 'exec') { foreach ($line in $cmdlets) { @{ How = $how; Line = $line } } }
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

        function Start-Stall([string] $How) {
            $server = Start-Process $folder/stall -ArgumentList "$folder/$How", $How, 1, 54321 -PassThru -RedirectStandardOutput "$folder/$How.out"
            Wait-Until 'the process stalls' { (Get-Content "$folder/$How.out") -contains 'ready' }
            [pscustomobject]@{ Server = $server; Id = [int](Get-Content "$folder/$How.out")[0] }
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

    It '<how>: <line> ends, and names it' -ForEach $cases {
        $stall = Start-Stall $How
        $shell = New-Shell $Line
        try {
            $run = $shell.BeginInvoke()
            $run.AsyncWaitHandle.WaitOne(30000) | Should -BeTrue
            $null = $shell.EndInvoke($run)
            $shell.Streams.Error | Should -BeNullOrEmpty
            if ($Line -ne 'Get-Tmpfs' -and -not ($Line -eq 'Get-ShmSegment' -and $How -eq 'map')) {
                "$($shell.Streams.Warning)" | Should -BeLike "*$($stall.Id) (stalled): does not answer*"
            }
        }
        finally {
            $stall.Server.Kill()
            $stall.Server.WaitForExit()
            $shell.Dispose()
        }
    }

    It '<how>: <line> is stopped within two seconds' -ForEach $cases {
        $stall = Start-Stall $How
        $shell = New-Shell $Line
        try {
            $run = $shell.BeginInvoke()
            if (-not $run.AsyncWaitHandle.WaitOne(2500)) {
                $clock = [Diagnostics.Stopwatch]::StartNew()
                $shell.Stop()
                $clock.Elapsed.TotalSeconds | Should -BeLessThan 2
            }
        }
        finally {
            $stall.Server.Kill()
            $stall.Server.WaitForExit()
            $shell.Dispose()
        }
    }
}
