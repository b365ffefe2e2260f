#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    Import-Module (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName -Force
    $folder = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)"
    $null = New-Item -ItemType Directory $folder
}

AfterAll {
    Remove-Item -LiteralPath $folder -Recurse -Force
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Export-MemSnapshot' {
    Context 'of this machine' @needsRoot {
        BeforeAll {
            # One that holds still, so that its figures are the same before and after.
            $env:LINUXMEM_PESTER = 'kept'
            $env:LINUXMEM_SECRET = 'secret-value'
            $sleeper = Start-Process sleep -ArgumentList 600 -PassThru
            Remove-Item Env:LINUXMEM_PESTER, Env:LINUXMEM_SECRET
            $filter = "pid($($sleeper.Id))"
            $file = Join-Path $folder snapshot.tar.gz
            $mount = "$folder-mount"
            $null = New-Item -ItemType Directory $mount
            mount -t tmpfs -o size=8m none $mount
            $mounted = $LASTEXITCODE -eq 0
            [IO.File]::WriteAllBytes("$mount/file", [byte[]]::new(1MB))
            $written = Export-MemSnapshot $file -IncludeEnvironment LINUXMEM_P* -SkipOracle -Verbose 4>&1 -WarningAction Ignore
        }

        AfterAll {
            $sleeper | Stop-Process
            if ($mounted) {
                umount $mount
            }

            Remove-Item -LiteralPath $mount -Recurse
        }

        It 'writes one file that only its owner may read, emits it, and says how large it is' {
            @($written | Where-Object { $_ -is [IO.FileInfo] }).FullName | Should -Be $file
            "$written" | Should -Match 'Wrote \d+ processes to .*snapshot\.tar\.gz \([\d.]+ [KM]iB\) in [\d.]+ s'
            [int](Get-Item $file).UnixFileMode | Should -Be ([Convert]::ToInt32('600', 8))
            Get-ChildItem -Force $folder | ForEach-Object Name | Should -Be 'snapshot.tar.gz'
        }

        It 'gives the figures of the live scan' {
            # A snapshot is of its own time, and says where it is.
            $split = @{ Filter = $filter; SplitUid = $true; SplitEnv = 'LINUXMEM_PESTER'; SplitPid = $sleeper.Id; SplitCustom = 'comm(sleep)'; SplitBy = 'Comm' }
            $live = Get-MemGroup @split | Select-Object * -ExcludeProperty Time, ProcRoot | ConvertTo-Csv
            Get-MemGroup @split -ProcRoot $file | Select-Object * -ExcludeProperty Time, ProcRoot | ConvertTo-Csv | Should -Be $live
            $live.Count | Should -BeGreaterThan 5
            Get-MemProcess -Filter $filter -ProcRoot $file | Select-Object * -ExcludeProperty Environment, Time, ProcRoot | ConvertTo-Csv | Should -Be (Get-MemProcess -Filter $filter | Select-Object * -ExcludeProperty Environment, Time, ProcRoot | ConvertTo-Csv)
        }

        It 'gives the tmpfs mounts as they were' {
            # How full the others are may change meanwhile, and a snapshot is of its own time.
            $changing = 'FsUsed', 'FsFree', 'UsedPercent', 'InodesUsed', 'Time', 'ProcRoot'
            Get-Tmpfs -ProcRoot $file | Select-Object * -ExcludeProperty $changing | ConvertTo-Csv | Should -Be (Get-Tmpfs | Select-Object * -ExcludeProperty $changing | ConvertTo-Csv)
            if (-not $mounted) {
                Set-ItResult -Skipped -Because 'a tmpfs cannot be mounted here, and others may change meanwhile'
                return
            }

            (Get-Tmpfs $mount).FsUsed | Should -Be 1MB
            Get-Tmpfs $mount -ProcRoot $file | Select-Object * -ExcludeProperty Time, ProcRoot | ConvertTo-Csv | Should -Be (Get-Tmpfs $mount | Select-Object * -ExcludeProperty Time, ProcRoot | ConvertTo-Csv)
        }

        It 'has the memory of the machine in it, so that percentages are there' {
            $group = Get-MemGroup -Filter $filter -ProcRoot $file
            $total = [long]((Get-Content /proc/meminfo) -match '^MemTotal' -replace '\D')[0] * 1KB
            $group.MemRss | Should -BeGreaterThan 0
            $group.MemRssPercent | Should -Be ([Math]::Round(100 * $group.MemRss / $total, 2))
            (Get-MemProcess -Filter $filter -ProcRoot $file).MemRssPercent | Should -Be $group.MemRssPercent
        }

        It 'keeps what a process is readable after the scan' {
            $process = Get-MemProcess -Id $sleeper.Id -ProcRoot $file
            [GC]::Collect()
            $process.Environment['LINUXMEM_PESTER'] | Should -Be 'kept'
            $process.Environment['LINUXMEM_SECRET'] | Should -Be '***'
            $process.CommandLine | Should -Match 'sleep 600$'
            $process.User | Should -Be 'root'
        }

        It 'tells of what a split cannot know' {
            $group = Get-MemGroup -Filter $filter -SplitEnv LINUXMEM_SECRET -ProcRoot $file -WarningVariable warnings -WarningAction SilentlyContinue
            $group.GroupName | Should -Be '(masked)'
            $warnings | Should -Match '-IncludeEnvironment LINUXMEM_SECRET'
            { Get-MemGroup -Filter 'env_kv(LINUXMEM_SECRET,x)' -ProcRoot $file } | Should -Throw -ErrorId 'InvalidArgument,LinuxMem.PowerShell.Commands.GetMemGroupCommand'
        }

        It 'overwrites nothing without -Force' {
            $before = (Get-FileHash $file).Hash
            { Export-MemSnapshot $file -SkipOracle -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,LinuxMem.PowerShell.Commands.ExportMemSnapshotCommand'
            (Get-FileHash $file).Hash | Should -Be $before
        }

        It 'writes nothing with -WhatIf' {
            Export-MemSnapshot (Join-Path $folder other.tar.gz) -WhatIf | Should -BeNullOrEmpty
            Join-Path $folder other.tar.gz | Should -Not -Exist
        }

        It 'takes a path relative to the location of PowerShell, and a filter' {
            Push-Location $folder
            try {
                (Export-MemSnapshot small.tar.gz -Filter { $_.Id -eq $sleeper.Id } -SkipOracle).FullName | Should -Be "$folder/small.tar.gz"
                (Get-MemProcess -ListOnly -ProcRoot small.tar.gz).Id | Should -Be $sleeper.Id
            }
            finally {
                Pop-Location
                Remove-Item "$folder/small.tar.gz" -ErrorAction Ignore
            }
        }

        It 'is read by every cmdlet as an ordinary user' @needsOrdinaryUser {
            chmod a+rx $folder
            $copy = Join-Path $folder copy.tar.gz
            Copy-Item $file $copy
            chmod a+r $copy
            $module = (Get-Module LinuxMem).ModuleBase
            $output = Invoke-Pwsh -Through ($asOrdinaryUser + 'env', 'HOME=/tmp', 'NO_COLOR=1') "Import-Module '$module'; (Get-MemGroup -ProcRoot '$copy' -WarningAction Ignore).Procs -gt 1; (Get-MemProcess -Filter '$filter' -ProcRoot '$copy').MemRss; @(Get-Tmpfs -ProcRoot '$copy').Count; `$null = Get-ShmSegment -ProcRoot '$copy'; `$null = Get-OracleInstance -ProcRoot '$copy'" 2>&1
            $output | Should -Be 'True', "$((Get-MemProcess -Filter $filter).MemRss)", "$(@(Get-Tmpfs).Count)"
        }
    }

    It 'refuses a file that is none' {
        $text = Join-Path $folder text
        Set-Content $text hello
        { Get-MemGroup -ProcRoot $text } | Should -Throw -ErrorId 'NotProc,LinuxMem.PowerShell.Commands.GetMemGroupCommand' -ExpectedMessage '*is not a snapshot*'
    }

    It 'names the path that was given where it cannot write, leaves the script to go on, and says nothing on request' @needsRoot {
        foreach ($place in '/nosuch/x', '/proc/x', '/etc/passwd/x') {
            Export-MemSnapshot $place -SkipOracle -Filter "pid($PID)" -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            $failure | Should -HaveCount 1
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'FileNotWritten,*'
            "$failure" | Should -BeLike "*'$place'*"
            "$failure" | Should -Not -BeLike '*.part*'
            $failure[0].TargetObject | Should -Be $place
        }
    }

    It 'wants a place in the file system' {
        { Export-MemSnapshot Env:\x } | Should -Throw -ErrorId 'InvalidArgument,LinuxMem.PowerShell.Commands.ExportMemSnapshotCommand'
    }
}
