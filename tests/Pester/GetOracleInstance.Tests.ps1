#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    $notRoot = (id -u) -ne 0 -or -not (Get-Command setpriv -ErrorAction Ignore)
}

BeforeAll {
    $module = Join-Path $PSScriptRoot '../../out/LinuxMem'
    Import-Module $module -Force

    # Processes called as pmon, of user 65534, each with a stand-in home.
    function Invoke-StagedInstance($Sid, $Answers) {
        $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "linuxmem-$([guid]::NewGuid())")).FullName
        $null = New-Item -ItemType Directory "$folder/bin", "$folder/seen"
        Copy-Item "$PSScriptRoot/../Oracle/sqlplus" "$folder/bin/sqlplus"
        Set-Content "$folder/answers" $Answers
        chmod -R a+rX $folder
        chmod 755 "$folder/bin/sqlplus"
        chown -R 65534 $folder
        $start = [Diagnostics.ProcessStartInfo]::new('setpriv')
        $start.RedirectStandardInput = $true
        foreach ($word in '--reuid', '65534', '--regid', '65534', '--clear-groups', 'env', '-i', "ORACLE_SID=$Sid", "ORACLE_HOME=$folder", 'bash', '-c', 'exec -a "$0" cat', "ora_pmon_$Sid") {
            $start.ArgumentList.Add($word)
        }
        $process = [Diagnostics.Process]::Start($start)
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while ([IO.File]::ReadAllText("/proc/$($process.Id)/cmdline") -ne "ora_pmon_$Sid`0") {
            if ($clock.Elapsed.TotalSeconds -gt 10) { throw "The pmon process of $Sid did not start within 10 seconds." }
            Start-Sleep -Milliseconds 10
        }
        [pscustomobject]@{ Process = $process; Home = $folder }
    }

    $staged = @()
    if ((id -u) -eq 0 -and (Get-Command setpriv -ErrorAction Ignore)) {
        $staged = @(
            Invoke-StagedInstance PT1 'sga=21273510000 pga=1492680000 processes=117 large_pages=ONLY'
            Invoke-StagedInstance PT2 'sga=68451040000 pga=938670000 processes=85 large_pages=TRUE'
            Invoke-StagedInstance PT3 'behaviour=idle'
        )
    }
}

AfterAll {
    foreach ($one in $staged) {
        $one.Process.Kill()
        $null = $one.Process.WaitForExit(10000)
        Remove-Item -Recurse -Force $one.Home
    }
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-OracleInstance' {
    It 'asks the instances, and sorts them by SGA' -Skip:$notRoot {
        $instances = Get-OracleInstance PT?
        $instances | Should -BeOfType LinuxMem.OracleInstance
        $instances.Sid | Should -Be 'PT2', 'PT1', 'PT3'
        $instances.Status | Should -Be 'Open', 'Open', 'ORA-01034: ORACLE not available'
        $instances[0].Sga | Should -Be 68451040000
        $instances[0].pga | Should -Be 938670000
        $instances[0].processes | Should -Be 85
        $instances[0].large_pages | Should -Be 'True'
        $instances[0].pmon_pid | Should -Be $staged[1].Process.Id
        $instances[0].Home | Should -Be $staged[1].Home
        $instances[2].Sga | Should -BeNullOrEmpty
        $instances[2].Processes | Should -Be 1
    }

    It 'shows the columns of memstats, and the status' -Skip:$notRoot {
        $lines = (Get-OracleInstance PT1 | Out-String -Width 150).Trim() -split "`n" -replace "`e\[[0-9;]*m"
        $lines[0].Trim() -split '\s+' | Should -Be 'sid', 'sga', 'pga', 'processes', 'large_pages', 'mem_held', 'status'
        $lines[2] | Should -Match '^PT1\s+19\.81 GiB\s+1\.39 GiB\s+117 Only\s+\d+\.\d\d [KM]iB Open'
    }

    It 'looks the same after serialization, and writes each property once' -Skip:$notRoot {
        $instance = Get-OracleInstance PT1
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($instance))
        $back | Out-String | Should -Be ($instance | Out-String)
        $back | Format-List | Out-String | Should -Be ($instance | Format-List | Out-String)
        $back.large_pages | Should -Be 'Only'
        ($instance | ConvertTo-Csv)[0] | Should -Be '"Sid","Sga","Pga","Processes","LargePages","Status","User","Home","Kind","PmonPid","MemHeld","MemFreed","Private","PageTables","SharedSize","SharedMem","SharedHuge","SharedFiles","SwapHeld","Container","IpcNamespace","ProcessIds","Time","ComputerName","ProcRoot"'
    }

    It 'runs sqlplus as the owner' -Skip:$notRoot {
        $null = Get-OracleInstance PT1
        Get-Content "$($staged[0].Home)/seen/id" | Should -Match '^uid=65534\S* gid=65534\S* groups=65534'
    }

    It 'says that there is none of a name, and nothing of a pattern' {
        { Get-OracleInstance NOSUCH -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotFound,LinuxMem.PowerShell.Commands.GetOracleInstanceCommand'
        Get-OracleInstance 'NOSUCH*' | Should -BeNullOrEmpty
    }

    It 'refuses a time that makes no sense' {
        { Get-OracleInstance -Timeout 0 } | Should -Throw
        { Get-OracleInstance -Timeout 3601 } | Should -Throw
    }

    It 'runs nothing on account of a copy of /proc' {
        $copy = Join-Path $TestDrive proc
        $null = New-Item -ItemType Directory "$copy/7"
        Set-Content "$copy/7/stat" ('7 (ora_pmon_CP) S 1 7 7 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 100 1000000 10 ' + '0 ' * 28)
        [IO.File]::WriteAllText("$copy/7/cmdline", "ora_pmon_CP`0")
        [IO.File]::WriteAllText("$copy/7/environ", "ORACLE_HOME=$TestDrive`0")
        Set-Content "$copy/7/status" "Uid:`t4000001`t4000001`t4000001`t4000001`nGid:`t1`t1`t1`t1`nGroups:`t1 "
        $instance = Get-OracleInstance -ProcRoot $copy
        $instance.Status | Should -Be 'not asked: read from a copy of /proc'
        $instance.Processes | Should -Be 1
        $instance.User | Should -Be '4000001'
        $instance.Home | Should -Be $TestDrive
    }
}

