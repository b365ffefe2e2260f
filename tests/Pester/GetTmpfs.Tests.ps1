#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsMounts = Get-Need 'root, and unshare that may make a mount namespace' ($isRoot -and (Test-Program unshare) -and $(unshare -m true 2>$null; $LASTEXITCODE -eq 0))
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-Tmpfs' {
    It 'lists the mounts of the kernel in its order' {
        $expected = (Get-Content /proc/self/mountinfo) -match ' - tmpfs ' | ForEach-Object { [regex]::Replace(($_ -split ' ')[4], '\\(\d{3})', { [char][Convert]::ToInt32($args[0].Groups[1].Value, 8) }) }
        $mounts = @(Get-Tmpfs)
        $mounts.MountPoint | Should -Be $expected
        $mounts | ForEach-Object { $_ | Should -BeOfType LinuxMem.TmpfsMount }
        foreach ($mount in $mounts | Where-Object Status -EQ OK) {
            $mount.FsUsed + $mount.FsFree | Should -Be $mount.FsSize
            $df = (df -B1 --output=size,used -- $mount.MountPoint)[1].Trim() -split '\s+'
            $mount.FsSize | Should -Be $df[0]
            $mount.Device | Should -Match '^\d+:\d+$'
        }
    }

    It 'knows the headings as names that show nowhere' {
        $mount = @(Get-Tmpfs | Where-Object Status -EQ OK)[0]
        if (-not $mount) {
            Set-ItResult -Skipped -Because 'there is no tmpfs to ask'
            return
        }

        $mount.mount_point | Should -Be $mount.MountPoint
        $mount.fs_size | Should -Be $mount.FsSize
        $mount.fs_used | Should -Be $mount.FsUsed
        $mount.noswap | Should -BeOfType bool
        $mount.fs_free | Should -Be $mount.FsFree
        $mount.used_percent | Should -Be $mount.UsedPercent
        $mount.inodes_used | Should -Be $mount.InodesUsed
        $names = 'MountPoint', 'FsSize', 'FsUsed', 'NoSwap', 'Huge', 'FsFree', 'UsedPercent', 'Inodes', 'InodesUsed', 'Source', 'Options', 'Status', 'IsUnlimited', 'SharedWith', 'Root', 'Device', 'Time', 'ComputerName', 'ProcRoot'
        ($mount | Get-Member -MemberType Properties).Name | Should -Be ($names | Sort-Object)
        ($mount | ConvertTo-Json | ConvertFrom-Json).psobject.Properties.Name | Should -Be $names
        ($mount | ConvertTo-Csv | ConvertFrom-Csv).FsSize | Should -Be $mount.FsSize
    }

    It 'says which mount points it did not find, and shows the others' {
        $found = Get-Tmpfs '*', /nosuch, '/nosuch*' -ErrorVariable failures -ErrorAction SilentlyContinue
        @($found).Count | Should -Be @(Get-Tmpfs).Count
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -Be 'MountPointNotFound,LinuxMem.PowerShell.Commands.GetTmpfsCommand'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].TargetObject | Should -Be '/nosuch'
        { Get-Tmpfs /proc -ErrorAction Stop } | Should -Throw "*'/proc'*"
        Get-Tmpfs '/nosuch*' | Should -BeNullOrEmpty
        { Get-Tmpfs '/nosuch[a' -ErrorAction Stop } | Should -Throw "*'/nosuch``[a'*"
    }

    It 'refuses what is no /proc tree' {
        foreach ($path in '/nosuch', '/usr', 'env:', 'nodrive:/x') {
            { Get-Tmpfs -ProcRoot $path } | Should -Throw -ErrorId 'NotProc,LinuxMem.PowerShell.Commands.GetTmpfsCommand'
        }
    }

    It 'shows the mounts of a copy of /proc without sizes' {
        $null = New-Item -ItemType Directory TestDrive:/proc/1
        Set-Content TestDrive:/proc/1/stat '1 (init) S 0 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 1 409600 10 1'
        Set-Content TestDrive:/proc/1/mountinfo '30 27 0:40 / /a\040[b] ro shared:1 - tmpfs t rw,noswap,size=4k,huge=always'
        $mount = Get-Tmpfs '/a [b]/' -ProcRoot TestDrive:/proc
        $mount.MountPoint | Should -Be '/a [b]'
        $mount.FsSize, $mount.FsUsed, $mount.FsFree, $mount.UsedPercent, $mount.Inodes, $mount.InodesUsed, $mount.IsUnlimited | Should -Be $null, $null, $null, $null, $null, $null, $null
        $mount.NoSwap | Should -BeTrue
        $mount.Huge | Should -Be always
        $mount.Options | Should -Be 'ro,noswap,size=4k,huge=always'
        $mount.Status | Should -BeLike '*copy*'
        Remove-Item TestDrive:/proc/1/mountinfo
        { Get-Tmpfs -ProcRoot TestDrive:/proc } | Should -Throw -ErrorId 'SystemError,LinuxMem.PowerShell.Commands.GetTmpfsCommand'
    }
}

