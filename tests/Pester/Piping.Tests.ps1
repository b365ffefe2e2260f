#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

# What goes into the cmdlets by name and through the pipeline, and what comes out of them beside the figures.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsBash = Get-Need 'bash' (Test-Program bash)
    $needsPython = Get-Need 'python3' (Test-Program python3)
    $needsCompiler = Get-Need 'bash and gcc' (Test-Program bash, gcc)
    $everything = @(
        @{ Line = { Get-MemGroup -SplitPid $null } }
        @{ Line = { Get-MemGroup -SplitEnv $null } }
        @{ Line = { Get-MemGroup -SplitCustom $null } }
        @{ Line = { Get-MemGroup -SplitBy $null } }
        @{ Line = { Get-MemGroup -SplitBy @() } }
        @{ Line = { Get-MemGroup -Filter $null } }
        @{ Line = { Get-MemGroup -Name $null } }
        @{ Line = { Get-MemGroup -Name @() } }
        @{ Line = { Get-MemGroup -InputObject $null } }
        @{ Line = { Get-MemGroup -ProcRoot $null } }
        @{ Line = { Get-MemGroup -MemoryLimit $null } }
        @{ Line = { Get-MemGroup -ThrottleLimit $null } }
        @{ Line = { Get-MemProcess -ListOnly -Id $null } }
        @{ Line = { Get-MemProcess -ListOnly -Id @() } }
        @{ Line = { Get-MemProcess -ListOnly -Name $null } }
        @{ Line = { Get-MemProcess -ListOnly -InputObject $null } }
        @{ Line = { Get-MemProcess -ListOnly -Filter $null } }
        @{ Line = { Get-ShmSegment -ShmId $null } }
        @{ Line = { Get-ShmSegment -ShmId @() } }
        @{ Line = { Get-ShmSegment -Key $null } }
        @{ Line = { Get-SharedMemory -Kind $null } }
        @{ Line = { Get-SharedMemory -Name $null } }
        @{ Line = { Get-SharedMemory -ThrottleLimit $null } }
        @{ Line = { Get-Tmpfs -MountPoint $null } }
        @{ Line = { Get-OracleInstance -Sid $null } }
        @{ Line = { Export-MemSnapshot /nosuch/x -Filter $null } }
        @{ Line = { Export-MemSnapshot /nosuch/x -IncludeEnvironment $null } }
    )
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force
    $WarningPreference = 'SilentlyContinue'
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    $secret = 'hunter2-of-pester'
    $folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)")

    # Two programs of names that no other process has, and one that writes over its arguments, as nginx does.
    foreach ($name in 'LmPipeOne', 'lmpipetwo') {
        Copy-Item (Get-Command sleep -CommandType Application)[0].Source (Join-Path $folder $name)
    }

    $one = 1..2 | ForEach-Object { Start-Process (Join-Path $folder LmPipeOne) 600 -PassThru -Environment @{ LINUXMEM_PESTER_SECRET = $secret } }
    $two = Start-Process (Join-Path $folder lmpipetwo) 600 -PassThru
    Wait-Until 'the programs run' { (Get-MemProcess -ListOnly -Filter 'or(comm(LmPipeOne),comm(lmpipetwo))' | Measure-Object).Count -eq 3 }
    $hostName = (Get-Content /proc/sys/kernel/hostname).Trim()
}

AfterAll {
    @($one) + $two | Stop-Process -ErrorAction Ignore
    $PSStyle.OutputRendering = $rendering
    Remove-Item -LiteralPath $folder -Recurse -Force
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-MemGroup NAME' @needsFrames {
    It 'makes a group for each name, in any case and with wildcards, and Other' {
        $groups = Get-MemGroup LMPIPEONE, 'lmpipetw?'
        $groups | Should -HaveCount 3
        $groups.GroupName | Should -Contain Other
        ($groups | Where-Object GroupName -EQ LMPIPEONE).Procs | Should -Be 2
        ($groups | Where-Object GroupName -EQ 'lmpipetw?').Procs | Should -Be 1
        $groups[0].Split | Should -Be 'Name'
    }

    It 'gives a process to the first name, and goes with other splits of one scan' {
        $groups = Get-MemGroup lmpipe*, lmpipetwo -SplitUid
        ($groups | Where-Object GroupName -EQ 'lmpipe*').Procs | Should -Be 3
        ($groups | Where-Object GroupName -EQ lmpipetwo).Procs | Should -Be 0
        ($groups.Report | Select-Object -Unique) | Should -Be 1, 2
    }

    It 'says which name no process has' {
        $groups = Get-MemGroup lmpipetwo, lmpipenone, lmpipeno* -ErrorVariable failed -ErrorAction SilentlyContinue
        $groups.GroupName | Sort-Object | Should -Be 'lmpipetwo', 'Other'
        $failed | Should -HaveCount 1
        "$failed" | Should -BeLike "*no process of the name 'lmpipenone'.*"
        "$failed" | Should -Not -BeLike '*number*'
        { Get-MemGroup 4194305 -ErrorAction Stop } | Should -Throw "*no process of the name '4194305'.*process ids have an option of their own*"
        { Get-MemProcess 4194305 -ListOnly -ErrorAction Stop } | Should -Throw '*process ids have an option of their own*'
    }
}

