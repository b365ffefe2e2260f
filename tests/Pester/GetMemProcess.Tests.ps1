#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = Join-Path $PSScriptRoot '../../out/LinuxMem'
    Import-Module $module -Force
    $WarningPreference = 'SilentlyContinue'
    $sleep = Start-Process sleep 600 -PassThru -Environment @{ LINUXMEM_PESTER = 'one'; ODD = "a`nb$([char]27)[31m" }
}

AfterAll {
    $sleep | Stop-Process
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-MemProcess' {
    It 'tells what a process is, without rights and without figures, with -ListOnly' {
        $process = Get-MemProcess -Id $sleep.Id -ListOnly
        $process | Should -BeOfType LinuxMem.MemProcess
        $process.Id | Should -Be $sleep.Id
        $process.ParentId | Should -Be $PID
        $process.Comm | Should -Be 'sleep'
        $process.CommandLine | Should -Match 'sleep 600$'
        $process.Exe | Should -Be (Get-Item "/proc/$($sleep.Id)/exe").Target
        $process.User | Should -Be (id -un)
        $process.Uid | Should -Be (id -u)
        $process.Gid | Should -Be (id -g)
        $process.Environment['LINUXMEM_PESTER'] | Should -Be 'one'
        $process.Environment.ODD | Should -Be "a`nb$([char]27)[31m"
        $process.StartTime | Should -BeGreaterThan (Get-Date).AddMinutes(-10)
        $process.MemRss | Should -BeNullOrEmpty
    }

    It 'lists as an ordinary user' @needsOrdinaryUser {
        $text = Invoke-Pwsh -Through $asOrdinaryUser "Import-Module '$module'; (Get-MemProcess -ListOnly).Count -gt 2; try { Get-MemProcess } catch { `$_.FullyQualifiedErrorId }"
        $text | Should -Be 'True', 'PermissionDenied,LinuxMem.PowerShell.Commands.GetMemProcessCommand'
    }

    It 'measures each process' @needsFrames {
        $process = Get-MemProcess -Id $sleep.Id
        $kernel = (Get-Content "/proc/$($sleep.Id)/smaps_rollup") -match '^Rss:' -replace '\D'
        $process.MemRss | Should -Be ([long]$kernel[0] * 1KB)
        $process.MemUss | Should -BeLessThan $process.MemPss
        $process.MemPss | Should -BeLessThan $process.MemRss
        $process.PageTables | Should -BeGreaterThan 0
        $process.mem_rss | Should -Be $process.MemRss
        $process.pid | Should -Be $sleep.Id
        $process.ppid | Should -Be $PID
        @($process.ShmIds) | Should -HaveCount 0
    }

    It 'sorts by MemHeld, and takes wildcards in names' @needsFrames {
        $all = Get-MemProcess
        $all.MemHeld | Should -Be @($all.MemHeld | Sort-Object -Descending)
        (Get-MemProcess 'slee?').Id | Should -Contain $sleep.Id
        (Get-MemProcess SLEEP).Id | Should -Contain $sleep.Id
    }

    It 'goes through pipelines in both directions' @needsFrames {
        (Get-Process -Id $sleep.Id | Get-MemProcess).Id | Should -Be $sleep.Id
        ($sleep.Id | Get-MemProcess -ListOnly).Id | Should -Be $sleep.Id
        (Get-MemProcess -Id $sleep.Id | Get-Process).Id | Should -Be $sleep.Id
        (Get-MemProcess -Id $sleep.Id | Get-MemGroup | Where-Object GroupName -EQ sleep).Procs | Should -Be 1
        @() | Get-MemProcess -ListOnly | Should -BeNullOrEmpty
    }

    It 'limits what is scanned with -Filter, so that pages shared with the rest become its own' @needsFrames {
        $alone = Get-MemProcess -Filter "pid($($sleep.Id))"
        $alone | Should -HaveCount 1
        $alone.MemUss | Should -Be $alone.MemRss
        (Get-MemProcess -Id $sleep.Id).MemUss | Should -BeLessThan $alone.MemUss
        $wanted = 'one'
        (Get-MemProcess -Filter { $_.Environment['LINUXMEM_PESTER'] -eq $wanted }).Id | Should -Be $sleep.Id
        (Get-MemProcess -ListOnly -Filter "descendants($PID)").Id | Should -Contain $sleep.Id
    }

    It 'says which ids and names it did not find, and shows the others' {
        $found = Get-MemProcess -ListOnly -Id $sleep.Id, 4194305 -ErrorVariable failures -ErrorAction SilentlyContinue
        $found.Id | Should -Be $sleep.Id
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -Be 'ProcessNotFound,LinuxMem.PowerShell.Commands.GetMemProcessCommand'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].TargetObject | Should -Be 4194305
        { Get-MemProcess -ListOnly nosuchname -ErrorAction Stop } | Should -Throw '*nosuchname*'
    }

    It 'never lets an escape sequence of a name through' {
        Set-Content TestDrive:/named.sh 'printf "\033[31mred" > /proc/self/comm; sleep 600; :'
        $named = Start-Process bash (Get-Item TestDrive:/named.sh).FullName -PassThru
        try {
            Wait-Until 'bash is called as the script says' { (Get-MemProcess -ListOnly -Id $named.Id).Comm -eq "$([char]27)[31mred" }
            foreach ($text in (Get-MemProcess -ListOnly -Id $named.Id | Out-String -Width 200), (Get-MemProcess -ListOnly -Id $named.Id | Format-List | Out-String)) {
                $text | Should -Match ([regex]::Escape('\x1B[31mred'))
                $text | Should -Not -Match "$([char]27)\[31mred"
            }
        }
        finally {
            # The shell first: it would say that its child was killed.
            $below = Get-MemProcess -ListOnly -Filter "descendants($($named.Id))" | Get-Process
            $named | Stop-Process
            $below | Stop-Process -ErrorAction Ignore
        }
    }
}

