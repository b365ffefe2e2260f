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

Describe 'Get-MemMapping' @needsFrames {
    BeforeAll {
        $name = "/dev/shm/linuxmem-pester-$(New-Guid)"
        $file = [IO.File]::Open($name, 'CreateNew', 'ReadWrite')
        $file.SetLength(1MB)
        $map = [IO.MemoryMappedFiles.MemoryMappedFile]::CreateFromFile($file, [NullString]::Value, 0, 'ReadWrite', 'None', $true)
        $view = $map.CreateViewAccessor()
        0..9 | ForEach-Object { $view.Write($_ * [Environment]::SystemPageSize, [byte]1) }
    }

    AfterAll {
        $view.Dispose()
        $map.Dispose()
        $file.Dispose()
        Remove-Item $name
    }

    It 'shows what a process consists of' {
        $lines = Get-MemMapping -Id $PID -WarningAction Ignore
        $lines | Should -BeOfType LinuxMem.MemMapping
        $lines.GroupName | Select-Object -Unique | Should -HaveCount 1
        $line = $lines | Where-Object Mapping -EQ $name
        $line.Kind | Should -Be 'Posix'
        $line.Procs | Should -Be 1
        $line.Size | Should -Be 1MB
        $line.mem_rss | Should -Be (10 * [Environment]::SystemPageSize)
        $line.SharedMem | Should -Be $line.MemRss
        $line.Deleted | Should -BeFalse
        $lines.Mapping | Should -Contain '[heap]'
        $held = $lines.MemHeld
        $held | Should -Be ($held | Sort-Object -Descending)
    }

    It 'takes groups through the pipeline, all from one scan' {
        $scans = @()
        $lines = Get-MemGroup -SplitBy Comm -WarningAction Ignore | Where-Object ProcessIds -Contains $PID | Get-MemMapping -WarningAction Ignore -Verbose 4>&1
        $scans = @($lines | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] -and $_ -like 'Scanned*' })
        $scans | Should -HaveCount 1
        ($lines | Where-Object { $_ -is [LinuxMem.MemMapping] }).Mapping | Should -Contain $name
    }

    It 'shows each of several groups, and not the rest' {
        $lines = "pid($PID)", 'pid(1)' | Get-MemMapping -WarningAction Ignore
        $lines.GroupName | Select-Object -Unique | Should -BeIn "pid($PID)", 'pid(1)'
        $lines.GroupName | Should -Contain "pid($PID)"
    }

    It 'adds up to the group, with -Top as without, and by kind' {
        foreach ($more in @{}, @{ Top = 3 }, @{ By = 'Kind' }) {
            $lines = Get-MemMapping -Id $PID -WarningAction Ignore @more
            $rss = ($lines | Measure-Object mem_pss -Sum).Sum
            $rss | Should -BeGreaterThan 1MB
            $rss % [Environment]::SystemPageSize | Should -Be 0
        }
        $top = Get-MemMapping -Id $PID -Top 3 -WarningAction Ignore
        $top | Should -HaveCount 4
        $top[3].IsRest | Should -BeTrue
        $top[3].Procs | Should -BeNullOrEmpty
        $top[3].Mapping | Should -Match '^\(\d+ more\)$'
        (Get-MemMapping -Id $PID -By Kind -WarningAction Ignore).Mapping | Should -Contain 'Anonymous'
    }

    It 'shows memory, not only address space, in 80 columns' {
        $text = Get-MemMapping -Id $PID -Top 2 -WarningAction Ignore | Out-String -Width 80
        $text | Should -Match '(?m)^mapping +kind +procs +mem_held +mem_rss *$'
    }

    It 'takes names, in any case' {
        $comm = (Get-MemProcess -ListOnly -Id $PID).Comm
        (Get-MemMapping $comm.ToUpperInvariant() -WarningAction Ignore).GroupName | Select-Object -Unique | Should -Be $comm.ToUpperInvariant()
    }

    It 'shows nothing where nothing came, and refuses what makes no sense' {
        Get-Process -Name nosuch -ErrorAction Ignore | Get-MemMapping | Should -BeNullOrEmpty
        { "pid($PID)" | Get-MemMapping -Name x -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument*'
        { Get-MemMapping -Id 2147483647 -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotFound*'
        { Get-MemMapping -Top 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Get-MemMapping -By Nothing } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage*'
    }

    It 'reads snapshots' {
        $snapshot = Export-MemSnapshot "$TestDrive/s.tar.gz" -SkipOracle -WarningAction Ignore
        $line = $snapshot | Get-MemMapping -WarningAction Ignore | Where-Object Mapping -EQ $name
        $line.MemRss | Should -Be (10 * [Environment]::SystemPageSize)
        $line.Time | Should -BeOfType datetime
    }
}
