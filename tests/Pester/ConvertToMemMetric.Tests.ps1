#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'ConvertTo-MemMetric' @needsFrames {
    BeforeAll {
        $rows = @(
            Get-MemGroup -SplitUid -WarningAction Ignore
            Get-MemProcess -Id $PID
            Get-MemMapping -Id $PID
            Get-MemSharing -SplitPid $PID -WarningAction Ignore
            Get-MemMachine -SkipScan
            Get-MemCgroup -SkipScan -WarningAction Ignore
            Get-SharedMemory -SkipOpenFiles -WarningAction Ignore
            Get-Tmpfs
        )
        $live = @($rows | ConvertTo-MemMetric)
        $samples = @($live -notmatch '^#')
    }

    It 'makes samples of all that the cmdlets emit, and ends as it must' {
        $live[-1] | Should -BeExactly '# EOF'
        foreach ($name in 'group', 'process', 'mapping', 'sharing', 'machine_part', 'shared_memory', 'tmpfs') {
            @($samples -match "^linuxmem_${name}_").Count | Should -BeGreaterThan 0 -Because $name
        }

        $held = $rows | Where-Object { $_.PSTypeNames[0] -eq 'LinuxMem.MemProcess' } | ForEach-Object MemHeld
        @($samples -match '^linuxmem_process_held_bytes') | Should -Match "pid=`"$PID`".* $held`$"
    }

    It 'makes the same of what comes back from CLIXML, and from JSON and CSV but for parts of a second' {
        $rows | Export-Clixml $TestDrive/rows.xml
        Import-Clixml $TestDrive/rows.xml | ConvertTo-MemMetric | Should -Be $live
        $groups = @($rows | Where-Object { $_.PSTypeNames[0] -eq 'LinuxMem.MemGroup' })
        $expected = @($groups | ConvertTo-MemMetric) -notmatch 'timestamp'
        @($groups | ConvertTo-Json -Depth 3 | ConvertFrom-Json | ConvertTo-MemMetric) -notmatch 'timestamp' | Should -Be $expected
        @($groups | ConvertTo-Csv | ConvertFrom-Csv | ConvertTo-MemMetric) -notmatch 'timestamp' | Should -Be $expected
    }

    It 'writes a file whole in the place of the one before, and says nothing' {
        Set-Content "$TestDrive/m.prom" 'before'
        $rows | ConvertTo-MemMetric -Path "$TestDrive/m.prom" -WhatIf
        Get-Content "$TestDrive/m.prom" | Should -Be 'before'
        $rows | ConvertTo-MemMetric -Path "$TestDrive/m.prom" | Should -BeNullOrEmpty
        @(Get-Content "$TestDrive/m.prom") -notmatch '^# (TYPE|HELP|UNIT)' | Should -Be @($live -notmatch '^# (TYPE|HELP|UNIT)')
        (Get-Item "$TestDrive/m.prom").UnixMode | Should -Be '-rw-r--r--'
        Get-ChildItem $TestDrive -Force -Filter '*.part' | Should -BeNullOrEmpty
    }

    It 'refuses what it does not know, and goes on' {
        $lines = @(1, $rows[0] | ConvertTo-MemMetric -ErrorVariable errors -ErrorAction SilentlyContinue)
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        @($lines -match '^linuxmem_group_held_bytes') | Should -HaveCount 1
    }

    It 'keeps as many rows as asked for, and tells of the rest' {
        $mappings = $rows | Where-Object { $_.PSTypeNames[0] -eq 'LinuxMem.MemMapping' }
        $lines = @($mappings | ConvertTo-MemMetric -MaxRows 3 -WarningVariable warnings -WarningAction SilentlyContinue)
        @($lines -match '^linuxmem_mapping_held_bytes') | Should -HaveCount 3
        "$warnings" | Should -BeLike "*the $($mappings.Count - 3) smallest have no metrics*"
    }
}