Describe 'Choosing groups' @needsFrames {
    It 'makes a report of each -SplitCustom value, first match wins, the rest is Other' {
        $groups = Get-MemGroup -SplitCustom "comm(sleep),pid(1),comm($pwshComm)", "uid($(id -u))"
        ($groups.Report | Select-Object -Unique) | Should -Be 1, 2
        ($groups | Where-Object Report -EQ 1).GroupName | Sort-Object | Should -Be ("comm($pwshComm)", 'comm(sleep)', 'Other', 'pid(1)' | Sort-Object)
        ($groups | Where-Object Report -EQ 2).GroupName | Should -Contain "uid($(id -u))"
        $groups.Split | Select-Object -Unique | Should -Be 'Custom splitter'
        @(($groups | Out-String -Width 200) -split '\n' -match '^group_name') | Should -HaveCount 2
    }

    It 'takes the filters of the pipeline as groups of one report, in order' {
        $groups = 'comm(sleep)', { $_.Comm -eq $pwshComm }, (Get-Process -Id $PID) | Get-MemGroup
        ($groups.Report | Select-Object -Unique) | Should -Be 1
        $groups.GroupName | Sort-Object | Should -Be ('$_.Comm -eq $pwshComm', 'comm(sleep)', 'Other', $pwshComm | Sort-Object)
        ($groups | Where-Object GroupName -EQ '$_.Comm -eq $pwshComm').Procs | Should -BeGreaterThan 0
    }

    It 'names the groups of a dictionary by its keys' {
        $groups = Get-MemGroup -SplitCustom ([ordered]@{ waiting = 'comm(sleep)'; shell = { $_.Id -eq $PID } })
        ($groups | Where-Object GroupName -EQ shell).Procs | Should -Be 1
        ($groups | Where-Object GroupName -EQ waiting).Procs | Should -BeGreaterThan 0
        (@{ a = 'true()' } | Get-MemGroup | Where-Object GroupName -EQ Other).Procs | Should -Be 0
    }

    It 'divides by properties and by what a scriptblock returns' {
        $groups = Get-MemGroup -SplitBy Comm, { $_.Environment['LINUXMEM_PESTER'] }, { if ($_.Id -eq $PID) { 1.5 } }
        ($groups | Where-Object { $_.Report -eq 1 -and $_.GroupName -eq 'sleep' }).Procs | Should -BeGreaterThan 0
        ($groups | Where-Object { $_.Report -eq 2 -and $_.GroupName -eq 'one' }).Procs | Should -Be 1
        ($groups | Where-Object { $_.Report -eq 3 -and $_.Key -eq 1.5 }).Procs | Should -Be 1
        ($groups | Where-Object { $_.Report -eq 3 -and $null -eq $_.Key }).GroupName | Should -Be '(not set)'
    }

    It 'takes dictionaries of any kind, objects as keys, and processes that have ended' {
        $dictionary = [System.Collections.Generic.Dictionary[string, object]]::new()
        $dictionary['waiting'] = 'comm(sleep)'
        (Get-MemGroup -SplitCustom $dictionary | Where-Object GroupName -EQ waiting).Procs | Should -BeGreaterThan 0
        $groups = Get-MemGroup -SplitBy { [pscustomobject]@{ u = $_.Uid; c = $_.Comm } }
        $groups.GroupName | Should -Contain "@{u=$(id -u); c=sleep}"
        ([pscustomobject]@{ Id = (Write-Output $PID) } | Get-MemGroup).GroupName | Should -Contain $pwshComm
        $ended = Start-Process true -PassThru
        $ended.WaitForExit(30000) | Should -BeTrue
        ($ended, (Get-Process -Id $PID) | Get-MemGroup | Where-Object GroupName -NE Other).Procs | Should -Be 1
    }

    It 'makes five reports of one scan' {
        $groups = Get-MemGroup -SplitUid -SplitEnv HOME -SplitCustom 'comm(bash)', 'uid(0)' -SplitBy Comm
        ($groups.Report | Select-Object -Unique) | Should -Be 1, 2, 3, 4, 5
        $groups | Group-Object Report | ForEach-Object { ($_.Group | Measure-Object MemPss -Sum).Sum } | Select-Object -Unique | Should -HaveCount 1
    }

    It 'leaves out of the scan what -Filter does not match' {
        $groups = Get-MemGroup -SplitUid -Filter "pid($($sleep.Id))"
        $groups.Procs | Should -Be 1
        $groups.MemUss | Should -Be $groups.MemRss
        Get-MemGroup -Filter 'false()' -WarningVariable warnings -WarningAction SilentlyContinue | ForEach-Object Procs | Should -Be 0
        "$warnings" | Should -BeLike '*false()*'
    }

    It 'completes property names' {
        $line = 'Get-MemGroup -SplitBy c'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'Comm', 'CommandLine', 'Cgroup', 'CgroupPath', 'Container'
    }

    It 'names the scriptblock and the process when a script fails' {
        try { Get-MemGroup -SplitBy { 1 / 0 } } catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidFilter,LinuxMem.PowerShell.Commands.GetMemGroupCommand'
        "$failure" | Should -BeLike '*{ 1 / 0 }*process *divide by zero*'
        $failure.TargetObject | Should -BeOfType LinuxMem.MemProcess
    }

    It 'refuses <name>' -TestCases @(
        @{ name = 'a filter with a typing error'; script = { Get-MemGroup -Filter 'and(uid(0),com(bash))' }; id = 'InvalidFilter'; category = 'ParserError' }
        @{ name = 'a filter with something left over'; script = { Get-MemGroup -Filter 'uid(0))' }; id = 'InvalidFilter'; category = 'ParserError' }
        @{ name = 'an empty filter'; script = { Get-MemGroup -SplitCustom ' ' }; id = 'InvalidFilter'; category = 'ParserError' }
        @{ name = 'a wrong filter through the pipeline'; script = { 'nope' | Get-MemGroup }; id = 'InvalidFilter'; category = 'ParserError' }
        @{ name = 'a wrong filter in a dictionary'; script = { Get-MemGroup -SplitCustom @{ a = 'uid(x)' } }; id = 'InvalidFilter'; category = 'ParserError' }
        @{ name = 'an empty dictionary'; script = { Get-MemGroup -SplitCustom @{} }; id = 'InvalidArgument'; category = 'InvalidArgument' }
        @{ name = 'a number as a filter'; script = { Get-MemGroup -SplitCustom 5 }; id = 'InvalidArgument'; category = 'InvalidArgument' }
        @{ name = 'a property that is none'; script = { Get-MemGroup -SplitBy Nope }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
        @{ name = 'a number of processes to be filtered'; script = { Get-MemGroup -Filter 5 }; id = 'ParameterArgumentValidationError'; category = 'InvalidData' }
    ) {
        $ErrorActionPreference = 'Stop'
        try { & $script; throw 'it did not fail' } catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -Be "$id,LinuxMem.PowerShell.Commands.GetMemGroupCommand"
        $failure.CategoryInfo.Category | Should -Be $category
    }

    It 'shows where a filter is wrong' {
        try { Get-MemGroup -Filter 'and(uid(0),com(bash))' } catch { $failure = $_ }
        $failure.Exception.Position | Should -Be 11
        $lines = $failure.ErrorDetails.RecommendedAction.Trim("`n") -split '\n'
        $lines[2].IndexOf('^') - $lines[1].IndexOf('and(') | Should -Be 11
    }
}