Describe 'Processes through the pipeline' @needsFrames {
    It 'name their group: <Name>' -ForEach @(
        @{ Name = 'one'; Make = { $two | Get-MemGroup }; Group = 'lmpipetwo' }
        @{ Name = 'several of a name'; Make = { Get-Process LmPipeOne | Get-MemGroup }; Group = 'LmPipeOne (2)' }
        @{ Name = 'several names'; Make = { $one + $two | Get-MemGroup }; Group = 'LmPipeOne, lmpipetwo (3)' }
        @{ Name = 'ids of pgrep'; Make = { pgrep -x LmPipeOne | Get-MemGroup }; Group = 'LmPipeOne (2)' }
        @{ Name = 'ids on one line'; Make = { "$($one[0].Id) $($two.Id)" | Get-MemGroup }; Group = 'LmPipeOne, lmpipetwo (2)' }
        @{ Name = 'ids of pgrep, one of which has ended'; Make = { "$($one[0].Id)", "$($two.Id)", '4194305' | Get-MemGroup -ErrorAction Stop }; Group = 'LmPipeOne, lmpipetwo (2)' }
        @{ Name = '-GroupName'; Make = { $one | Get-MemGroup -GroupName mine }; Group = 'mine' }
        @{ Name = 'beside a filter'; Make = { 'comm(sshd)', $one[0], $one[1] | Get-MemGroup }; Group = 'LmPipeOne (2)' }
    ) {
        $names = (& $Make).GroupName
        $names | Should -Contain $Group
        $names | Should -Contain 'Other'
        $names -match 'pid\(' | Should -BeNullOrEmpty
    }

    It 'are named for want of which nothing is reported' {
        Get-Process lmpipenone -ErrorAction Ignore | Get-MemGroup -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike '*Nothing came through the pipeline*Get-MemGroup nginx*'
    }

    It 'are not said to be all of a program that writes over its arguments' @needsBash {
        # As postgres does: the first has the program's arguments, the second the name and a colon.
        Copy-Item (Get-Command bash -CommandType Application)[0].Source (Join-Path $folder lmpipesql)
        $first = Start-Process (Join-Path $folder lmpipesql) '-c', '"sleep 600; :"' -PassThru
        $second = Start-Process bash '-c', "`"exec -a 'lmpipesql: writer' $(Join-Path $folder lmpipesql) -c 'sleep 600; :'`"" -PassThru
        try {
            Wait-Until 'both are called so' { @(Get-MemProcess -ListOnly -Filter 'comm(lmpipesql)').Count -eq 2 }
            $null = Get-Process -Id $first.Id | Get-MemGroup -WarningVariable warnings -WarningAction SilentlyContinue
            "$warnings" | Should -BeLike "*Of 2 processes of the name lmpipesql, 1 came through the pipeline*'Get-MemGroup lmpipesql'*"
            (Get-MemGroup lmpipesql | Where-Object GroupName -EQ lmpipesql).Procs | Should -Be 2
        }
        finally {
            $below = Get-MemProcess -ListOnly -Filter "or(descendants($($first.Id)),descendants($($second.Id)))" | Get-Process
            $first, $second | Stop-Process -ErrorAction Ignore
            $below | Stop-Process -ErrorAction Ignore
        }
    }

    It 'refuses -GroupName where it names nothing' {
        { Get-MemGroup -GroupName mine } | Should -Throw -ErrorId 'InvalidArgument,*'
        { 'comm(sshd)' | Get-MemGroup -GroupName mine } | Should -Throw -ErrorId 'InvalidArgument,*'
    }
}

Describe 'Get-MemProcess by name' {
    It 'finds in any case what Get-Process finds' {
        (Get-MemProcess LMPIPEONE -ListOnly).Id | Sort-Object | Should -Be ((Get-Process LMPIPEONE).Id | Sort-Object)
        (Get-MemProcess 'LMPIPE[O]NE' -ListOnly).Id | Sort-Object | Should -Be ((Get-Process 'LMPIPE[O]NE').Id | Sort-Object)
    }

    It 'takes names through the pipeline, and a CSV of them' {
        ('lmpipeone', 'lmpipet*' | Get-MemProcess -ListOnly) | Should -HaveCount 3
        ("Name`nlmpipetwo" | ConvertFrom-Csv | Get-MemProcess -ListOnly).Id | Should -Be $two.Id
        ("ProcessName`nlmpipetwo" | ConvertFrom-Csv | Get-MemProcess -ListOnly).Id | Should -Be $two.Id
        ("Name,Id`nother,$($two.Id)" | ConvertFrom-Csv | Get-MemProcess -ListOnly).Id | Should -Be $two.Id
        (pgrep -x lmpipetwo | Get-MemProcess -ListOnly).Id | Should -Be $two.Id
        # Process 2 is a kernel thread, or, in a container, nobody.
        ("$($two.Id)", '2' | Get-MemProcess -ListOnly -ErrorAction Stop).Id | Should -Be $two.Id
        ($two, [pscustomobject]@{ Id = 4194305 } | Get-MemProcess -ListOnly -ErrorAction Stop).Id | Should -Be $two.Id
        $two.Id, 4194305 | Get-MemProcess -ListOnly -ErrorVariable failed -ErrorAction SilentlyContinue | Should -HaveCount 1
        $failed[0].TargetObject | Should -Be 4194305
        { '4194305' | Get-MemProcess -ListOnly -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotFound,*'
        'lmpipenone' | Get-MemProcess -ListOnly -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -Be 'ProcessNotFound,LinuxMem.PowerShell.Commands.GetMemProcessCommand'
    }

    It 'says what it cannot take' {
        $ErrorActionPreference = 'Stop'
        { [pscustomobject]@{ Other = 1 } | Get-MemProcess -ListOnly } | Should -Throw '*tells no process*'
        { , $null | Get-MemProcess -ListOnly } | Should -Throw '*Nothing*'
    }

    It 'takes the others of what it cannot take, and nothing for everything' {
        $found = (Get-Date), $two | Get-MemProcess -ListOnly -ErrorVariable failed -ErrorAction SilentlyContinue
        $found.Id | Should -Be $two.Id
        $failed.FullyQualifiedErrorId | Should -Be 'InvalidArgument,LinuxMem.PowerShell.Commands.GetMemProcessCommand'
        Get-Date | Get-MemProcess -ListOnly -ErrorAction Ignore | Should -BeNullOrEmpty
        Get-MemProcess -InputObject (Get-Date) -ListOnly -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}

Describe 'Nothing given' {
    It '{<Line>} is an error, and not everything' -ForEach $everything {
        $ErrorActionPreference = 'Stop'
        { & $Line } | Should -Throw
    }
}

Describe 'Drill-down' @needsFrames {
    It 'goes from groups to their processes' {
        $groups = Get-MemGroup lmpipeone, lmpipetwo
        $group = $groups | Where-Object GroupName -EQ lmpipeone
        $group.ProcessIds | Should -Be ($one.Id | Sort-Object)
        ($group | Get-MemProcess).Id | Sort-Object | Should -Be ($one.Id | Sort-Object)
        ($groups | Where-Object GroupName -NE Other | Get-MemProcess -ListOnly) | Should -HaveCount 3
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($group))
        ($back | Get-MemProcess -ListOnly).Id | Sort-Object | Should -Be ($one.Id | Sort-Object)
        ($group | ConvertTo-Csv | ConvertFrom-Csv).ProcessIds | Should -Be (($one.Id | Sort-Object) -join ' ')
    }

    It 'goes from the JSON of linuxmem to processes and groups' {
        $group = @{ split = 'Name'; group_name = 'lmpipeone'; process_ids = ($one.Id | Sort-Object) -join ' '; computer_name = $hostName; time = [DateTime]::UtcNow.ToString('O') } | ConvertTo-Json | ConvertFrom-Json
        ($group | Get-MemProcess -ListOnly).Id | Sort-Object | Should -Be ($one.Id | Sort-Object)
        ($group | Get-MemGroup | Where-Object GroupName -EQ lmpipeone).Procs | Should -Be 2
        $group.computer_name = 'elsewhere'
        { $group | Get-MemProcess -ListOnly } | Should -Throw '*of the machine elsewhere*'
    }

    It 'goes from groups to groups' {
        $groups = Get-MemGroup lmpipeone, lmpipetwo | Where-Object GroupName -NE Other | Get-MemGroup
        $groups.GroupName | Sort-Object | Should -Be 'lmpipeone', 'lmpipetwo', 'Other'
        ($groups | Where-Object GroupName -EQ lmpipeone).Procs | Should -Be 2
    }

    It 'counts every process scanned in one group of each report' {
        foreach ($report in Get-MemGroup -SplitUid -SplitBy Comm -Total | Group-Object Report) {
            $all = $report.Group | Where-Object IsTotal
            ($report.Group | Where-Object { -not $_.IsTotal }).ProcessIds | Sort-Object | Should -Be $all.ProcessIds
            $report.Group | ForEach-Object { $_.ProcessIds | Should -HaveCount $_.Procs }
        }
    }

    It 'refuses what is of another machine' {
        $group = Get-MemGroup lmpipetwo | Where-Object GroupName -EQ lmpipetwo | Select-Object GroupName, ProcessIds, @{ n = 'ComputerName'; e = { 'elsewhere' } }
        { $group | Get-MemProcess -ListOnly } | Should -Throw '*of the machine elsewhere*'
        { $group | Get-MemGroup } | Should -Throw '*of the machine elsewhere*'
    }
}

Describe 'From segments to processes' @needsSegments {
    It 'shows who has a segment attached' @needsPython {
        $id = [long]((ipcmk -M 65536) -replace '\D')
        try {
            $script = "import ctypes,time; libc=ctypes.CDLL(None); libc.shmat.restype=ctypes.c_void_p; libc.shmat($id,None,0); time.sleep(600)"
            Set-Content (Join-Path $folder attach.py) $script
            $holder = Start-Process python3 (Join-Path $folder attach.py) -PassThru
            try {
                Wait-Until 'the segment is attached' { (Get-ShmSegment $id).Attached -eq 1 }
                (Get-ShmSegment $id | Get-MemProcess -ListOnly).Id | Should -Be $holder.Id
                if (-not $needsFrames.Skip) {
                    (Get-ShmSegment $id | Get-MemGroup | Where-Object GroupName -EQ "shmid $id").ProcessIds | Should -Be $holder.Id
                }
            }
            finally {
                $holder | Stop-Process
            }
        }
        finally {
            ipcrm -m $id
        }
    }
}

Describe 'From shared memory objects to processes' @needsFrames {
    It 'shows who holds an object' @needsPython {
        $name = "/dev/shm/lmpipe-$(New-Guid)"
        try {
            Set-Content (Join-Path $folder hold.py) "import mmap,time; f=open('$name','wb+'); f.truncate(65536); m=mmap.mmap(f.fileno(),65536); m[0]=1; time.sleep(600)"
            $holder = Start-Process python3 (Join-Path $folder hold.py) -PassThru
            try {
                Wait-Until 'the object is held' { Get-SharedMemory $name -ErrorAction Ignore | Where-Object Holders -EQ 1 }
                (Get-SharedMemory $name | Get-MemProcess -ListOnly).Id | Should -Be $holder.Id
                (Get-SharedMemory $name | Get-MemGroup | Where-Object GroupName -EQ "Posix $name").ProcessIds | Should -Be $holder.Id
            }
            finally {
                $holder | Stop-Process
            }
        }
        finally {
            Remove-Item -LiteralPath $name -ErrorAction Ignore
        }
    }
}

Describe 'From Oracle instances to groups' @needsFrames {
    It 'takes their processes' @needsCompiler {
        # The name of an instance's process is its only argument.
        $source = Join-Path $folder sleeper.c
        Set-Content $source '#include <unistd.h>', 'int main(void) { sleep(600); return 0; }'
        gcc -o (Join-Path $folder sleeper) $source
        $pmon, $dbw = 'ora_pmon_LMPIPE', 'ora_dbw0_LMPIPE' | ForEach-Object {
            Set-Content (Join-Path $folder "$_.sh") "exec -a $_ $(Join-Path $folder sleeper)"
            Start-Process bash (Join-Path $folder "$_.sh") -PassThru
        }
        try {
            Wait-Until 'the instance is there' { @(Get-MemProcess -ListOnly -Filter 'cmdline(ora_*_LMPIPE)').Count -eq 2 }
            $instance = Get-OracleInstance LMPIPE
            $group = $instance | Get-MemGroup | Where-Object GroupName -EQ LMPIPE
            $group.ProcessIds | Should -Be (@($pmon.Id, $dbw.Id) | Sort-Object)
            ($instance | Get-MemProcess -ListOnly).Id | Should -Be (@($pmon.Id, $dbw.Id) | Sort-Object)
            @($pmon, $dbw) | Stop-Process
            Wait-Until 'the instance has ended' { @(Get-MemProcess -ListOnly -Filter 'cmdline(ora_*_LMPIPE)').Count -eq 0 }
            { $instance | Get-MemGroup } | Should -Throw '*LMPIPE*has ended*'
        }
        finally {
            @($pmon, $dbw) | Stop-Process -ErrorAction Ignore
        }
    }
}

Describe 'Snapshots through the pipeline' @needsFrames {
    BeforeAll {
        $file = Export-MemSnapshot (Join-Path $folder s.tar.gz) -SkipOracle -Filter 'or(comm(LmPipeOne),comm(lmpipetwo))'
    }

    It 'are read' {
        $all = Get-Item $file | Get-MemGroup
        $all.GroupName | Should -Be 'All'
        $all.Procs | Should -Be 3
        (Get-Item $file | Get-MemGroup lmpipeone | Where-Object GroupName -EQ lmpipeone).Procs | Should -Be 2
        (Get-Item $file, $file | Get-MemGroup) | Should -HaveCount 2
        (Get-Item $file | Get-MemProcess lmpipetwo).Id | Should -Be $two.Id
        { Get-Item $file | Get-MemGroup -ProcRoot /proc } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'come out of Export-MemSnapshot with size and owner' {
        $file | Should -BeOfType IO.FileInfo
        $file.Length | Should -BeGreaterThan 100
        $file.User | Should -Be (id -un)
        $file.Size | Should -Be $file.Length
        ($file | Out-String) | Should -Match "$(id -un) .*$($file.Length)"
    }

    It 'tell their own machine and time' {
        $before = $file.LastWriteTime.AddMinutes(-1)
        foreach ($thing in (Get-MemGroup -ProcRoot $file), (Get-MemProcess -ProcRoot $file -ListOnly)[0]) {
            $thing.ComputerName | Should -Be $hostName
            $thing.Time | Should -BeGreaterThan $before
            $thing.Time | Should -BeLessOrEqual $file.LastWriteTime
        }

        (Get-Tmpfs -ProcRoot $file | Select-Object -First 1).Time | Should -Be (Get-MemGroup -ProcRoot $file).Time
    }
}

Describe 'Time and ComputerName' {
    It 'are on what <Line> emits' -ForEach @(
        @{ Line = { Get-MemGroup -Total }; Need = $true }
        @{ Line = { Get-MemProcess -Id $PID }; Need = $true }
        @{ Line = { Get-MemProcess -Id $PID -ListOnly }; Need = $false }
        @{ Line = { Get-Tmpfs }; Need = $false }
        @{ Line = { Get-ShmSegment }; Need = $false }
        @{ Line = { Get-SharedMemory }; Need = $false }
    ) {
        if ($Need -and $needsFrames.Skip) {
            Set-ItResult -Skipped -Because 'frame numbers are hidden'
        }

        $start = Get-Date
        foreach ($thing in & $Line) {
            $thing.ComputerName | Should -BeExactly $hostName
            $thing.computer_name | Should -BeExactly $hostName
            $thing.Time | Should -BeGreaterOrEqual $start
            $thing.Time | Should -BeLessOrEqual (Get-Date)
            $thing | Format-List | Out-String | Should -Match "(?m)^computer_name +: $([regex]::Escape($hostName))\r?$"
        }
    }
}

Describe 'Values of the environment' {
    BeforeAll {
        $process = Get-MemProcess -ListOnly -Id $one[0].Id
    }

    It 'are there for who asks for them' {
        $process.Environment['LINUXMEM_PESTER_SECRET'] | Should -Be $secret
        ($process | ForEach-Object Environment).LINUXMEM_PESTER_SECRET | Should -Be $secret
        (Get-MemProcess -ListOnly -Filter { $_.Environment['LINUXMEM_PESTER_SECRET'] -eq $secret }) | Should -HaveCount 2
    }

    It 'do not go through <Name>' -ForEach @(
        @{ Name = 'ConvertTo-Json'; Through = { $process | ConvertTo-Json -Depth 5 } }
        @{ Name = 'ConvertTo-Json of a list'; Through = { ConvertTo-Json @{ all = @($process) } -Depth 5 } }
        @{ Name = 'Export-Clixml'; Through = { $process | Export-Clixml (Join-Path $folder p.xml); Get-Content (Join-Path $folder p.xml) -Raw } }
        @{ Name = 'ConvertTo-Csv'; Through = { $process | ConvertTo-Csv } }
        @{ Name = 'Select-Object *'; Through = { $process | Select-Object * | ConvertTo-Json -Depth 5 } }
        @{ Name = 'Format-List *'; Through = { $process | Format-List * | Out-String } }
        @{ Name = 'Format-Custom'; Through = { $process | Format-Custom | Out-String } }
        @{ Name = 'a job'; Through = { Start-Job { Import-Module $using:module; Get-MemProcess -ListOnly -Id $using:one[0].Id } | Receive-Job -Wait -AutoRemoveJob | ConvertTo-Json -Depth 5 } }
    ) {
        $text = "$(& $Through)"
        $text | Should -Match 'LmPipeOne'
        $text | Should -Not -Match $secret
        $text | Should -Not -Match 'Environment'
    }
}

Describe 'Format-Wide' {
    It 'shows names' {
        Get-MemProcess -ListOnly -Id $two.Id | Format-Wide | Out-String | Should -Match '(?m)^lmpipetwo'
        Get-Tmpfs | Select-Object -First 1 | ForEach-Object { ($_ | Format-Wide | Out-String).Trim() | Should -Be $_.MountPoint }
    }

    It 'shows names of groups, also of those from a job' @needsFrames {
        $groups = Get-MemGroup lmpipetwo
        foreach ($shown in $groups, [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($groups))) {
            $shown | Format-Wide | Out-String | Should -Match 'Other'
            $shown | Format-Wide | Out-String | Should -Match 'lmpipetwo'
        }
    }
}

Describe 'Headings as names' @needsFrames {
    It '-SplitBy <_>' -ForEach 'pid', 'ppid', 'command_line', 'start_time', 'real_uid', 'comm' {
        (Get-MemGroup -SplitBy $_ -Filter "pid($($two.Id))").Procs | Should -Be 1
    }
}

Describe 'On another system' {
    It 'the module is imported and shows what comes from Linux, and its commands say what they need' {
        Get-MemProcess -ListOnly -Id $two.Id | Export-Clixml (Join-Path $folder elsewhere.xml)
        $text = Invoke-Pwsh "
            `$assembly = [Reflection.Assembly]::LoadFrom('$module/LinuxMem.PS.dll')
            `$assembly.GetType('LinuxMem.PowerShell.Import.SupportedSystem').GetProperty('PretendedSystem', [Reflection.BindingFlags]'NonPublic, Static').SetValue(`$null, 'macOS 15')
            Import-Module '$module'
            (Import-Clixml '$folder/elsewhere.xml').pid
            foreach (`$command in { Get-MemGroup }, { Get-MemProcess }, { Get-MemProcess -ListOnly }, { Get-ShmSegment }, { Get-Tmpfs }, { Get-OracleInstance }, { Export-MemSnapshot /tmp/x.tar.gz }) {
                try { & `$command; 'no error' } catch { `"`$_`" }
            }"
        $text[0] | Should -Be $two.Id
        $commands = 'Get-MemGroup', 'Get-MemProcess', 'Get-MemProcess', 'Get-ShmSegment', 'Get-Tmpfs', 'Get-OracleInstance', 'Export-MemSnapshot'
        foreach ($i in 0..6) {
            $text[$i + 1] | Should -BeLike "$($commands[$i]) reads /proc, which macOS 15 does not have. Run it on a Linux machine*-ProcRoot.*"
        }
    }
}
