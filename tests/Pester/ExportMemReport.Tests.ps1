#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force

    function Get-ReportData([string] $Path) {
        [regex]::Match((Get-Content -LiteralPath $Path -Raw), '(?s)id="data">(.*?)</script>').Groups[1].Value | ConvertFrom-Json
    }
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Export-MemReport' @needsFrames {
    It 'scans once for all parts, and returns the file' {
        $file = Export-MemReport "$TestDrive/all.html" -WarningAction Ignore
        $file | Should -BeOfType IO.FileInfo
        $file.UnixMode | Should -Be '-rw-------'
        $data = Get-ReportData $file
        $data.tables.thing | Should -Be 'group', 'process', 'mapping', 'sharing', 'shared_memory', 'machine_part', 'cgroup', 'hugepages'
        $machine = $data.tables | Where-Object thing -EQ machine_part
        $bytes = $machine.columns.key.IndexOf('bytes')
        $total = ((Get-Content /proc/meminfo) -match '^MemTotal' -replace '\D')[0]
        ($machine.rows | ForEach-Object { $_[$bytes] } | Measure-Object -Sum).Sum | Should -Be (1KB * $total)
    }

    It 'takes what came through the pipeline, of several machines and times' {
        $now = Get-MemGroup -SplitUid -WarningAction Ignore
        $now | Export-Clixml $TestDrive/now.xml
        $other = Import-Clixml $TestDrive/now.xml
        $other | ForEach-Object { $_.ComputerName = 'other'; $_.Time = $_.Time.AddHours(-1) }
        $data = Get-ReportData ($now, $other | ForEach-Object { $_ } | Export-MemReport "$TestDrive/two.html")
        $table = $data.tables | Where-Object thing -EQ group
        $table.rows | Should -HaveCount (2 * @($now).Count)
        $place = $table.columns.key.IndexOf('computer_name')
        $table.rows | ForEach-Object { $_[$place] } | Select-Object -Unique | Should -Contain 'other'
    }

    It 'replaces a file by -Force alone, and goes on after the error' {
        Set-Content "$TestDrive/there.html" 'before'
        Get-Tmpfs | Export-MemReport "$TestDrive/there.html" -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        Get-Content "$TestDrive/there.html" | Should -Be 'before'
        (Get-Tmpfs | Export-MemReport "$TestDrive/there.html" -Force).Length | Should -BeGreaterThan 1MB
    }

    It 'writes nothing for nothing' {
        @() | Export-MemReport "$TestDrive/none.html" -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        1 | Export-MemReport "$TestDrive/none.html" -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike 'Nothing came through the pipeline*'
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        "$TestDrive/none.html" | Should -Not -Exist
    }
}
