#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Clusters of PostgreSQL through the pipeline, whether one fits, and huge pages; with one real cluster for all of it.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $bin = @(Get-Item /usr/lib/postgresql/*/bin/initdb -ErrorAction Ignore)[0]
    $needsServer = Get-Need 'root, setpriv, a user postgres, and PostgreSQL' ($isRoot -and $bin -and (Test-Program setpriv) -and (Select-String '^postgres:' /etc/passwd -Quiet))
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
    $postmaster = $null
    $folder = $null
    $programs = @(Get-Item /usr/lib/postgresql/*/bin -ErrorAction Ignore)[0]
    if ($isRoot -and $programs -and (Select-String '^postgres:' /etc/passwd -Quiet)) {
        $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pg-$([guid]::NewGuid())")).FullName
        chown postgres $folder
        $asServer = 'setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'
        $words = @($asServer | Select-Object -Skip 1)
        $null = setpriv @words "$programs/initdb" -D "$folder/data" -A trust -N --no-locale
        $postmaster = Start-Process setpriv -PassThru -RedirectStandardOutput "$folder/out" -RedirectStandardError "$folder/err" -ArgumentList @(
            $words + "$programs/postgres" + '-D' + "$folder/data" + '-k' + $folder + '-c' + 'listen_addresses=' + '-c' + 'shared_buffers=16MB' + '-c' + 'huge_pages=off' + '-c' + 'fsync=off' + '-c' + 'autovacuum=off')
        Wait-Until 'the server is ready' { (Test-Path "$folder/data/postmaster.pid") -and (Get-Content "$folder/data/postmaster.pid" -Raw) -match '\nready' }
    }
}

AfterAll {
    if ($postmaster) {
        kill -INT $postmaster.Id
        if (-not $postmaster.WaitForExit(20000)) { $postmaster.Kill($true) }
    }
    if ($folder) { Remove-Item -Recurse -Force $folder }
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Clusters of PostgreSQL' {
    It 'are found by their folders, and what they emit has the names of the columns, too' @needsServer {
        $one = Get-PostgresInstance "$folder/*"
        $one | Should -BeOfType LinuxMem.PostgresInstance
        $one.PostmasterPid | Should -Be $postmaster.Id
        $one.shared_buffers | Should -Be 16MB
        $one.mem_held | Should -BeGreaterThan 4MB
        ($one | ConvertTo-Json | ConvertFrom-Json).DataDirectory | Should -Be "$folder/data"
        ($one | ConvertTo-Csv | ConvertFrom-Csv).Processes | Should -Be $one.Processes
        ($one | ConvertTo-MemMetric) -join "`n" | Should -Match 'linuxmem_postgres_held_bytes'
    }

    It 'are a group through the pipeline, named after their folder' @needsServer {
        $group = Get-PostgresInstance "$folder/data" | Get-MemGroup
        $group = @($group | Where-Object { $postmaster.Id -in $_.ProcessIds })
        $group.Count | Should -Be 1
        $group[0].GroupName | Should -BeLike "*$folder/data*"
        $group[0].ProcessIds | Should -Be (Get-PostgresInstance "$folder/data").ProcessIds
    }

    It 'show what they map' @needsServer {
        $mappings = @(Get-PostgresInstance "$folder/data" | Get-MemMapping)
        $mappings | Should -BeOfType LinuxMem.MemMapping
        @($mappings | Where-Object Kind -eq SharedAnonymous).Count | Should -BeGreaterThan 0
        @($mappings | Where-Object { $_.Mapping -like '*/bin/postgres' }).Count | Should -BeGreaterThan 0
    }

    It 'are groups of Get-MemGroup -SplitBy Instance, and of Watch and filters by the same name' @needsServer {
        $group = Get-MemGroup -SplitBy Instance | Where-Object group_name -eq "$folder/data"
        $group.ProcessIds | Should -Be (Get-PostgresInstance "$folder/data").ProcessIds
        (Get-MemProcess -ListOnly -Filter "instance(`"$folder/data`")").Id | Should -Contain $postmaster.Id
    }
}

Describe 'Test-MemFit' {
    It 'says yes to little and no to more than there is, with numbers that add up' {
        $fit = Test-MemFit -SharedBuffers 16MB -HugePages Off
        $fit | Should -BeOfType LinuxMem.MemFit
        $fit.Verdict | Should -Be Fits
        $fit.Margin | Should -BeLessOrEqual ($fit.MemAvailable - $fit.Needed)
        $fit.Reasons.Count | Should -BeGreaterThan 2
        $much = Test-MemFit -SharedBuffers 512TB -HugePages Off
        $much.Verdict | Should -Be DoesNotFit
        $much.margin | Should -BeLessThan 0
    }

    It 'counts connections as they are given, or by Oracle''s documented defaults' {
        $fit = Test-MemFit -SharedBuffers 64MB -Connections 10 -ConnectionMemory 5MB -WorkMem 4MB
        $fit.Private | Should -Be 50MB
        $fit.PrivateMost | Should -Be 90MB
        (Test-MemFit -Sga 64MB -Connections 10 -ConnectionMemory 1MB).Private | Should -Be 10MB
    }

    It 'refuses what makes no sense' {
        { Test-MemFit -SharedBuffers -1 } | Should -Throw
        { Test-MemFit -SharedBuffers 1GB -Connections -1 } | Should -Throw
        { Test-MemFit -SharedBuffers 1GB -Sga 1GB } | Should -Throw
        { Test-MemFit -Sga 1GB -Cgroup /no/such/group } | Should -Throw -ErrorId 'CgroupNotFound*'
    }
}

Describe 'Get-HugePage' {
    It 'emits the pools as the kernel counts them, and their holders' {
        $all = @(Get-HugePage)
        $all | Should -BeOfType LinuxMem.HugePagePool
        $pools = @($all | Where-Object { $_.Kind -eq 'Pool' -and $null -eq $_.Node -and -not $_.Holder })
        $folders = @(Get-ChildItem /sys/kernel/mm/hugepages -ErrorAction Ignore)
        $pools.Count | Should -Be $folders.Count
        foreach ($pool in $pools) {
            $pool.Total | Should -Be (Get-Content "/sys/kernel/mm/hugepages/hugepages-$($pool.PageSize / 1KB)kB/nr_hugepages")
            $pool.Used | Should -Be ($pool.total - $pool.free)
        }
        foreach ($holder in $all | Where-Object Holder) { $holder.Used + $holder.Reserved | Should -BeGreaterThan 0 }
    }

    It 'counts what a cluster would need as its documentation says' @needsServer {
        $pool = Get-HugePage | Where-Object Recommended | Select-Object -First 1
        $size = (Get-PostgresInstance "$folder/data").SharedSize
        $pool.Recommended | Should -BeGreaterOrEqual ([Math]::Ceiling($size / $pool.PageSize))
        $pool.recommended_for | Should -BeLike "*PostgreSQL $folder/data*"
    }

    It 'has transparent huge pages beside the pools' {
        if (Select-String '^AnonHugePages:' /proc/meminfo -Quiet) {
            $row = @(Get-HugePage | Where-Object { $_.Kind -eq 'Transparent' -and -not $_.Holder })
            $row.Count | Should -Be 1
            $row[0].Used * $row[0].PageSize | Should -Be ($row[0].Private + $row[0].Objects + $row[0].Files)
        }
    }
}
