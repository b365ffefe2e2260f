#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

# Get-MemGroup again and again: on the beat, until it is enough, without growing.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsScript = Get-Need 'CAP_SYS_ADMIN and python3' (-not $needsFrames.Skip -and (Test-Program python3))
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Samples' @needsFrames {
    BeforeAll {
        # Processes of a filter, so that a sample is quick.
        $one = @{ Filter = "pid($PID)"; WarningAction = 'Ignore' }
    }

    It 'are whole reports, each with its own time, at least an interval apart on the whole' {
        $groups = Get-MemGroup -SplitUid -SplitBy Comm -Total @one -SampleInterval 0.05 -MaxSamples 5
        $times = @($groups | Select-Object -ExpandProperty Time -Unique)
        $times | Should -HaveCount 5
        ($times[-1] - $times[0]).TotalSeconds | Should -BeGreaterThan 0.15
        $groups | Group-Object Time | ForEach-Object { $_.Group.Split | Select-Object -Unique | Should -Be 'UID', 'Comm' }
        @($groups | Where-Object IsTotal) | Should -HaveCount 10
        @($groups.Identity | Select-Object -Unique) | Should -HaveCount 3
    }

    It 'are one without -MaxSamples or -Continuous, as of Get-Counter' {
        @(Get-MemGroup @one -SampleInterval 0.05) | Should -HaveCount 1
    }

    It 'go on until what is behind has enough' {
        @(Get-MemGroup @one -Continuous -SampleInterval 0.01 | Select-Object -First 3) | Should -HaveCount 3
    }

    It 'show their time over their tables, and one alone does not' {
        $text = Get-MemGroup -SplitUid @one -SampleInterval 0.05 -MaxSamples 2 | Out-String
        [regex]::Matches($text, 'UID, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d').Count | Should -BeIn 1, 2
        Get-MemGroup -SplitUid @one | Out-String | Should -Not -Match 'UID,'
    }

    It 'bind filters once and list the processes each time: who ends is no error' {
        $sleep = [Diagnostics.Process]::Start('sleep', '100')
        try {
            $counts = 0
            $seen = $sleep.Id | Get-MemGroup -WarningAction Ignore -SampleInterval 0.02 -Continuous -SplitPid $sleep.Id -ErrorVariable failed | ForEach-Object {
                if ($_.GroupName -ne 'Other') { $_ }
                if (++$counts -eq 8) { $sleep.Kill(); $sleep.WaitForExit() }
            } | Select-Object -First 8
        }
        finally {
            $sleep.Kill()
        }

        $failed | Where-Object { $_ -isnot [Management.Automation.Runspaces.PipelineState] -and "$_" -match 'no process' } | Should -BeNullOrEmpty
        $seen[0].Procs | Should -Be 1
        $seen[-1].Procs | Should -Be 0
        $seen[-1].Identity | Should -BeIn $seen[0..1].Identity
    }

    It 'refuse <Why>' -ForEach @(
        @{ Why = 'an end and no end'; Line = { Get-MemGroup -Continuous -MaxSamples 3 } }
        @{ Why = 'a snapshot'; Line = { Get-Item $PSCommandPath | Get-MemGroup -MaxSamples 3 } }
    ) {
        $Line | Should -Throw -ErrorId 'InvalidArgument*'
    }

    It 'refuse the one snapshot that -ProcRoot names' {
        $snapshot = (Export-MemSnapshot "$TestDrive/s.tar.gz" -SkipOracle -Filter "pid($PID)").FullName
        { Get-MemGroup -ProcRoot $snapshot -SampleInterval 0.1 -MaxSamples 2 } | Should -Throw '*is a snapshot: it has one time*' -ErrorId 'InvalidArgument*'
        { Get-MemGroup -ProcRoot $snapshot -Continuous } | Should -Throw -ErrorId 'InvalidArgument*'
        { Watch-MemGroup -ProcRoot $snapshot } | Should -Throw -ErrorId 'InvalidArgument*'
        @(Get-MemGroup -ProcRoot $snapshot) | Should -HaveCount 1
    }

    It 'refuse an interval of <_>' -ForEach 0, -1, 'x', 1e9, ([double]::NaN), $null {
        { Get-MemGroup -SampleInterval $_ } | Should -Throw
    }

    It 'say once that nothing has a name' {
        $null = Get-MemGroup 'nosuch-of-pester' @one -MaxSamples 3 -SampleInterval 0.01 -ErrorVariable told -ErrorAction SilentlyContinue
        @($told | Where-Object { "$_" -match 'nosuch-of-pester' }) | Should -HaveCount 1
    }

    It 'take no more after hundreds: memory, descriptors, threads' {
        function Get-Kept {
            [GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::Collect()
            [pscustomobject]@{
                Heap = [GC]::GetTotalMemory($true)
                Files = @(Get-ChildItem -LiteralPath /proc/self/fd -ErrorAction Ignore).Count
                Threads = @(Get-ChildItem -LiteralPath /proc/self/task).Count
            }
        }

        $null = Get-MemGroup -SplitUid -SplitBy Comm @one -SampleInterval 0.01 -MaxSamples 50
        $before = Get-Kept
        $null = Get-MemGroup -SplitUid -SplitBy Comm @one -SampleInterval 0.01 -MaxSamples 300
        $after = Get-Kept
        $after.Heap - $before.Heap | Should -BeLessThan 2MB
        $after.Files - $before.Files | Should -BeLessThan 5
        $after.Threads - $before.Threads | Should -BeLessThan 5
    }
}

Describe 'Ctrl+C' @needsScript {
    It 'ends a wait of hours at once' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$module'; Get-MemGroup -Filter 'pid($PID)' -Continuous -SampleInterval 10000")
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        Wait-Until 'the first sample' { $output.Count -gt 0 }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        $running.IsCompleted | Should -BeTrue
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
    }
}

Describe 'Snapshots' @needsFrames {
    It 'are a sample each, with the time and the machine of the snapshot' {
        Export-MemSnapshot $TestDrive/a.tar.gz -Filter "pid($PID)" -WarningAction Ignore | Out-Null
        Start-Sleep -Milliseconds 20
        Export-MemSnapshot $TestDrive/b.tar.gz -Filter "pid($PID)" -WarningAction Ignore | Out-Null
        $groups = Get-ChildItem $TestDrive/*.tar.gz | Get-MemGroup -SplitUid -WarningAction Ignore
        $groups | Should -HaveCount 2
        $groups[0].Time | Should -BeLessThan $groups[1].Time
        $groups.ComputerName | Select-Object -Unique | Should -Be ([Net.Dns]::GetHostName())
        $groups | Out-String | Should -Match 'UID, \d{4}-'
    }
}
