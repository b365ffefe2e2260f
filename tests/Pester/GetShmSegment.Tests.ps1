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

Describe 'Get-ShmSegment' @needsSegments {
    BeforeAll {
        # Of two sizes, neither ever written.
        $ids = foreach ($size in 409600, 819200) {
            [long]((ipcmk -M $size -p 0640) -replace '\D')
        }
        $names = 'Key', 'KeyHex', 'ShmId', 'Size', 'Rss', 'Pages4k', 'Pages2M', 'Pages1G', 'Swap', 'UsedPercent', 'Sid', 'Uid', 'User', 'Gid', 'Mode', 'Attached', 'CreatorPid', 'LastPid', 'AttachTime', 'DetachTime', 'ChangeTime', 'AttachedPids', 'Removed', 'Locked', 'PageSize', 'Time', 'ComputerName', 'ProcRoot'
    }

    AfterAll {
        $ids | ForEach-Object { ipcrm -m $_ }
    }

    It 'lists segments by size, largest first' {
        $all = Get-ShmSegment
        $all | Should -BeOfType LinuxMem.ShmSegment
        $all.Size | Should -Be @($all.Size | Sort-Object -Descending)
        $segment = $all | Where-Object ShmId -EQ $ids[0]
        $segment.Size | Should -Be 409600
        $segment.Rss | Should -Be 0
        $segment.Pages4k | Should -Be 0
        $segment.Mode | Should -Be '0640'
        $segment.User | Should -Be (id -un)
        $segment.Attached | Should -Be 0
        $segment.AttachTime | Should -BeNullOrEmpty
        $segment.ChangeTime | Should -BeGreaterThan (Get-Date).AddMinutes(-10)
        $segment.Removed | Should -BeFalse
        $segment.PSObject.Properties.Name | Should -Be $names
    }

    It 'has the key as ipcs shows it, in the object, the list and the compact view' {
        foreach ($segment in Get-ShmSegment $ids) {
            $shown = @((ipcs -m) -match "^0x\S+\s+$($segment.ShmId)\s")[0].Split(' ')[0]
            $segment.KeyHex | Should -BeExactly $shown
            $segment.key_hex | Should -BeExactly $shown
            ($segment | Format-List | Out-String) -match "(?m)^key_hex +: $shown$" | Should -BeTrue
            ($segment | Format-Table -View Compact | Out-String -Width 80) -match "(?m)^$shown +$($segment.ShmId) " | Should -BeTrue
            ($segment | Format-Table | Out-String -Width 120) -match "(?m)^ *$($segment.Key) +$($segment.ShmId) " | Should -BeTrue
        }
    }

    It 'counts what is used of a small segment against the page that it takes' {
        $small = [long]((ipcmk -M 56) -replace '\D')
        try {
            (Get-ShmSegment $small).UsedPercent | Should -Be 0
            (Get-ShmSegment $small -ForceReadShm).UsedPercent | Should -Be 100
        }
        finally {
            ipcrm -m $small
        }
    }

    It 'chooses by number and by key, also through the pipeline' {
        (Get-ShmSegment -ShmId $ids).ShmId | Should -Be $ids[1], $ids[0]
        ($ids[0] | Get-ShmSegment).ShmId | Should -Be $ids[0]
        (Get-ShmSegment $ids[0] | Get-ShmSegment).ShmId | Should -Be $ids[0]
        $key = (Get-ShmSegment $ids[0]).Key
        $key | Should -Not -Be 0
        (Get-ShmSegment -Key $key).ShmId | Should -Be $ids[0]
        @() | Get-ShmSegment | Should -BeNullOrEmpty
    }

    It 'says so when there is no such segment, and shows the others' {
        $found = Get-ShmSegment -ShmId $ids[0], 2147483647 -ErrorAction SilentlyContinue -ErrorVariable failure
        $found.ShmId | Should -Be $ids[0]
        $failure | Should -HaveCount 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'SegmentNotFound,LinuxMem.PowerShell.Commands.GetShmSegmentCommand'
        $failure[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'takes the headings as names, hidden' {
        $segment = Get-ShmSegment $ids[1]
        $segment.shmid | Should -Be $ids[1]
        $segment.pages_4k | Should -Be 0
        $segment.pages_2M | Should -Be 0
        $segment.pages_1G | Should -Be 0
        $segment.used_percent | Should -Be 0
        $segment.nattch | Should -Be 0
        $segment.cpid | Should -Be $segment.CreatorPid
        ($segment | Get-Member).Name | Should -Not -Contain 'pages_4k'
    }

    It 'shows the columns of memstats, live and as they come from another session' {
        $copies = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@(Get-ShmSegment)))
        foreach ($objects in (Get-ShmSegment), $copies) {
            $text = $objects | Format-Table | Out-String -Width 150
            $text = $text -replace '\e\[[\d;]*m'
            (($text -split '\n' | Where-Object { $_.Trim() })[0].Trim() -split ' {1,}(?!%)') | Should -Be 'key', 'shmid', 'size', 'rss', 'pages_4k', 'pages_2M', 'swap', 'used %', 'sid'
            $text | Should -Match "$($ids[0]) +400\.00 KiB +- +0 +0 +- +0"
        }
        $copies[0].PSTypeNames[0] | Should -Be 'Deserialized.LinuxMem.ShmSegment'
        ($copies | Where-Object ShmId -EQ $ids[0]).used_percent | Should -Be 0
        (Get-ShmSegment $ids[0] | Format-List | Out-String) | Should -Match 'attached_pids'
    }

    It 'goes to CSV and back' {
        $file = Join-Path $TestDrive shm.csv
        Get-ShmSegment | Export-Csv $file
        $back = Import-Csv $file
        $back | Should -HaveCount @(Get-ShmSegment).Count
        $back[0].PSObject.Properties.Name | Should -Be $names
        $live = Get-ShmSegment $ids[0]
        $one = $back | Where-Object ShmId -EQ $ids[0]
        foreach ($name in $names) {
            $one.$name | Should -Be "$($live.$name)" -Because $name
        }
    }

    It 'changes nothing in a hundred calls' {
        $before = @(Get-Content /proc/sysvipc/shm) -match " $($ids[0]) "
        1..100 | ForEach-Object { Get-ShmSegment $ids[0] } | Measure-Object Rss -Sum | ForEach-Object Sum | Should -Be 0
        @(Get-Content /proc/sysvipc/shm) -match " $($ids[0]) " | Should -Be $before
    }

    It 'shows an ordinary user what everybody may see' @needsOrdinaryUser {
        $line = Invoke-Pwsh -Through $asOrdinaryUser "Import-Module '$module'; Get-ShmSegment $($ids[0]) | ForEach-Object { `"`$(`$_.Size) `$(`$_.Rss) `$(`$_.User)`" }"
        $line | Should -Be '409600 0 root'
    }

    It 'allocates with -ForceReadShm, as documented' {
        $forced = Get-ShmSegment $ids[1] -ForceReadShm
        $forced.Rss | Should -Be 819200
        $forced.UsedPercent | Should -Be 100
        $forced.Pages4k | Should -Be (819200 / (getconf PAGESIZE))
        $forced.DetachTime | Should -Not -BeNullOrEmpty
        (Get-ShmSegment $ids[0]).Rss | Should -Be 0
    }
}

Describe 'Get-ShmSegment of another tree' {
    It 'says what is wrong' {
        { Get-ShmSegment -ProcRoot $TestDrive } | Should -Throw -ErrorId 'NotProc,*'
        { Get-ShmSegment -ProcRoot Env: } | Should -Throw -ErrorId 'NotProc,*'
    }
}
