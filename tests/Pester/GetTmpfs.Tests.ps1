#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    # Mounts are made in a mount namespace of their own (unshare), so that the machine's stay as they are.
    $noMounts = (id -u) -ne 0 -or -not (Get-Command unshare, setpriv -ErrorAction Ignore) -or $(unshare -m true 2>$null; $LASTEXITCODE -ne 0)
}

BeforeAll {
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force

    # Mounts with a shell script below a new folder, $d, then runs a script there and returns what comes out.
    function Invoke-WithMount([string] $Mounts, [string] $Script) {
        $folder = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)"
        $null = New-Item -ItemType Directory $folder
        try {
            $file = Join-Path $folder script.ps1
            Set-Content -LiteralPath $file "Import-Module '$module'; `$d = '$folder/m'; function Get-Mine { Get-Tmpfs | Where-Object { `$_.MountPoint -eq `$d -or `$_.MountPoint.StartsWith(`"`$d/`") } }; $Script"
            $null = New-Item -ItemType Directory "$folder/m"
            $output = unshare -m --propagation private sh -c 'set -e; f=$1; d=$f/m; eval "$2"; exec pwsh -NoProfile -OutputFormat Xml -File "$f/script.ps1"' sh $folder $Mounts 2>&1
            if ($LASTEXITCODE -ne 0) {
                throw "ended with $LASTEXITCODE`: $output"
            }

            $output
        }
        finally {
            Remove-Item -LiteralPath $folder -Recurse -Force
        }
    }
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-Tmpfs' {
    It 'lists the mounts of the kernel in its order' {
        $expected = (Get-Content /proc/self/mountinfo) -match ' - tmpfs ' | ForEach-Object { [regex]::Replace(($_ -split ' ')[4], '\\(\d{3})', { [char][Convert]::ToInt32($args[0].Groups[1].Value, 8) }) }
        $mounts = @(Get-Tmpfs)
        $mounts.MountPoint | Should -Be $expected
        $mounts | ForEach-Object { $_ | Should -BeOfType LinuxMem.Tmpfs }
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
        $names = 'MountPoint', 'FsSize', 'FsUsed', 'NoSwap', 'Huge', 'FsFree', 'UsedPercent', 'Inodes', 'InodesUsed', 'Source', 'Options', 'Status', 'IsUnlimited', 'SharedWith', 'Root', 'Device'
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

Describe 'Get-Tmpfs on real mounts' -Skip:$noMounts {
    It 'has sizes in bytes, live and from another session, and the same view of both' {
        $result = Invoke-WithMount 'mount -t tmpfs -o size=16m,nr_inodes=100 name $d; head -c 5242880 /dev/zero > $d/file' {
            $mount = Get-Tmpfs $d/
            $mount
            ($mount | Out-String -Width 200).Trim()
            ($mount | Format-List | Out-String -Width 200).Trim()
        }
        $mount, $table, $list = $result
        $mount.psobject.TypeNames | Should -Contain 'Deserialized.LinuxMem.Tmpfs'
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
        $table | Should -Match ' 16\.78 MB +5\.24 MB False +OK'
        $list | Should -Match 'used_percent : 31\.25'
        ($mount | Out-String -Width 200).Trim() | Should -Be $table
        ($mount | Format-List | Out-String -Width 200).Trim() | Should -Be $list
    }

    It 'says of an unlimited one that it is' {
        $mount, $table = Invoke-WithMount 'mount -t tmpfs -o size=0 none $d' { Get-Mine; Get-Mine | Out-String -Width 200 }
        $mount.IsUnlimited | Should -BeTrue
        $mount.FsSize, $mount.FsUsed, $mount.UsedPercent | Should -Be $null, $null, $null
        $table | Should -Match ' unlimited '
    }

    It 'keeps odd names, finds them, and lets no escape sequence through' {
        $mount, $table = Invoke-WithMount 'n=$(printf "a [b]\tc\nd\\\\e\033[31mü日."); mount -t tmpfs top $d; mkdir "$d/$n"; mount -t tmpfs -o size=1m t "$d/$n"' {
            $name = "$d/a [b]`tc`nd\e$([char]27)[31mü日."
            Get-Tmpfs $name
            Get-Tmpfs "$d/a*日." | Format-List | Out-String -Width 300
        }
        $mount.MountPoint | Should -BeLike "*/m/a ``[b``]`tc`nd\e$([char]27)``[31mü日."
        $mount.FsSize | Should -Be 1MB
        $table | Should -Match ([regex]::Escape('/a [b]\tc\nd\e\x1B[31mü日.'))
        $table | Should -Not -Match ([char]27)
    }

    It 'counts a file system once, and what is hidden not as another' {
        $mounts = Invoke-WithMount 'mount -t tmpfs -o size=8m top $d; mkdir $d/a $d/b; mount --bind $d/a $d/b; mount -t tmpfs -o size=4m lower $d/a; mount -t tmpfs -o size=2m upper $d/a' { Get-Mine }
        $mounts.Source | Should -Be 'top', 'top', 'lower', 'upper'
        $mounts.FsSize | Should -Be 8MB, 8MB, $null, 2MB
        $mounts[1].SharedWith | Should -Be $mounts[0].MountPoint
        $mounts[1].Status | Should -Be "same file system as $($mounts[0].MountPoint)"
        $mounts[2].Status | Should -Be "hidden by tmpfs mounted at $($mounts[2].MountPoint)"
        ($mounts | Where-Object Status -EQ OK | Measure-Object fs_size -Sum).Sum | Should -Be 10MB
    }
}
