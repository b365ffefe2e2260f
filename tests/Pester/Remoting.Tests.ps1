#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

# Many machines: PowerShell remoting through a real sshd on a loopback port, with keys made for this run.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $sshd = (Get-Command sshd, /usr/sbin/sshd -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source
    $needsRemoting = Get-Need 'root, sshd, ssh and ssh-keygen' ($isRoot -and $sshd -and (Test-Program ssh, ssh-keygen))
}

Describe 'Over SSH' @needsRemoting {
    BeforeAll {
        . $PSScriptRoot/Surroundings.ps1
        $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
        Import-Module $module -Force
        $sshd = (Get-Command sshd, /usr/sbin/sshd -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source

        $folder = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)"
        $null = New-Item -ItemType Directory $folder
        chmod 700 $folder
        ssh-keygen -q -t ed25519 -N '' -f "$folder/host" | Out-Null
        ssh-keygen -q -t ed25519 -N '' -f "$folder/user" | Out-Null
        Copy-Item "$folder/user.pub" "$folder/authorized_keys"

        # A port that is free now.
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()

        Set-Content "$folder/sshd_config" @(
            "ListenAddress 127.0.0.1:$port"
            "HostKey $folder/host"
            "AuthorizedKeysFile $folder/authorized_keys"
            'PidFile none'
            'PasswordAuthentication no'
            'KbdInteractiveAuthentication no'
            'PermitRootLogin prohibit-password'
            'AllowUsers root'
            'StrictModes no'
            'UsePAM no'
            "Subsystem powershell $($pwsh -join ' ') -sshs -NoLogo -NoProfile"
        )
        # The folder that sshd wants to be locked up in is made by the system's own service, where that runs.
        $madeRunFolder = -not (Test-Path /run/sshd)
        if ($madeRunFolder) {
            $null = New-Item -ItemType Directory /run/sshd
        }

        $server = Start-Process $sshd -ArgumentList '-D', '-e', '-f', "$folder/sshd_config" -PassThru -RedirectStandardError "$folder/log"
        Wait-Until 'sshd listens' { $server.HasExited -or (Select-String -LiteralPath "$folder/log" -SimpleMatch 'Server listening' -Quiet) }

        Set-Content "$folder/known_hosts" "[127.0.0.1]:$port $(Get-Content "$folder/host.pub")"
        $target = @{
            HostName          = '127.0.0.1'
            UserName          = 'root'
            Port              = $port
            KeyFilePath       = "$folder/user"
            ConnectingTimeout = 60000
            Options           = @{ StrictHostKeyChecking = 'yes'; UserKnownHostsFile = "$folder/known_hosts"; IdentitiesOnly = 'yes' }
        }
        $session = New-PSSession @target -ErrorAction Stop
        Invoke-Command $session { Import-Module $using:module }
    }

    AfterAll {
        if ($session) {
            Remove-PSSession $session
        }

        if ($server) {
            $server | Stop-Process
            $null = $server.WaitForExit(30000)
        }

        if ($madeRunFolder) {
            Remove-Item -LiteralPath /run/sshd
        }

        if ($folder) {
            Remove-Item -LiteralPath $folder -Recurse -Force
        }

        Remove-Module LinuxMem -ErrorAction Ignore
    }

    It 'brings groups back with the name of their machine' {
        $groups = @(Invoke-Command $session { Get-MemGroup -SplitUid -WarningAction Ignore })
        $groups.Count | Should -BeGreaterThan 0
        $groups[0].PSTypeNames[0] | Should -Be 'Deserialized.LinuxMem.MemGroup'
        $groups.PSComputerName | Select-Object -Unique | Should -Be '127.0.0.1'
        $groups.GroupName | Should -Contain 'root'
    }

    It 'takes a single call with -HostName' {
        # What a cmdlet needs on the other machine is only that the module is found there.
        $name = Invoke-Command @target { param($Path) Import-Module $Path; (Get-MemGroup -Filter "pid($PID)" -WarningAction Ignore).GroupName } -ArgumentList $module
        $name | Should -Be 'All'
    }

    It 'sorts by <_>, as local objects do' -ForEach 'mem_uss', 'MemUss', 'swap_rss' {
        $groups = @(Invoke-Command $session { Get-MemGroup -SplitBy Comm -WarningAction Ignore })
        $sorted = @($groups | Sort-Object $_ -Descending)
        $sorted.$_ | Should -Be @($groups.$_ | Sort-Object -Descending)
        $sorted.Count | Should -Be $groups.Count
    }

    It 'answers the line with Sort as typed on the other machine' {
        $sizes = @(Invoke-Command $session { Get-MemGroup -SplitUid -WarningAction Ignore | Sort mem_uss } | ForEach-Object mem_uss)
        $sizes | Should -Be @($sizes | Sort-Object)
    }

    It 'shows <Name> in the same table as a local object' -ForEach @(
        @{ Name = 'groups'; Line = 'Get-MemGroup -SplitUid -WarningAction Ignore' }
        @{ Name = 'processes'; Line = "Get-MemProcess -Id $PID -WarningAction Ignore" }
        @{ Name = 'tmpfs mounts'; Line = 'Get-Tmpfs' }
    ) {
        # The same objects on both sides: those that the other machine has, and what it makes of them as text.
        $text, $objects = Invoke-Command $session {
            $objects = @(& ([scriptblock]::Create($using:Line)))
            $objects | Format-Table | Out-String -Width 200
            , $objects
        }
        $objects | Should -Not -BeNullOrEmpty
        $shown = $objects | Format-Table | Out-String -Width 200
        $esc = [char] 27
        $shown -replace "$esc\[[0-9;]*m" | Should -Be ($text -replace "$esc\[[0-9;]*m")
    }

    It 'exports CSV with the properties of the object, and the machine' {
        $groups = @(Invoke-Command $session { Get-MemGroup -SplitUid -WarningAction Ignore })
        $rows = @($groups | ConvertTo-Csv | ConvertFrom-Csv)
        $rows.Count | Should -Be $groups.Count
        $rows[0].MemUss | Should -Be $groups[0].MemUss
        $rows[0].PSComputerName | Should -Be '127.0.0.1'
        $rows[0].PSObject.Properties.Name | Should -Not -Contain 'mem_uss'
    }

    It 'brings errors back with id and category' {
        Invoke-Command $session { Get-MemGroup -Filter 'comm((' } -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidFilter,*'
        $failed[0].CategoryInfo.Category | Should -Be ParserError
    }
}