Describe 'Get-Tmpfs on real mounts' @needsMounts {
    BeforeAll {
        # One session sees them all. It runs in a mount namespace of its own, so that the machine's mounts stay as they are.
        $folder = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)"
        $null = New-Item -ItemType Directory "$folder/sized", "$folder/unlimited", "$folder/odd", "$folder/stacked"
        $mounts = @'
set -e
f=$1; shift
mount -t tmpfs -o size=16m,nr_inodes=100 name $f/sized; head -c 5242880 /dev/zero > $f/sized/file
mount -t tmpfs -o size=0 none $f/unlimited
n=$(printf "a [b]\tc\nd\\\\e\033[31mü日."); mount -t tmpfs top $f/odd; mkdir "$f/odd/$n"; mount -t tmpfs -o size=1m t "$f/odd/$n"
d=$f/stacked; mount -t tmpfs -o size=8m top $d; mkdir $d/a $d/b; mount --bind $d/a $d/b
mount -t tmpfs -o size=4m lower $d/a; mount -t tmpfs -o size=2m upper $d/a
exec "$@"
'@
        $look = {
            $mount = Get-Tmpfs "$folder/sized/"
            $mount
            ($mount | Out-String -Width 200).Trim()
            ($mount | Format-List | Out-String -Width 200).Trim()
            $mount = Get-Tmpfs "$folder/unlimited"
            $mount
            $mount | Out-String -Width 200
            Get-Tmpfs "$folder/odd/a [b]`tc`nd\e$([char]27)[31mü日."
            Get-Tmpfs "$folder/odd/a*日." | Format-List | Out-String -Width 300
            Get-Tmpfs | Where-Object MountPoint -Like "$folder/stacked*"
        }
        $seen = Invoke-Pwsh -Through 'unshare', '-m', '--propagation', 'private', 'sh', '-c', $mounts, 'sh', $folder "Import-Module '$module'; `$folder = '$folder'; [Management.Automation.PSSerializer]::Serialize(@(& { $look }))"
        if ($LASTEXITCODE -ne 0) {
            throw "The session with the mounts ended with $LASTEXITCODE"
        }

        $sized, $sizedTable, $sizedList, $unlimited, $unlimitedTable, $odd, $oddList, $stacked = [Management.Automation.PSSerializer]::Deserialize($seen -join "`n")
    }

    AfterAll {
        Remove-Item -LiteralPath $folder -Recurse -Force
    }

    It 'has sizes in bytes, live and from another session, and the same view of both' {
        $mount, $table, $list = $sized, $sizedTable, $sizedList
        $mount.psobject.TypeNames | Should -Contain 'Deserialized.LinuxMem.TmpfsMount'
        $mount.FsSize | Should -Be 16MB
        $mount.FsUsed | Should -Be 5MB
        $mount.FsFree | Should -Be 11MB
        $mount.UsedPercent | Should -Be 31.25
        $mount.Inodes | Should -Be 100
        $mount.InodesUsed | Should -Be 2
        $mount.Source | Should -Be 'name'
        $mount.fs_used | Should -Be 5MB
        $mount.IsUnlimited | Should -BeFalse
        $table | Should -Match '^mount_point\s+fs_size\s+fs_used\s+noswap\s+huge\s+status\s'
        $table | Should -Match ' 16\.00 MiB +5\.00 MiB False +OK'
        $list | Should -Match 'used_percent +: 31\.25'
        ($mount | Out-String -Width 200).Trim() | Should -Be $table
        ($mount | Format-List | Out-String -Width 200).Trim() | Should -Be $list
    }

    It 'says of an unlimited one that it is' {
        $unlimited.IsUnlimited | Should -BeTrue
        $unlimited.FsSize, $unlimited.FsUsed, $unlimited.UsedPercent | Should -Be $null, $null, $null
        $unlimitedTable | Should -Match ' unlimited '
    }

    It 'keeps odd names, finds them, and lets no escape sequence through' {
        $odd.MountPoint | Should -BeLike "*/odd/a ``[b``]`tc`nd\e$([char]27)``[31mü日."
        $odd.FsSize | Should -Be 1MB
        $oddList | Should -Match ([regex]::Escape('/a [b]\tc\nd\e\x1B[31mü日.'))
        $oddList | Should -Not -Match ([char]27)
    }

    It 'counts a file system once, and what is hidden not as another' {
        $stacked.Source | Should -Be 'top', 'top', 'lower', 'upper'
        $stacked.FsSize | Should -Be 8MB, 8MB, $null, 2MB
        $stacked[1].SharedWith | Should -Be $stacked[0].MountPoint
        $stacked[1].Status | Should -Be "same file system as $($stacked[0].MountPoint)"
        $stacked[2].Status | Should -Be "hidden by tmpfs mounted at $($stacked[2].MountPoint)"
        ($stacked | Where-Object Status -EQ OK | Measure-Object fs_size -Sum).Sum | Should -Be 10MB
    }
}
