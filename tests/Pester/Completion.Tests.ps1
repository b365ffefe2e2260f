#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsTmpfs = Get-Need 'a mounted tmpfs' ((Get-Content /proc/self/mountinfo) -match ' - tmpfs ')
    $parameters = @{
        'Get-MemGroup'       = 'SplitEnv', 'SplitPid', 'SplitCustom', 'SplitBy', 'InputObject', 'Filter'
        'Get-MemProcess'     = 'Name', 'Id', 'Filter'
        'Get-ShmSegment'     = 'Key', 'ShmId'
        'Get-Tmpfs'          = , 'MountPoint'
        'Get-OracleInstance' = , 'Sid'
    }
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
    $given = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    $described = foreach ($command in Get-Command -Module LinuxMem -CommandType Cmdlet) { foreach ($parameter in $command.Parameters.Keys | Where-Object { $_ -notin $given }) { @{ Command = $command.Name; Parameter = $parameter } } }
    $completed = foreach ($command in $parameters.Keys) { foreach ($parameter in $parameters[$command]) { @{ Command = $command; Parameter = $parameter } } }
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = Join-Path $PSScriptRoot '../../out/LinuxMem'
    Import-Module $module -Force
    $sleep = Start-Process sleep 600 -PassThru -Environment @{ LINUXMEM_TAB = "it's"; LINUXMEM_TAB2 = 'a b' }

    function Get-Completion([string] $Line, [int] $Cursor = $Line.Length) {
        (TabExpansion2 $Line $Cursor).CompletionMatches
    }

    function Get-Text([string] $Line, [int] $Cursor = $Line.Length) {
        @(Get-Completion $Line $Cursor | ForEach-Object CompletionText)
    }
}