Describe 'An Oracle instance that does not answer' -Skip:$notRoot {
    BeforeAll {
        $hanging = Invoke-StagedInstance PH1 'behaviour=hang'
        $shell = [powershell]::Create()
    }

    AfterAll {
        $shell.Dispose()
        $hanging.Process.Kill()
        $null = $hanging.Process.WaitForExit(10000)
        Remove-Item -Recurse -Force $hanging.Home
    }

    It 'is waited for with a progress bar, which goes' {
        $output = $shell.AddScript("Import-Module '$module'; Get-OracleInstance PH1 -Timeout 2").Invoke()
        $output.Status | Should -Be 'timed out after 2 s'
        $shell.Streams.Progress.Count | Should -BeGreaterThan 1
        $shell.Streams.Progress[0].Activity | Should -Be 'Asking Oracle instances'
        $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
    }

    It 'is left alone at Ctrl+C, with nothing of it left running' {
        $shell.Commands.Clear()
        $null = $shell.AddScript("Get-OracleInstance PH1 -Timeout 600").BeginInvoke()
        # Somebody else who asks all instances of the machine asks this one too: only what runs under this process counts.
        $filter = "and(env_kv(ORACLE_HOME,`"$($hanging.Home)`"),descendants($PID),not(pid($($hanging.Process.Id))))"
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while (-not (Get-MemProcess -ListOnly -Filter $filter -WarningAction Ignore | Where-Object CommandLine -Like '*sleep 600*')) {
            if ($clock.Elapsed.TotalSeconds -gt 30) { throw 'sqlplus did not start within 30 seconds.' }
            Start-Sleep -Milliseconds 20
        }
        $started = (Get-MemProcess -ListOnly -Filter $filter).Id
        $started | Should -Not -BeNullOrEmpty
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $left = (Get-MemProcess -ListOnly -Filter "env_kv(ORACLE_HOME,`"$($hanging.Home)`")").Id
        $left | Should -Contain $hanging.Process.Id
        $left | Where-Object { $_ -in $started } | Should -BeNullOrEmpty
    }
}

Describe 'Oracle instances through the pipeline' -Skip:$notRoot {
    It 'are known by their Sid' {
        (Get-OracleInstance 'PT?' | Get-OracleInstance).Sid | Should -Be 'PT2', 'PT1', 'PT3'
        ('PT1', 'PT3' | Get-OracleInstance).Sid | Should -Be 'PT1', 'PT3'
    }
}
