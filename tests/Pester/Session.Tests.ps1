#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $scripts = @(
        @{ Script = 'Get-MemGroup -SplitBy { Start-Sleep -Milliseconds (2000 / $n + 1); 1 }'; What = 'put into groups' }
        @{ Script = 'Get-MemGroup -Filter { Start-Sleep -Milliseconds (2000 / $n + 1); $_.Id -eq $PID }'; What = 'filtered' }
        @{ Script = 'Get-MemProcess -Filter { Start-Sleep -Milliseconds (2000 / $n + 1); $_.Id -eq $PID }'; What = 'filtered' }
        @{ Script = 'Get-MemProcess -ListOnly -Filter { Start-Sleep -Milliseconds (2000 / $n + 1); $_.Id -eq $PID }'; What = 'filtered' }
        @{ Script = 'Export-MemSnapshot /dev/shm/linuxmem-progress.tar.gz -Force -SkipOracle -Filter { Start-Sleep -Milliseconds (2000 / $n + 1); $_.Id -eq $PID } | Remove-Item'; What = 'filtered' }
    )
    $needsThreadJobs = Get-Need 'the module ThreadJob' (Get-Module Microsoft.PowerShell.ThreadJob, ThreadJob -ListAvailable)
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force

    # Starts a script in a runspace of its own that has the module.
    function Start-Apart([string] $Script) {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$module'; $Script")
        [pscustomobject]@{ Script = $Script; Shell = $shell; Run = $shell.BeginInvoke() }
    }

    # Waits for it, and returns its streams.
    function Receive-Apart($Started) {
        $shell = $Started.Shell
        if (-not $Started.Run.AsyncWaitHandle.WaitOne(60000)) {
            $shell.Stop()
            throw "Not done within 60 s: $($Started.Script)"
        }

        $output = $shell.EndInvoke($Started.Run)
        [pscustomobject]@{
            Output   = $output
            Progress = @($shell.Streams.Progress)
            Verbose  = @($shell.Streams.Verbose | ForEach-Object Message)
            Warning  = @($shell.Streams.Warning | ForEach-Object Message)
            Debug    = @($shell.Streams.Debug | ForEach-Object Message)
            Error    = @($shell.Streams.Error)
            Host     = @($shell.Streams.Information)
        }
    }

    function Invoke-Apart([string] $Script) {
        $started = Start-Apart $Script
        try {
            Receive-Apart $started
        }
        finally {
            $started.Shell.Dispose()
        }
    }
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Import-Module and Remove-Module' {
    BeforeAll {
        # What a session has, as text. The first look loads what PowerShell loads late by itself.
        $look = {
            function Get-Look {
                Get-Alias | ForEach-Object { "alias $($_.Name) $($_.Definition)" }
                Get-ChildItem function: | Where-Object Name -NE Get-Look | ForEach-Object { "function $($_.Name) $($_.Definition)" }
                Get-Variable -Scope Global | Where-Object Name -NotIn 'PSCommandPath', '?', '^', '$', 'Error', 'StackTrace', 'before', 'during', 'after', 'LASTEXITCODE', 'foreach' | ForEach-Object { "variable $($_.Name)=$($_.Value)" }
                Get-ChildItem env: | ForEach-Object { "environment $($_.Name) $($_.Value)" }
                Get-TypeData | ForEach-Object { "type $($_.TypeName) $($_.Members.Keys -join ',') $($_.DefaultKeyPropertySet.ReferencedProperties) $($_.SerializationMethod)" }
                Get-FormatData | ForEach-Object { "format $($_.TypeNames -join ',') $($_.FormatViewDefinition.Name -join ',')" }
                $answers = $ExecutionContext.InvokeCommand.CommandNotFoundAction
                "not found: $(if ($answers) { $answers.GetInvocationList().Count } else { 0 })"
                "prompt: $($function:prompt)"
                "events: $(@(Get-EventSubscriber).Count) drives: $((Get-PSDrive).Name -join ',') location: $PWD"
            }
            $null = Get-Look
            $null = Get-Look
        }
    }

    It 'leave the session as it was' {
        $text = Invoke-Pwsh "$look
            `$before = Get-Look
            Import-Module '$module'
            `$during = Get-Look
            Remove-Module LinuxMem
            `$after = Get-Look
            `"same: `$(-not (Compare-Object `$before `$after))`"
            Compare-Object `$before `$after | ForEach-Object { `"`$(`$_.SideIndicator) `$(`$_.InputObject)`" }
            Compare-Object `$before `$during | ForEach-Object { `"`$(`$_.SideIndicator) `$(`$_.InputObject -replace ' .*')`" } | Sort-Object -Unique"
        $text[0] | Should -Be 'same: True' -Because "$text"

        # Between the two there are types, views, and who answers for Sort: nothing else.
        $text | Select-Object -Skip 1 | Should -Be '<= not', '=> format', '=> not', '=> type'
    }

    It 'may be done twice, in several runspaces, and from another module' {
        $wrapper = Join-Path $TestDrive 'Wrapper/Wrapper.psm1'
        $null = New-Item -ItemType Directory (Split-Path $wrapper)
        Set-Content $wrapper "Import-Module '$module'; function Get-Wrapped { (Get-MemProcess -ListOnly -Id `$PID | Sort pid).pid }; Export-ModuleMember Get-Wrapped"
        $text = Invoke-Pwsh "
            Import-Module '$module'; Import-Module '$module'; Import-Module '$module' -Force
            `$ExecutionContext.InvokeCommand.CommandNotFoundAction.GetInvocationList().Count
            (Get-MemProcess -ListOnly -Id `$PID | Sort pid).pid -eq `$PID
            Import-Module '$wrapper'
            (Get-Wrapped) -eq `$PID
            `$other = [powershell]::Create()
            `$other.AddScript(`"Import-Module '$module'; (Get-MemProcess -ListOnly -Id `$PID | Sort pid).pid -eq ```$PID; Remove-Module LinuxMem`").Invoke()
            (Get-MemProcess -ListOnly -Id `$PID | Sort pid).pid -eq `$PID
            Remove-Module LinuxMem; Remove-Module Wrapper
            [bool](Get-Command Get-MemGroup -ErrorAction Ignore)
            [bool](Get-TypeData LinuxMem.MemGroup)"
        $text | Should -Be 1, 'True', 'True', 'True', 'True', 'False', 'False'
    }

    It 'load no module of PowerShell, and use the code that comes compiled' {
        $log = Join-Path $TestDrive compiled.txt
        $names = 'DOTNET_JitStdOutFile', 'DOTNET_JitDisasmSummary'
        try {
            $env:DOTNET_JitStdOutFile = $log
            $env:DOTNET_JitDisasmSummary = '1'
            $text = Invoke-Pwsh "
                Import-Module '$module'
                (Get-Module).Name -join ' '
                `$before = [System.Runtime.JitInfo]::GetCompiledMethodCount(`$false)
                `$group = Get-MemGroup -SplitUid -Filter ('pid(' + `$PID + ')') -WarningAction Ignore
                [System.Runtime.JitInfo]::GetCompiledMethodCount(`$false) - `$before
                [Console]::Out.WriteLine(`$group.Procs)"
        }
        finally {
            $names | ForEach-Object { Remove-Item "env:$_" -ErrorAction Ignore }
        }

        $text[0, 2] | Should -Be LinuxMem, 1

        # Some 80 of them are PowerShell's own, where that is the .NET tool; it was 800 when the engine used collections of .NET for its values.
        [int]$text[1] | Should -BeLessThan 250

        # Compiled a second time, for loops that run often, is no sign; the first time is named Tier0.
        $first = @(Get-Content $log | Where-Object { $_ -cmatch 'Tier0|MinOpts' -and $_ -cnotmatch 'Tier0 switched' })
        $first.Count | Should -BeGreaterThan 100
        $own = @($first | Where-Object { $_ -cmatch 'compiled LinuxMem\.' })
        $own.Count | Should -BeLessThan 10 -Because ($own -join "`n")

        # Code of .NET for values of ours (docs/how-the-scan-works.md, "What a session begins with"): Engine/Collections has others.
        $patterns = @($first | Where-Object { $_ -cmatch 'LinuxMem\.' -and $_ -cnotmatch 'compiled LinuxMem\.' })
        $patterns.Count | Should -BeLessThan 50 -Because ($patterns -join "`n")
    }

    It 'write nothing' {
        $apart = Invoke-Apart ''
        $apart.Output, $apart.Progress, $apart.Verbose, $apart.Warning, $apart.Debug, $apart.Error, $apart.Host | ForEach-Object { $_ | Should -BeNullOrEmpty }
    }
}

Describe 'Short letters' {
    It '<Command> takes -<Letter> for -<Parameter>' -ForEach @(
        @{ Command = 'Get-MemGroup'; Letter = 'u'; Parameter = 'SplitUid' }
        @{ Command = 'Get-MemGroup'; Letter = 'e'; Parameter = 'SplitEnv' }
        @{ Command = 'Get-MemGroup'; Letter = 'p'; Parameter = 'SplitPid' }
        @{ Command = 'Get-MemGroup'; Letter = 'c'; Parameter = 'SplitCustom' }
        @{ Command = 'Get-MemGroup'; Letter = 'f'; Parameter = 'Filter' }
        @{ Command = 'Get-MemGroup'; Letter = 'm'; Parameter = 'MemoryLimit' }
        @{ Command = 'Get-MemGroup'; Letter = 't'; Parameter = 'ThrottleLimit' }
        @{ Command = 'Get-MemProcess'; Letter = 'f'; Parameter = 'Filter' }
        @{ Command = 'Get-MemProcess'; Letter = 'l'; Parameter = 'ListOnly' }
        @{ Command = 'Get-MemProcess'; Letter = 'm'; Parameter = 'MemoryLimit' }
        @{ Command = 'Get-MemProcess'; Letter = 't'; Parameter = 'ThrottleLimit' }
    ) {
        (Get-Command $Command).ResolveParameter($Letter).Name | Should -Be $Parameter
    }

    It 'do what the words do' @needsFrames {
        $groups = Get-MemGroup -u -e HOME -p $PID -c 'comm(pwsh)' -f 'not(false())' -m 1000 -t 1 -WarningAction Ignore
        $groups.Split | Select-Object -Unique | Should -Be 'UID', 'environment variable HOME', 'PID', 'Custom splitter'
    }

    It 'clash with nothing that PowerShell gives every cmdlet' -ForEach 'Get-MemGroup', 'Get-MemProcess', 'Get-ShmSegment', 'Get-Tmpfs', 'Get-OracleInstance' {
        $command = Get-Command $_
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters
        $names = $command.Parameters.Values | ForEach-Object { $_.Name; $_.Aliases }
        $names | Group-Object | Where-Object Count -GT 1 | Should -BeNullOrEmpty
        foreach ($name in $common) {
            $command.ResolveParameter($name).Name | Should -Be $name
        }
    }
}

Describe 'Input by pipeline' {
    It 'takes mount points, as text and as a property' {
        if (-not @(Get-Tmpfs)) {
            Set-ItResult -Skipped -Because 'there is no tmpfs'
            return
        }

        $point = @(Get-Tmpfs)[0].MountPoint
        $expected = @(Get-Tmpfs | Where-Object MountPoint -EQ $point).Count
        @($point | Get-Tmpfs) | Should -HaveCount $expected
        @([pscustomobject]@{ MountPoint = $point } | Get-Tmpfs) | Should -HaveCount $expected
        @(Get-Tmpfs | Get-Tmpfs) | Should -HaveCount @(Get-Tmpfs).Count
        @() | Get-Tmpfs | Should -BeNullOrEmpty
    }

    It 'takes names of instances, as text and as a property' {
        foreach ($name in 'NOSUCH', [pscustomobject]@{ Sid = 'NOSUCH' }) {
            $name | Get-OracleInstance -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $failure[0].TargetObject | Should -Be 'NOSUCH'
        }

        @() | Get-OracleInstance | Should -BeNullOrEmpty
    }

    It 'takes the segments of processes' @needsFrames {
        Get-MemProcess -Id $PID -WarningAction Ignore | Get-ShmSegment | Should -BeNullOrEmpty
        { [pscustomobject]@{ ShmIds = 2147483647, 2147483646 } | Get-ShmSegment -ErrorAction Stop } | Should -Throw '*2147483646*'
    }
}

Describe 'Streams' {
    It '<Script> says with -Verbose how many and how long, and else nothing' -ForEach @(
        @{ Script = 'Get-MemProcess -ListOnly'; Text = '^Listed \d+ processes \(\d+ ended meanwhile\) in [\d.]+ s$' }
        @{ Script = 'Get-ShmSegment'; Text = '^Found \d+ segments in [\d.]+ s$' }
        @{ Script = 'Get-Tmpfs'; Text = '^Found \d+ mounts in [\d.]+ s$' }
        @{ Script = "Get-OracleInstance 'NOSUCH*'"; Text = '^Found \d+ instances, of which \d+ answered in [\d.]+ s$' }
    ) {
        $apart = Invoke-Apart "$Script -Verbose"
        $apart.Verbose -match $Text | Should -HaveCount 1
        $quiet = Invoke-Apart $Script
        $quiet.Verbose, $quiet.Debug, $quiet.Warning, $quiet.Error, $quiet.Host, $quiet.Progress | ForEach-Object { $_ | Should -BeNullOrEmpty }
    }

    It 'tells details with -Debug, and asks nothing' @needsFrames {
        $apart = Invoke-Apart "Get-MemGroup -Filter 'pid($PID)' -Debug"
        $apart.Error | Should -BeNullOrEmpty
        $apart.Debug | Should -Contain 'Reading /proc.'
        $apart.Debug -match '^Listed \d+ processes .* \d+ threads?; the scan''s own memory may reach [\d.]+ [KMGT]iB\.$' | Should -HaveCount 1
        $apart.Debug -match "^The filter pid\($PID\) leaves 1 of \d+ processes\.$" | Should -HaveCount 1
        $apart.Debug -match '^Scanned 1 process in' | Should -HaveCount 1
        $apart.Verbose | Should -BeNullOrEmpty
    }

    It 'warns once of what could not be read, and honours -WarningAction' @needsRights {
        # Without CAP_SYS_PTRACE the processes of other users cannot be read.
        $other = Start-Process setpriv '--reuid 65534 --clear-groups sleep 600' -PassThru
        try {
            $text = Invoke-Pwsh -Through 'setpriv', '--bounding-set', '-sys_ptrace', '--inh-caps', '-sys_ptrace' "
                Import-Module '$module'
                `$null = Get-MemGroup -SplitUid -SplitEnv HOME -SplitBy Comm -WarningVariable w -WarningAction SilentlyContinue
                @(`$w.Message -match '^\d+ process(es)? could not be read and (is|are) not in the figures: ').Count
                @(`$w.Message | Group-Object | Where-Object Count -GT 1).Count
                Get-MemGroup -WarningAction Ignore 3>&1 | ForEach-Object { `$_.GetType().Name }
                try { Get-MemGroup -WarningAction Stop 3>`$null } catch { 'stopped' }"
            $text[0] | Should -Be 1 -Because 'three reports are one scan'
            $text[1] | Should -Be 0 -Because 'nothing is said twice'
            $text | Select-Object -Skip 2 | Should -Be 'MemGroup', 'stopped'
        }
        finally {
            $other | Stop-Process
        }
    }

    It 'honours -ErrorAction for what is missing' {
        { Get-MemProcess -ListOnly -Id 4194305 -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotFound,*'
        Get-MemProcess -ListOnly -Id 4194305, $PID -ErrorAction Ignore | ForEach-Object Id | Should -Be $PID
        { Get-MemGroup -ProcRoot /nosuch -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'NotProc,*'
    }

    It 'shows progress of a scan that lasts, and takes it away' @needsFrames {
        $apart = Invoke-Apart '$n = @(Get-MemProcess -ListOnly).Count; Get-MemGroup -SplitBy { Start-Sleep -Milliseconds (1500 / $n + 1); 1 } -WarningAction Ignore | Out-Null'
        $apart.Error | Should -BeNullOrEmpty
        $apart.Progress.Count | Should -BeGreaterThan 1
        $apart.Progress | Where-Object RecordType -EQ Processing | ForEach-Object StatusDescription |
            Should -Match '^\d+ of \d+ processes( put into groups|, \d+ pages, own memory [\d.]+ ([KMG]iB|B))$'
        $apart.Progress[0].RecordType | Should -Be 'Processing'
        $apart.Progress[-1].RecordType | Should -Be 'Completed'
        $apart.Progress.ActivityId | Select-Object -Unique | Should -HaveCount 1
    }

    Context 'of commands with a scriptblock' -ForEach @(@{ Scripts = $scripts }) @needsFrames {
        # All at once: each of them takes its time.
        BeforeAll {
            $running = @{}
            foreach ($one in $Scripts) {
                $running[$one.Script] = Start-Apart "`$n = @(Get-MemProcess -ListOnly).Count; $($one.Script) 3>`$null | Out-Null"
            }
        }

        AfterAll {
            $running.Values | ForEach-Object { $_.Shell.Dispose() }
        }

        It 'show how far it has come in <Script>' -ForEach $scripts {
            $apart = Receive-Apart $running[$Script]
            $apart.Error | Should -BeNullOrEmpty
            $told = @($apart.Progress.StatusDescription) -match " $What$" -replace ' of .*' | ForEach-Object { [int]$_ }
            $told.Count | Should -BeGreaterThan 2
            $told | Should -Be @($told | Sort-Object -Unique)
            $apart.Progress[-1].RecordType | Should -Be 'Completed'
        }
    }
}

Describe 'Ctrl+C' @needsFrames {
    It 'ends <Script>, and leaves no thread and no descriptor' -ForEach @(
        @{ Script = 'while ($true) { Get-MemGroup -SplitUid -WarningAction Ignore | Out-Null }' }
        @{ Script = 'Get-MemGroup -SplitBy { Start-Sleep -Milliseconds 300; 1 } -WarningAction Ignore' }
        @{ Script = 'Get-MemProcess -Filter { Start-Sleep -Milliseconds 300; $true }' }
        @{ Script = 'while ($true) { Get-ShmSegment; Get-Tmpfs; Get-OracleInstance NO* }' }
    ) {
        function Get-Thread {
            @(foreach ($task in [IO.Directory]::GetDirectories("/proc/$PID/task")) { try { [IO.File]::ReadAllText("$task/comm").Trim() } catch [IO.IOException] { Write-Debug "$task has ended" } }) -like 'LinuxMem*'
        }
        function Get-Descriptor {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            @(foreach ($file in [IO.Directory]::GetFileSystemEntries("/proc/$PID/fd")) { Get-Item $file -ErrorAction Ignore | ForEach-Object Target }) -match '/pagemap$|/(stat|status|environ|maps|smaps|mem)$|^/proc/\d+$'
        }

        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$module'; 'ready'; $Script")
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
            Wait-Until 'the module is imported' { $output.Count -gt 0 }
            Start-Sleep -Milliseconds 150
            $shell.InvocationStateInfo.State | Should -Be 'Running'
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $running.IsCompleted | Should -BeTrue
            $shell.Streams.Error | Where-Object { $_.Exception -isnot [System.Management.Automation.PipelineStoppedException] } | Should -BeNullOrEmpty
        }
        finally {
            $shell.Dispose()
        }

        Get-Thread | Should -BeNullOrEmpty
        Get-Descriptor | Should -BeNullOrEmpty
    }
}

Describe 'Other places to run in' {
    BeforeAll {
        $line = '(Get-MemProcess -ListOnly -Filter "pid($PID)" | Sort pid).pid -eq $PID'
    }

    It 'works in <Name>' -ForEach @(
        @{ Name = 'ForEach-Object -Parallel'; Script = { 1..4 | ForEach-Object -Parallel { Import-Module $using:module; & ([scriptblock]::Create($using:line)) } -ThrottleLimit 4 } }
        @{ Name = 'a runspace pool'; Script = {
                $state = [initialsessionstate]::CreateDefault()
                $state.ImportPSModule($module)
                $pool = [runspacefactory]::CreateRunspacePool(1, 3, $state, $Host)
                $pool.Open()
                try {
                    $shells = 1..6 | ForEach-Object { $shell = [powershell]::Create(); $shell.RunspacePool = $pool; $null = $shell.AddScript($line); @{ Shell = $shell; Call = $shell.BeginInvoke() } }
                    $shells | ForEach-Object { $_.Shell.EndInvoke($_.Call); $_.Shell.Dispose() }
                }
                finally {
                    $pool.Dispose()
                }
            }
        }
    ) {
        $found = @(& $Script)
        $found.Count | Should -BeGreaterThan 0
        $found | Should -Not -Contain $false
    }

    It 'works in Start-ThreadJob' @needsThreadJobs {
        Start-ThreadJob { Import-Module $using:module; & ([scriptblock]::Create($using:line)) } | Wait-Job -Timeout 60 | Receive-Job -Wait -AutoRemoveJob | Should -BeTrue
    }
}

Describe 'A script that leaves a filter' {
    It 'with return or continue and break does as in Where-Object' {
        $ways = @{
            return   = { Get-MemProcess -ListOnly -Filter { return $_.Id -eq $PID } }, { Get-MemProcess -ListOnly | Where-Object { return $_.Id -eq $PID } }
            break    = { foreach ($i in 1..3) { $i; Get-MemProcess -ListOnly -Filter { break } | Out-Null } }, { foreach ($i in 1..3) { $i; Get-MemProcess -ListOnly | Where-Object { break } | Out-Null } }
            continue = { foreach ($i in 1..3) { $i; Get-MemProcess -ListOnly -Filter { continue } | Out-Null; "not $i" } }, { foreach ($i in 1..3) { $i; Get-MemProcess -ListOnly | Where-Object { continue } | Out-Null; "not $i" } }
        }
        foreach ($way in $ways.Keys) {
            "$(& $ways[$way][0])" | Should -Be "$(& $ways[$way][1])" -Because $way
        }
    }
}

Describe 'A check that an admin would write' @needsFrames {
    It 'no user but root holds more than half of the memory' {
        Get-MemGroup -SplitUid -WarningAction Ignore | Where-Object group_name -NE root | ForEach-Object {
            $_.MemUssPercent | Should -BeLessThan 50 -Because "$($_.GroupName) holds $($_.MemUss) bytes that nobody else uses"
        }
    }
}