AfterAll {
    $sleep | Stop-Process
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Tab' {
    It 'has something of its own to say for <Command> -<Parameter>' -ForEach $completed {
        (Get-Command $Command).Parameters[$Parameter].Attributes | Where-Object { $_ -is [ArgumentCompleter] } | Should -Not -BeNullOrEmpty
    }

    It 'completes process ids, by number and by name, and says what they are' {
        foreach ($line in "Get-MemGroup -SplitPid $($sleep.Id)", "Get-MemGroup -SplitPid 1,$($sleep.Id)", "Get-MemProcess -Id $($sleep.Id)") {
            $match = Get-Completion $line | Where-Object CompletionText -EQ "$($sleep.Id)"
            $match.ListItemText | Should -Be "$($sleep.Id) (sleep)"
            $match.ToolTip | Should -Be "$(id -un): $((Get-Content -Raw "/proc/$($sleep.Id)/cmdline").TrimEnd([char]0) -replace "`0", ' ')"
        }

        Get-Text 'Get-MemProcess -Id slee' | Should -Contain "$($sleep.Id)"
    }

    It 'completes names of processes, also by position' {
        Get-Text 'Get-MemProcess -Name slee' | Should -Be 'sleep'
        Get-Text 'Get-MemProcess slee' | Should -Be 'sleep'
        Get-Text "Get-MemProcess 'slee" | Should -Be "'sleep'"
        Get-Text 'Get-MemProcess *lee' | Should -Contain 'sleep'
    }

    It 'completes environment variables in use, and says how many processes have them' {
        Get-Text 'Get-MemGroup -SplitEnv LINUXMEM_T' | Should -Be 'LINUXMEM_TAB', 'LINUXMEM_TAB2'
        Get-Text 'Get-MemGroup -e HOME,linuxmem_tab2' | Should -Be 'LINUXMEM_TAB2'
        (Get-Completion 'Get-MemGroup -SplitEnv LINUXMEM_TAB2').ToolTip | Should -Be 'Set in 1 process, 1 value'
    }

    It 'completes what a snapshot is to have in it, and of' {
        Get-Text 'Export-MemSnapshot x.tar.gz -IncludeEnvironment LINUXMEM_T' | Should -Be 'LINUXMEM_TAB', 'LINUXMEM_TAB2'
        Get-Text "Export-MemSnapshot x.tar.gz -Filter 'descend" | Should -Be "'descendants("
    }

    It 'completes properties to split by' {
        Get-Text 'Get-MemGroup -SplitBy u' | Should -Be 'Uid', 'User', 'Unit'
        Get-Text 'Get-MemGroup -SplitBy Comm,ex' | Should -Be 'Exe'
    }

    It 'completes, splits by and filters for every property that can be, and a scriptblock sees each' {
        $me = Get-MemProcess -ListOnly -Id $PID
        foreach ($property in [LinuxMem.Engine.Processes.ProcessProperties]::All) {
            $name = $property.Name
            if ($name -in 'Unit', 'Container', 'Pod', 'Instance' -and $null -eq $me.$name) {
                # The session is in no unit or container, and of no database.
                @(Get-Text "Get-MemGroup -SplitBy $name") -contains $name | Should -BeTrue -Because $name
                continue
            }

            $me.$name | Should -Not -BeNullOrEmpty -Because $name
            $me.($property.Heading) | Should -Be $me.$name -Because $name
            (Get-MemProcess -ListOnly -Filter ([scriptblock]::Create("`$_.Id -eq $PID -and `$null -ne `$_.$name"))).Id | Should -Be $PID -Because $name
            @(Get-Text "Get-MemGroup -SplitBy $name") -contains $name | Should -Be ($null -ne $property.Key) -Because $name
            if ($property.Predicate) {
                $predicate = $property.Predicate.Name
                Get-Text "Get-MemGroup -Filter 'not($predicate" | Should -Contain "'not($predicate(" -Because $name
                $value, $meant = if ($predicate -eq 'ppid') { $PID, $sleep.Id } else { $me.$name, $PID }
                $filter = "$predicate($([LinuxMem.Engine.Filters.TextPattern]::Literal($value)))"
                Get-Text "Get-MemGroup -Filter '$predicate(" | Should -Contain "'$($filter -replace "'", "''")'" -Because $name
                (Get-MemProcess -ListOnly -Filter $filter).Id | Should -Contain $meant -Because $name
            }
        }
    }

    It 'completes mount points' @needsTmpfs {
        $point = @(Get-Tmpfs)[0].MountPoint
        & ([scriptblock]::Create("Write-Output $(@(Get-Text 'Get-Tmpfs ')[0])")) | Should -Be $point
        Get-Text 'Get-Tmpfs -MountPoint /nosuch' | Should -Not -Contain $point
    }

    It 'completes segments, by number and by key, and attaches none for it' @needsSegments {
        $id = (ipcmk -M 409600) -replace '\D'
        try {
            $match = Get-Completion "Get-ShmSegment $id"
            $match.CompletionText | Should -Be $id
            $match.ToolTip | Should -Match '^400\.00 KiB, key -?\d+, attached 0 times$'
            $key = (Get-ShmSegment $id).Key
            Get-Text "Get-ShmSegment -Key $key" | Should -Be "$key"
            (Get-ShmSegment $id).AttachTime | Should -BeNullOrEmpty
        }
        finally {
            ipcrm -m $id
        }
    }

    It 'completes the names of Oracle instances, and asks none for it' {
        $start = [Diagnostics.ProcessStartInfo]::new('bash')
        $start.RedirectStandardInput = $true
        foreach ($word in '-c', 'exec -a ora_pmon_TAB1 cat') { $start.ArgumentList.Add($word) }
        $pmon = [Diagnostics.Process]::Start($start)
        try {
            Wait-Until 'bash becomes ora_pmon_TAB1' { [IO.File]::ReadAllText("/proc/$($pmon.Id)/cmdline") -eq "ora_pmon_TAB1`0" }
            $match = Get-Completion 'Get-OracleInstance TA'
            $match.CompletionText | Should -Be 'TAB1'
            $match.ToolTip | Should -Be "pmon is process $($pmon.Id)"
        }
        finally {
            $pmon.Kill()
        }
    }

    It 'says in a sentence what <Command> -<Parameter> is for' -ForEach $described {
        $tip = @(Get-Completion "$Command -$Parameter" | Where-Object ListItemText -EQ $Parameter)[0].ToolTip
        $tip | Should -Match "^\[[\w[\]]+\] $Parameter - [A-Z].{10,100}\.$"
        $page = Get-Content -LiteralPath "$PSScriptRoot/../../docs/en-US/$Command.md" -Raw
        $page -match "(?ms)^### -$Parameter$.*?^HelpMessage: '(.*?)'$" | Should -BeTrue
        $tip.EndsWith(" - $($Matches[1].Replace("''", "'"))") | Should -BeTrue
    }

    It 'offers no files where a number is wanted: <_>' -ForEach 'Get-MemGroup -MemoryLimit ', 'Get-MemGroup -ThrottleLimit ', 'Get-MemProcess -t ', 'Get-OracleInstance -Timeout ', 'Export-MemSnapshot x -Timeout ' {
        Get-Completion $_ | Should -BeNullOrEmpty
    }

    It 'looks at the tree of -ProcRoot' {
        $null = New-Item -ItemType Directory "$TestDrive/proc/77"
        Set-Content "$TestDrive/proc/77/stat" ('77 (of the copy) S 1 77 77 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 100 1000000 10 ' + '0 ' * 28)
        Get-Text "Get-MemProcess -ProcRoot $TestDrive/proc -Name o" | Should -Be "'of the copy'"
        Get-Text "Get-MemProcess -ProcRoot $TestDrive/proc -Id 7" | Should -Be '77'
        Get-Text "Get-MemGroup -ProcRoot $TestDrive/proc -Filter 'comm(o" | Should -Be "'comm(of the copy)'"

        # By the name that reports show, and by the path.
        Set-Content "$TestDrive/proc/77/cgroup" '0::/system.slice/etl.service'
        Get-Text "Get-MemGroup -ProcRoot $TestDrive/proc -Filter 'cgroup(et" | Should -Be "'cgroup(etl.service)'"
        Get-Text "Get-MemGroup -ProcRoot $TestDrive/proc -Filter 'cgroup(/sys" | Should -Be "'cgroup(/system.slice/etl.service)'"
        Get-Text "Get-MemGroup -ProcRoot $TestDrive/proc -Filter 'unit(" | Should -Be "'unit(etl.service)'"
    }

    It 'is silent where there is nothing' {
        Get-Text 'Get-MemProcess -ProcRoot /nosuch -Id 1' | Should -Not -Contain '1'
        Get-Text 'Get-MemGroup -SplitEnv LINUXMEM_NOSUCH' | Should -BeNullOrEmpty
    }
}

Describe 'Tab after Format-Table -View' {
    It 'offers after <_> views that work there' -ForEach 'Get-MemGroup', 'Get-MemProcess', 'Get-Tmpfs' {
        foreach ($view in (TabExpansion2 "$_ | Format-Table -View ").CompletionMatches.CompletionText) {
            $view | Should -BeIn 'Table', 'Listed', 'Compact', 'Swap', 'Shared', 'Full'
        }
    }
}

Describe 'Tab inside a scriptblock' {
    It 'offers what a process is after <_>' -ForEach 'Get-MemGroup -Filter { $_.', 'Get-MemGroup -SplitBy { $PSItem.', 'Get-MemGroup -SplitCustom @{ a = { $_.Id -eq 1 }; b = { $_.', 'Get-MemProcess -f { $_.Id -gt 1 -and $_.', 'Export-MemSnapshot x -Filter { "$($_.Id)" -and $_.', 'LinuxMem\Get-MemGroup -SplitBy Comm, { $_.' {
        $texts = Get-Text $_
        foreach ($name in 'Id', 'User', 'Comm', 'CommandLine', 'Cgroup', 'Environment') {
            $texts | Should -Contain $name
        }
        $texts | ForEach-Object { [LinuxMem.MemProcess].GetProperty($_) ?? ($_ -in 'CgroupPath', 'Environment') } | Should -Not -Contain $false
        $texts | Group-Object | Where-Object Count -gt 1 | ForEach-Object Name | Should -BeNullOrEmpty
        Get-Text "$($_)us" | Should -Be 'User'
        Get-Text "$($_)us } -Verbose" "$($_)us".Length | Should -Be 'User'
        (TabExpansion2 "$($_)us").CompletionMatches.CompletionText | Should -Be 'User' -Because 'without a place the cursor is at the end'
        $result = TabExpansion2 "$($_)us" "$($_)us".Length
        $result.ReplacementIndex, $result.ReplacementLength | Should -Be $_.Length, 2
    }

    It 'offers nothing of it elsewhere: <_>' -ForEach 'Write-Output { $_.Cgr', '{ $_.Cgr', 'Get-MemGroup -Filter { Write-Output { $_.Cgr', 'Get-MemGroup -Filter { $x.Cgr', 'Get-MemGroup; $_.Cgr' {
        Get-Text $_ | Should -BeNullOrEmpty
    }

    It 'leaves the session its TabExpansion2, and goes with the module' {
        $text = Invoke-Pwsh "
            `$before = `${function:TabExpansion2}.ToString()
            Import-Module '$((Get-Item $module).FullName)'
            `${function:TabExpansion2}.ToString() -eq `$before
            (TabExpansion2 'Get-MemGroup -Filter { `$_.us' 28).CompletionMatches.CompletionText
            (TabExpansion2 -inputScript 'Get-ChildI' -cursorColumn 10).CompletionMatches.CompletionText
            Remove-Module LinuxMem
            `$null -eq `$ExecutionContext.InvokeCommand.PreCommandLookupAction
            `${function:TabExpansion2}.ToString() -eq `$before"
        $text | Should -Be 'True', 'User', 'Get-ChildItem', 'True', 'True'
    }
}

Describe 'Tab inside a filter' {
    It 'completes <Line> to <Text>' -ForEach @(
        @{ Line = "Get-MemGroup -Filter 'and(com"; Text = "'and(comm(" }
        @{ Line = 'Get-MemGroup -Filter "and(com'; Text = '"and(comm(' }
        @{ Line = 'Get-MemGroup -Filter com'; Text = "'comm(" }
        @{ Line = "Get-MemGroup -f 'not(and(or(desc"; Text = "'not(and(or(descendants(" }
        @{ Line = "Get-MemGroup -Filter 'tr"; Text = "'true()'" }
        @{ Line = "Get-MemGroup -Filter 'not(tr"; Text = "'not(true()" }
        @{ Line = "Get-MemGroup -SplitCustom 'comm(a),com"; Text = "'comm(a),comm(" }
        @{ Line = "Get-MemGroup -SplitCustom 'comm(a)',com"; Text = "'comm(" }
        @{ Line = "Get-MemGroup -SplitCustom 'comm(a)' -Filter 'comm(slee"; Text = "'comm(sleep)'" }
        @{ Line = "Get-MemGroup -Filter 'and(uid(0),comm(slee"; Text = "'and(uid(0),comm(sleep)" }
        @{ Line = "Get-MemGroup -Filter 'comm(`"slee"; Text = "'comm(sleep)'" }
        @{ Line = "Get-MemGroup -Filter 'env_k(LINUXMEM_TAB2"; Text = "'env_k(LINUXMEM_TAB2)'" }
        @{ Line = "Get-MemGroup -Filter 'env_kv(LINUXMEM_TAB2"; Text = "'env_kv(LINUXMEM_TAB2," }
        @{ Line = "Get-MemGroup -Filter 'env_kv(LINUXMEM_TAB2,"; Text = "'env_kv(LINUXMEM_TAB2,a b)'" }
        @{ Line = "Get-MemGroup -Filter 'env_kv(LINUXMEM_TAB,"; Text = "'env_kv(LINUXMEM_TAB,`"it''s`")'" }
    ) {
        Get-Text $Line | Should -Be $Text
    }

    It 'keeps a closing quote that is there' {
        $line = "Get-MemGroup -Filter 'and(com' -SplitUid"
        $result = TabExpansion2 $line ($line.IndexOf('(com') + 4)
        $result.CompletionMatches.CompletionText | Should -Be "'and(comm('"
        $line.Remove($result.ReplacementIndex, $result.ReplacementLength).Insert($result.ReplacementIndex, $result.CompletionMatches[0].CompletionText) | Should -Be "Get-MemGroup -Filter 'and(comm(' -SplitUid"
    }

    It 'offers all predicates, with what they mean' {
        $offered = Get-Completion "Get-MemGroup -Filter 'and(uid(0),"
        $offered | Should -HaveCount ([LinuxMem.Engine.Filters.FilterPredicates]::All.Count)
        ($offered | Where-Object ListItemText -EQ 'comm(x)').ToolTip | Should -BeLike 'comm(x): processes of that command name*for example comm(ora_*)'
    }

    It 'offers users, by name and by number' {
        $user = id -un
        Get-Text "Get-MemGroup -Filter 'user(" | Should -Contain "'user($user)'"
        Get-Text "Get-MemGroup -Filter 'uid($user" | Should -Be "'uid($(id -u))'"
        (Get-Completion "Get-MemGroup -Filter 'uid($(id -u)" | Where-Object CompletionText -EQ "'uid($(id -u))'").ListItemText | Should -Be "$(id -u) ($user)"
    }

    It 'offers processes for ids' {
        foreach ($predicate in 'pid', 'ppid', 'descendants') {
            Get-Text "Get-MemGroup -Filter '$predicate($PID" | Should -Contain "'$predicate($PID)'"
        }
    }

    It 'offers nothing where the filter is wrong, or nothing is being written' -ForEach "com(ba", 'uid(0))', 'true(', 'comm(a) x', 'uid(0' {
        Get-Text "Get-MemGroup -Filter '$_" | Where-Object { $_ -like "'$($_)*" -and $_ -notlike "'uid(0*" } | Should -BeNullOrEmpty
    }

    It 'makes only filters that can be read, whatever processes are called' {
        $odd = 'a,b(c', "q'u`"o", 'x)y', '*?', 'blank ', '\'
        $running = foreach ($name in $odd) {
            $file = Join-Path $TestDrive "run-$([guid]::NewGuid()).sh"
            Set-Content -LiteralPath $file "printf %s `"`$NAME`" > /proc/self/comm; read -r line"
            $start = [Diagnostics.ProcessStartInfo]::new('bash', $file)
            $start.RedirectStandardInput = $true
            $start.Environment['NAME'] = $name
            [Diagnostics.Process]::Start($start)
        }
        try {
            Wait-Until 'all are called as they shall' { (Get-MemProcess -ListOnly -Id $running.Id).Comm -notcontains 'bash' }
            $texts = Get-Text "Get-MemGroup -Filter 'comm("
            foreach ($process in $running) {
                $comm = (Get-MemProcess -ListOnly -Id $process.Id).Comm
                # Others that were named may have ended meanwhile.
                $found = $texts | Where-Object { Get-MemProcess -ListOnly -Filter (& ([scriptblock]::Create($_))) -WarningAction Ignore | Where-Object Id -EQ $process.Id }
                $found | Should -HaveCount 1 -Because "the name is $comm"
            }
        }
        finally {
            $running | ForEach-Object { $_.Kill() }
        }
    }
}
