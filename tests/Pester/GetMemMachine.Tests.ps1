#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = Join-Path $PSScriptRoot '../../out/LinuxMem'
    Import-Module $module -Force
    $total = [long](Get-Content /proc/meminfo | Select-String '^MemTotal:\s+(\d+)').Matches[0].Groups[1].Value * 1KB
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-MemMachine' {
    It 'emits parts that add up to all memory, without a scan' {
        $parts = Get-MemMachine -SkipScan
        $parts | Should -BeOfType LinuxMem.MemPart
        ($parts | Measure-Object Bytes -Sum).Sum | Should -Be $total
        $parts.Part | Should -Contain 'shared memory'
        $parts[-1].Part | Should -Be 'other'
        $parts.Source | Should -Not -Contain ''
        $parts.InGroups | Where-Object { $null -ne $_ } | Should -BeNullOrEmpty
        ($parts | Where-Object Part -EQ 'free').InFree | Should -Be 'free'
        ($parts | Where-Object Part -EQ 'free').in_free | Should -Be 'free'
    }

    It 'names what tells more in 120 columns, and not the beginning of it in 80' {
        $wide, $narrow = 120, 80 | ForEach-Object { Get-MemMachine -SkipScan | Out-String -Width $_ }
        $wide | Should -Match '(?m) swapon --show *$'
        $narrow | Should -Match '(?m) in_free *$'
    }

    It 'tells of when and of which machine it is' {
        $part = (Get-MemMachine -SkipScan)[0]
        $part.Time | Should -BeOfType datetime
        $part.ComputerName | Should -Not -BeNullOrEmpty
    }

    It 'tells the same of a copy, which lacks sysfs, and says so' {
        $copy = Join-Path $PSScriptRoot '../Fixtures/linux-5.14'
        $parts = Get-MemMachine -SkipScan -ProcRoot $copy
        $line = (Get-Content "$copy/meminfo" | Select-String '^MemTotal:\s+(\d+)').Matches[0].Groups[1].Value
        ($parts | Measure-Object Bytes -Sum).Sum | Should -Be ([long]$line * 1KB)
        ($parts | Where-Object Part -EQ 'zram').Source | Should -BeLike '*a copy of /proc has nothing of /sys*'
    }

    It 'is an error where there is no /proc' {
        { Get-MemMachine -ProcRoot '/usr' -ErrorAction Stop } | Should -Throw -ErrorId 'NotProc,*'
    }
}

Describe 'Get-MemMachine with a scan' @needsFrames {
    It 'divides cache and shared memory, and adds up' {
        $parts = Get-MemMachine -WarningAction Ignore
        ($parts | Measure-Object Bytes -Sum).Sum | Should -Be $total
        $parts.Part | Should -Contain 'file cache, mapped'
        $parts.Part | Should -Contain 'shared memory, held'
        ($parts | Where-Object Part -EQ 'anonymous').InGroups | Should -BeGreaterThan 1MB
    }

    It 'tells how the columns of free come about' {
        $notices = Get-MemMachine -WarningAction Ignore -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$notices" | Should -BeLike '*free(1) shows of these*'
        "$notices" | Should -BeLike '*All processes together hold*'
    }
}
