#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = Join-Path $PSScriptRoot '../../out/LinuxMem'
    Import-Module $module -Force

    function Get-Failure([scriptblock] $Script) {
        $ErrorActionPreference = 'Stop'
        try {
            & $Script | Out-Null
        }
        catch {
            return $_
        }

        throw "{$Script} did not fail"
    }

    $headings = 'group_name', 'procs', 'mem_held', 'mem_freed', 'mem_rss', 'mem_anon', 'mem_uss', 'swap_anon', 'swap_rss', 'swap_uss', 'shm_mem', 'shm_swap'
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'The module folder' {
    It 'has a valid manifest and brings no assembly of PowerShell' {
        (Test-ModuleManifest (Join-Path $module 'LinuxMem.psd1')).ExportedCmdlets.Keys | Sort-Object | Should -Be 'Compare-MemGroup', 'ConvertTo-MemMetric', 'Export-MemReport', 'Export-MemSnapshot', 'Get-HugePage', 'Get-MemCgroup', 'Get-MemGroup', 'Get-MemMachine', 'Get-MemMapping', 'Get-MemProcess', 'Get-MemSharing', 'Get-OracleInstance', 'Get-PostgresInstance', 'Get-SharedMemory', 'Get-ShmSegment', 'Get-Tmpfs', 'Test-MemFit', 'Watch-MemGroup'
        (Get-ChildItem $module).Name | Should -Not -Contain 'System.Management.Automation.dll'
    }
}

