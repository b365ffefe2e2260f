#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = Join-Path $PSScriptRoot '../../out/LinuxMem'
    Import-Module $module -Force
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-MemCgroup' {
    It 'has the control group of this process, without a scan' {
        $mine = Get-MemCgroup -SkipScan -WarningAction Ignore | Where-Object ProcessIds -Contains $PID
        $mine | Should -BeOfType LinuxMem.MemCgroup
        $mine.Procs | Should -Be $mine.ProcessIds.Count
        $mine.MemHeld | Should -BeNullOrEmpty
        $mine.Path | Should -BeLike '/*'
    }

    It 'takes names, paths and wildcards' {
        $path = (Get-MemCgroup -SkipScan -WarningAction Ignore | Where-Object ProcessIds -Contains $PID).Path
        (Get-MemCgroup $path -SkipScan -WarningAction Ignore).Path | Should -Be $path
        (Get-MemCgroup '/*' -SkipScan -WarningAction Ignore).Path | Should -Contain $path
        Get-MemCgroup 'there-is-none*' -SkipScan -WarningAction Ignore -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'says which name no control group has, and shows the others' {
        $path = (Get-MemCgroup -SkipScan -WarningAction Ignore | Where-Object ProcessIds -Contains $PID).Path
        $found = Get-MemCgroup $path, 'there-is-none' -SkipScan -WarningAction Ignore -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Path | Should -Be $path
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -Be 'CgroupNotFound,LinuxMem.PowerShell.Commands.GetMemCgroupCommand'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].TargetObject | Should -Be 'there-is-none'
    }

    It 'completes names' {
        $name = (Get-MemCgroup -SkipScan -WarningAction Ignore | Where-Object ProcessIds -Contains $PID).Name
        $line = 'Get-MemCgroup -Name '
        (TabExpansion2 $line $line.Length).CompletionMatches.ListItemText | Should -Contain $name
    }

    It 'pipes into Get-MemProcess' {
        (Get-MemCgroup -SkipScan -WarningAction Ignore | Where-Object ProcessIds -Contains $PID | Get-MemProcess -ListOnly).Id | Should -Contain $PID
    }

    It 'says of a copy that nothing is known of the charge' {
        $group = Get-MemCgroup -SkipScan -ProcRoot (Join-Path $PSScriptRoot '../Fixtures/linux-5.14') | Select-Object -First 1
        if ($group) {
            $group.Status | Should -BeLike 'not known: a copy of /proc*'
            $group.Current | Should -BeNullOrEmpty
        }
    }

    It 'is an error where there is no /proc' {
        { Get-MemCgroup -ProcRoot '/usr' -ErrorAction Stop } | Should -Throw -ErrorId 'NotProc,*'
    }
}

Describe 'Get-MemCgroup with a scan' @needsFrames {
    It 'counts what the processes hold' {
        $mine = Get-MemCgroup -WarningAction Ignore | Where-Object ProcessIds -Contains $PID
        $mine.MemHeld | Should -BeGreaterThan 1MB
        $mine.mem_anon | Should -BeLessOrEqual $mine.MemHeld
    }
}