Describe 'Get-MemGroup' @needsFrames {
    BeforeAll {
        $WarningPreference = 'SilentlyContinue'
    }

    It 'emits one group of everything without a split' {
        $all = Get-MemGroup
        $all | Should -HaveCount 1
        $all | Should -BeOfType LinuxMem.MemGroup
        $all.GroupName | Should -Be 'All'
        $all.MemRss | Should -BeGreaterThan 1MB
        $all.MemUss | Should -Be $all.MemRss
    }

    It 'makes a report for each split, in order, from one scan' {
        $groups = Get-MemGroup -SplitUid -SplitEnv PATH, HOME -SplitPid $PID
        ($groups.Split | Select-Object -Unique) | Should -Be 'UID', 'environment variable PATH', 'environment variable HOME', 'PID'
        $perReport = $groups | Group-Object Split | ForEach-Object { ($_.Group | Measure-Object MemPss -Sum).Sum }
        $perReport | Select-Object -Unique | Should -HaveCount 1
        foreach ($group in $groups) {
            $group.MemUss | Should -BeLessOrEqual $group.MemPss
            $group.MemPss | Should -BeLessOrEqual $group.MemRss
        }
    }

    It 'sorts the groups of a report by MemHeld, largest first' {
        $rss = @(Get-MemGroup -SplitEnv PATH | ForEach-Object MemHeld)
        $rss | Should -Be @($rss | Sort-Object -Descending)
    }

    It 'names the listed processes as a filter would, and the rest Other' {
        $groups = Get-MemGroup -SplitPid $PID
        $groups.GroupName | Should -Contain "pid($PID)"
        $groups.GroupName | Should -Contain 'Other'
        ($groups | Where-Object GroupName -EQ "pid($PID)").Procs | Should -Be 1
    }

    It 'tells a variable that is not set from one that reads the same' {
        $job = Start-Process sleep 60 -PassThru -Environment @{ LINUXMEM_PESTER = '(not set)' }
        try {
            $groups = Get-MemGroup -SplitEnv LINUXMEM_PESTER
            $groups | Should -HaveCount 2
            $groups.GroupName | Sort-Object { $_.Length } | Should -Be '(not set)', '"(not set)"'
            ($groups | Where-Object Key -EQ '(not set)').Procs | Should -Be 1
            ($groups | Where-Object { $null -eq $_.Key }).Procs | Should -BeGreaterThan 0
        }
        finally {
            $job | Stop-Process
        }
    }

    It 'scans with a limit on threads and memory, and another way to /proc' {
        Push-Location /
        try {
            (Get-MemGroup -ThrottleLimit 1 -MemoryLimit 4096 -ProcRoot proc).Procs | Should -BeGreaterThan 0
        }
        finally {
            Pop-Location
        }
    }

    Context 'with processes from the pipeline' {
        It 'sets them against the rest, by their name' {
            $groups = Get-Process -Id $PID | Get-MemGroup
            ($groups | Where-Object GroupName -EQ $pwshComm).Procs | Should -Be 1
            $groups.GroupName | Should -Contain 'Other'
        }

        It 'names a group of several kinds by their names, and says how many they are' {
            $sleep = Start-Process sleep 60 -PassThru
            try {
                $names = (Get-Process -Id $PID, $sleep.Id | Get-MemGroup).GroupName
                $names | Should -Contain "$((@($pwshComm, 'sleep') | Sort-Object) -join ', ') (2)"
            }
            finally {
                $sleep | Stop-Process
            }
        }

        It 'takes ids and whatever has one' {
            ($PID | Get-MemGroup).GroupName | Should -Contain $pwshComm
            ([pscustomobject]@{ Pid = $PID } | Get-MemGroup).GroupName | Should -Contain $pwshComm
        }

        It 'leaves out kernel threads and processes that have ended' {
            $ended = Start-Process true -PassThru
            $ended.WaitForExit(30000) | Should -BeTrue
            $groups = (Get-Process -Id $PID), [pscustomobject]@{ Id = $ended.Id } | Get-MemGroup
            ($groups | Where-Object GroupName -NE Other).Procs | Should -Be 1
        }

        It 'reports nothing when nothing came' {
            @() | Get-MemGroup | Should -BeNullOrEmpty
        }
    }

    Context 'as objects' {
        It 'takes every heading as the name of a property' {
            $group = Get-MemGroup
            foreach ($heading in $headings + 'mem_pss', 'shm_uss') {
                $property = $heading -replace '_'
                $group.$heading | Should -Be $group.$property
            }

            (Get-MemGroup -SplitUid | Where-Object mem_uss -GE 0 | Measure-Object mem_uss -Sum).Sum | Should -BeGreaterThan 0
            (Get-MemGroup | Select-Object group_name).group_name | Should -Be 'All'
        }

        It 'shows nothing twice' {
            $names = 'Split', 'Report', 'GroupName', 'Key', 'Identity', 'Procs', 'ProcessIds', 'MemByNode', 'Time', 'ComputerName', 'ProcRoot', 'MemHeld', 'MemFreed', 'MemRss', 'MemAnon', 'MemFile', 'MemShared', 'MemUss', 'MemPss', 'SwapAnon', 'SwapRss', 'SwapUss', 'SwapHeld', 'ShmMem', 'ShmSwap', 'ShmUss', 'SharedMem', 'SharedSwap', 'SharedUss', 'PageTables', 'MemHeldPercent', 'MemRssPercent', 'MemUssPercent', 'IsTotal'
            $group = Get-MemGroup
            ($group | ConvertTo-Json | ConvertFrom-Json).psobject.Properties.Name | Should -Be $names
            ($group | ConvertTo-Csv | ConvertFrom-Csv).psobject.Properties.Name | Should -Be $names
            ($group | Get-Member -MemberType Properties).Name | Should -Be ($names | Sort-Object)
        }

        It 'comes back from a job with its view and its names' {
            $group = Start-Job { Import-Module $using:module; Get-MemGroup -WarningAction Ignore | Sort mem_uss } | Wait-Job -Timeout 60 | Receive-Job -Wait -AutoRemoveJob
            $group.pstypenames[0] | Should -Be 'Deserialized.LinuxMem.MemGroup'
            $group.mem_rss | Should -Be $group.MemRss
            $group | Out-String -Width 200 | Should -Match '(?m)^group_name +procs +mem_held '
            ($group | Get-Member -MemberType Properties).Name | Should -Not -Contain 'mem_rss'
        }
    }

    Context 'on the screen' {
        BeforeAll {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
        }

        AfterAll {
            $PSStyle.OutputRendering = $rendering
        }

        It 'shows a title and a table for each report' {
            $text = Get-MemGroup -SplitUid -SplitPid $PID | Out-String -Width 200
            $lines = $text -split '\r?\n'
            $lines | Should -Contain 'UID'
            $lines | Should -Contain 'PID'
            $heads = @($lines -match '^group_name')
            $heads | Should -HaveCount 2
            -split $heads[0] | Should -Be $headings
            $text | Should -Match '(?m) \d+\.\d\d [MG]iB( |$)'
            $text | Should -Match '(?m) -( |$)'
        }

        It 'has everything in a list' {
            $list = Get-MemGroup | Format-List | Out-String
            foreach ($heading in $headings + 'split', 'mem_pss', 'shm_uss', 'group_key') {
                $list | Should -Match "(?m)^$heading +:"
            }
        }

        It 'never lets an escape sequence of a name through' {
            $sleep = Start-Process sleep 60 -PassThru -Environment @{ LINUXMEM_PESTER = "$([char]27)[31mred" }
            try {
                $text = Get-MemGroup -SplitEnv LINUXMEM_PESTER | Out-String -Width 200
                $text | Should -Match ([regex]::Escape('\x1B[31mred'))
                $text | Should -Not -Match "$([char]27)\[31m"
            }
            finally {
                $sleep | Stop-Process
            }
        }
    }

    Context 'with Sort as typed' {
        It 'sorts, and leaves the native sort alone' {
            $uss = @(Get-MemGroup -SplitPid $PID | Sort mem_uss | ForEach-Object mem_uss)
            $uss[0] | Should -BeLessOrEqual $uss[1]
            (Get-Command sort).CommandType | Should -Be 'Application'
            'b', 'a' | sort | Should -Be 'a', 'b'
        }

        It 'goes with the module, and listens to who was there before' {
            $text = Invoke-Pwsh "
                `$ExecutionContext.InvokeCommand.CommandNotFoundAction = { param(`$name, `$e) if (`$name -eq 'Mine') { `$e.CommandScriptBlock = { 'mine' }; `$e.StopSearch = `$true } }
                Import-Module '$module'
                Mine
                (3, 1, 2 | Sort) -join ','
                Remove-Module LinuxMem
                Mine
                try { 1 | Sort } catch { 'gone' }
                Import-Module '$module'
                (2, 1 | Sort) -join ','"
            $text | Should -Be 'mine', '1,2,3', 'mine', 'gone', '1,2'
        }
    }

    It 'says with -Verbose what it did' {
        $verbose = Get-MemGroup -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$verbose" | Should -Match 'Scanned \d+ processes in [\d.]+ s'
        "$verbose" | Should -Match '\d+ page references'
    }

    It 'works in every runspace that imports it' {
        1..3 | ForEach-Object -Parallel { Import-Module $using:module; (Get-MemGroup -WarningAction Ignore | Sort mem_uss).mem_rss } |
            ForEach-Object { $_ | Should -BeGreaterThan 1MB }
        $state = [initialsessionstate]::CreateDefault()
        $state.ImportPSModule($module)
        $shell = [powershell]::Create($state)
        try {
            $shell.AddScript('(Get-MemGroup -WarningAction Ignore | Sort mem_uss).mem_rss').Invoke() | Should -BeGreaterThan 1MB
            $shell.Streams.Error | Should -BeNullOrEmpty
        }
        finally {
            $shell.Dispose()
        }
    }
}

Describe 'What Get-MemGroup refuses' {
    It '<name>' -TestCases @(
        @{ name = 'an empty variable name'; script = { Get-MemGroup -SplitEnv '' }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'a variable name with ='; script = { Get-MemGroup -SplitEnv 'A=B' }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'an empty list of variables'; script = { Get-MemGroup -SplitEnv @() }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'an empty list of ids'; script = { Get-MemGroup -SplitPid @() }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'an id of 0'; script = { Get-MemGroup -SplitPid 0 }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'a memory limit of 0'; script = { Get-MemGroup -MemoryLimit 0 }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'a negative memory limit'; script = { Get-MemGroup -MemoryLimit -1 }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'no threads'; script = { Get-MemGroup -ThrottleLimit 0 }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'a folder that is no /proc'; script = { Get-MemGroup -ProcRoot /usr }; id = 'NotProc'; category = 'InvalidArgument' }
        @{ name = 'a folder that is not there'; script = { Get-MemGroup -ProcRoot /nosuch }; id = 'NotProc'; category = 'InvalidArgument' }
        @{ name = 'a path that is none of files'; script = { Get-MemGroup -ProcRoot Env:/PATH }; id = 'NotProc'; category = 'InvalidArgument' }
        @{ name = 'nothing through the pipeline'; script = { $null | Get-MemGroup }; id = 'InvalidArgument'; category = 'InvalidArgument' }
        @{ name = 'what is no process'; script = { Get-Date | Get-MemGroup }; id = 'InvalidArgument'; category = 'InvalidArgument' }
        @{ name = 'a process of another machine'; script = { [pscustomobject]@{ Id = $PID; PSComputerName = 'db1' } | Get-MemGroup }; id = 'InvalidArgument'; category = 'InvalidArgument' }
    ) {
        $failure = Get-Failure $script
        $failure.FullyQualifiedErrorId | Should -Be "$id,LinuxMem.PowerShell.Commands.GetMemGroupCommand"
        $failure.CategoryInfo.Category | Should -Be $category
    }

    It 'one object of the pipeline, as -ErrorAction says, and takes the others' @needsFrames {
        $group = (Get-Date), (Get-Process -Id $PID), 'nope' | Get-MemGroup -WarningAction Ignore -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,LinuxMem.PowerShell.Commands.GetMemGroupCommand', 'InvalidFilter,LinuxMem.PowerShell.Commands.GetMemGroupCommand'
        ($group | Measure-Object Procs -Minimum).Minimum | Should -Be 1
        $group | Should -HaveCount 2
    }

    It 'to take what is refused for everything' -ForEach { Get-Date | Get-MemGroup -ErrorAction Ignore }, { Get-MemGroup -InputObject (Get-Date) -ErrorAction Ignore } {
        & $_ | Should -BeNullOrEmpty
    }

    It 'an id that nobody has' @needsFrames {
        $failure = Get-Failure { Get-MemGroup -SplitPid $PID, 4194305 }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ProcessNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -Be 4194305
    }

    It 'to show figures without the right to see frame numbers' @needsRights {
        $text = Invoke-Pwsh -Through 'setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin' "
            Import-Module '$module'
            try { Get-MemGroup -SplitUid } catch { `$_.CategoryInfo.Category; `$_.FullyQualifiedErrorId; `"`$_`" }"
        $text[0] | Should -Be 'PermissionDenied'
        $text[1] | Should -BeLike 'PermissionDenied,*'
        $text[2] | Should -Match 'CAP_SYS_ADMIN'
        $text | Should -HaveCount 3
    }
}
