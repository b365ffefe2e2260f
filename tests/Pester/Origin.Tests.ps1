#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

# Which machine an answer is of: of the snapshot that came through the pipeline, or that what came was read from; never of another.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsPython = Get-Need 'python3' (Test-Program python3)
    $takers = @(
        @{ Line = { Get-Item $file | Get-MemGroup } }
        @{ Line = { Get-Item $file | Get-MemProcess -ListOnly } }
        @{ Line = { Get-Item $file | Get-MemMapping } }
        @{ Line = { Get-Item $file | Get-MemSharing -SplitUid } }
        @{ Line = { Get-Item $file | Get-MemMachine } }
        @{ Line = { Get-Item $file | Get-MemCgroup } }
        @{ Line = { Get-Item $file | Get-SharedMemory } }
        @{ Line = { Get-Item $file | Get-ShmSegment } }
        @{ Line = { Get-Item $file | Get-Tmpfs } }
    )
    $refusers = @(
        @{ Line = { [version]'1.2' | Get-MemGroup } }
        @{ Line = { [version]'1.2' | Get-MemProcess } }
        @{ Line = { [version]'1.2' | Get-MemMapping } }
        @{ Line = { [version]'1.2' | Get-MemSharing } }
        @{ Line = { [version]'1.2' | Get-MemMachine } }
        @{ Line = { 'db1.tar.gz' | Get-MemMachine } }
        @{ Line = { [version]'1.2' | Get-MemCgroup } }
        @{ Line = { 'nosuch.service' | Get-MemCgroup } }
        @{ Line = { [version]'1.2' | Get-SharedMemory } }
        @{ Line = { 'nosuch' | Get-SharedMemory } }
        @{ Line = { [version]'1.2' | Get-ShmSegment } }
        @{ Line = { 'nosuch' | Get-ShmSegment } }
        @{ Line = { [version]'1.2' | Get-Tmpfs } }
        @{ Line = { '/nosuch' | Get-Tmpfs } }
        @{ Line = { [version]'1.2' | Get-OracleInstance } }
        @{ Line = { 'NOSUCH' | Get-OracleInstance } }
        @{ Line = { , $null | Get-MemMachine } }
        @{ Line = { Get-Item $PSCommandPath | Get-MemMachine } }
        @{ Line = { Get-Item $PSCommandPath | Get-Tmpfs } }
        @{ Line = { Get-Item $PSCommandPath | Get-MemGroup } }
    )
    $missing = @(
        @{ Line = { Get-MemGroup nosuchname }; Id = 'ProcessNotFound'; Target = 'nosuchname' }
        @{ Line = { Get-MemProcess nosuchname }; Id = 'ProcessNotFound'; Target = 'nosuchname' }
        @{ Line = { Get-MemProcess nosuchname -ListOnly }; Id = 'ProcessNotFound'; Target = 'nosuchname' }
        @{ Line = { Get-MemMapping nosuchname }; Id = 'ProcessNotFound'; Target = 'nosuchname' }
        @{ Line = { Get-MemSharing nosuchname }; Id = 'ProcessNotFound'; Target = 'nosuchname' }
        @{ Line = { Get-MemCgroup nosuchname -SkipScan }; Id = 'CgroupNotFound'; Target = 'nosuchname' }
        @{ Line = { Get-SharedMemory nosuchname }; Id = 'SharedMemoryNotFound'; Target = 'nosuchname' }
        @{ Line = { Get-Tmpfs /nosuchname }; Id = 'MountPointNotFound'; Target = '/nosuchname' }
        @{ Line = { Get-OracleInstance NOSUCHNAME }; Id = 'ProcessNotFound'; Target = 'NOSUCHNAME' }
    )
    $silent = @(
        @{ Line = { Get-MemGroup nosuch* } }
        @{ Line = { Get-MemProcess nosuch* } }
        @{ Line = { Get-MemMapping nosuch* } }
        @{ Line = { Get-MemSharing nosuch* } }
        @{ Line = { Get-MemCgroup nosuch* -SkipScan } }
        @{ Line = { Get-SharedMemory nosuch* } }
        @{ Line = { Get-Tmpfs /nosuch* } }
        @{ Line = { Get-OracleInstance NOSUCH* } }
    )
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
    $WarningPreference = 'SilentlyContinue'
    $folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)")
    Copy-Item (Get-Command sleep -CommandType Application)[0].Source (Join-Path $folder lmorigin)
    $here = Start-Process (Join-Path $folder lmorigin) 600 -PassThru
    Wait-Until 'the program runs' { Get-MemProcess lmorigin -ListOnly -ErrorAction Ignore }
    $file = Join-Path $folder s.tar.gz
    $null = Export-MemSnapshot $file -SkipOracle -Filter "or(comm(lmorigin),pid($PID))"

    # What a snapshot has and the machine has not any more: looked up live, it would not be found.
    $here | Stop-Process
    $here.WaitForExit()

    function Copy-AsDeserialized($Object) { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Object)) }
}

AfterAll {
    $here | Stop-Process -ErrorAction Ignore
    Remove-Item -LiteralPath $folder -Recurse -Force
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'A snapshot through the pipeline' @needsFrames {
    It 'is what {<Line>} reads' -ForEach $takers {
        $found = @(& $Line)
        $when = (Get-MemGroup -ProcRoot $file).Time
        if ("$Line" -notmatch 'Segment') {
            $found | Should -Not -BeNullOrEmpty
        }

        foreach ($one in $found) {
            $one.ProcRoot | Should -BeExactly $file
            $one.Time | Should -Be $when
        }
    }

    It 'is read once each, and what is none does not keep the others from it' {
        @(Get-Item $file, $PSCommandPath, $file | Get-MemMachine -SkipScan -ErrorAction SilentlyContinue -ErrorVariable failed | Where-Object Part -EQ 'other') | Should -HaveCount 2
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'NotProc,*'
    }

    It 'leaves a folder a mount point' {
        (Get-Item /dev/shm | Get-Tmpfs).MountPoint | Select-Object -Unique | Should -Be '/dev/shm'
        (Get-Tmpfs /dev/shm | Get-Tmpfs).MountPoint | Select-Object -Unique | Should -Be '/dev/shm'
    }
}

Describe 'What cannot be taken' @needsFrames {
    It '{<Line>} is an error, and no answer of this machine' -ForEach $refusers {
        $ErrorActionPreference = 'Continue'
        $found = & $Line 2>&1
        @($found | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] }) | Should -BeNullOrEmpty
        @($found) | Should -HaveCount 1
    }
}

Describe 'A name that nothing has' @needsFrames {
    It '{<Line>} is an error that can be gone past, and nothing is shown for it' -ForEach $missing {
        $ErrorActionPreference = 'Continue'
        $found = & $Line 2>&1
        $found | Should -HaveCount 1
        $found[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $found[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $found[0].TargetObject | Should -BeExactly $Target
    }

    It '{<Line>}, a pattern, is silent' -ForEach $silent {
        & $Line 2>&1 3>&1 | Where-Object { "$_" -notmatch 'could not be read' } | Should -BeNullOrEmpty
    }

    It 'does not keep others from being shown' {
        $groups = Get-MemGroup nosuchname, (Get-Process -Id $PID).ProcessName -ErrorAction SilentlyContinue
        $groups.GroupName | Should -Not -Contain nosuchname
        $groups | Should -HaveCount 2
    }

    It 'is told apart from one that the filter leaves out' {
        { Get-MemMapping $pwshComm -Filter 'comm(nosuch)' -ErrorAction Stop } | Should -Throw "The filter leaves out all processes of the name '$pwshComm'."
        { Get-MemProcess $pwshComm -ListOnly -Filter 'comm(nosuch)' -ErrorAction Stop } | Should -Throw "The filter leaves out all processes of the name '$pwshComm'."
    }
}

Describe 'What was read from a snapshot' @needsFrames {
    BeforeAll {
        $group = Get-Item $file | Get-MemGroup lmorigin | Where-Object GroupName -EQ lmorigin
        $process = Get-MemProcess lmorigin -ProcRoot $file
    }

    It 'is looked up in it, by <Name>' -ForEach @(
        @{ Name = 'a group'; What = { $group } }
        @{ Name = 'a process'; What = { $process } }
        @{ Name = 'a group of another session'; What = { Copy-AsDeserialized $group } }
        @{ Name = 'a process of another session'; What = { Copy-AsDeserialized $process } }
        @{ Name = 'a group from a CSV'; What = { $group | ConvertTo-Csv | ConvertFrom-Csv } }
    ) {
        $what = & $What
        ($what | Get-MemProcess -ListOnly -ErrorAction Stop).Id | Should -Be $here.Id
        ($what | Get-MemGroup -ErrorAction Stop).ProcessIds | Should -Contain $here.Id
        ($what | Get-MemMapping -ErrorAction Stop).Mapping | Should -Contain (Join-Path $folder lmorigin)
        ($what | Get-MemSharing -ErrorAction Stop).ProcRoot | Select-Object -Unique | Should -BeExactly $file
    }

    It 'is never asked of this machine by Get-ShmSegment and Get-Tmpfs' {
        $process | Get-ShmSegment -ErrorAction Stop | Should -BeNullOrEmpty
        (Get-Tmpfs -ProcRoot $file | Get-Tmpfs).ProcRoot | Select-Object -Unique | Should -BeExactly $file
    }

    It 'goes beside what is of this machine, each to its own' {
        $live = Get-MemGroup $pwshComm | Where-Object GroupName -EQ $pwshComm
        $both = $live, $group | Get-MemProcess -ListOnly
        ($both | Where-Object Id -EQ $here.Id).ProcRoot | Should -BeExactly $file
        ($both | Where-Object Id -EQ $PID).ProcRoot | Should -BeNullOrEmpty
    }

    It 'is refused where the snapshot is gone, or is another now' {
        $moved = Join-Path $folder moved.tar.gz
        Copy-Item $file $moved
        $what = Get-Item $moved | Get-MemGroup lmorigin | Where-Object GroupName -EQ lmorigin
        Remove-Item $moved
        { $what | Get-MemProcess -ListOnly -ErrorAction Stop } | Should -Throw "What came through the pipeline was read from '$moved', which cannot be read here:*-ProcRoot*"
        ($what | Get-MemProcess -ListOnly -ProcRoot $file).Id | Should -Be $here.Id
        $null = Export-MemSnapshot $moved -SkipOracle -Filter "pid($PID)"
        $what = $what | Select-Object GroupName, ProcessIds, ComputerName, ProcRoot, @{ n = 'Time'; e = { $_.Time.AddMinutes(-1) } }
        $what | Get-MemProcess -ListOnly -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        "$($failed[0])" | Should -BeLike '*it has been replaced since*'
    }
}

Describe 'What was read before the machine was started again' @needsFrames {
    It 'is refused: process ids mean others' {
        $old = [pscustomobject]@{ GroupName = 'old'; ProcessIds = @($PID); Time = (Get-Date).AddYears(-30); ComputerName = $null }
        { $old | Get-MemProcess -ListOnly } | Should -Throw '*was started again since*'
        { $old | Get-MemGroup } | Should -Throw '*was started again since*'
        { [pscustomobject]@{ ShmIds = @(0); Time = (Get-Date).AddYears(-30) } | Get-ShmSegment } | Should -Throw '*was started again since*'
    }
}

Describe 'Names of what there is, at the prompt' @needsFrames {
    It 'Tab after Get-SharedMemory offers objects' @needsPython {
        $name = "/dev/shm/lmorigin-$(New-Guid)"
        Set-Content (Join-Path $folder hold.py) "import mmap,time; f=open('$name','wb+'); f.truncate(65536); m=mmap.mmap(f.fileno(),65536); m[0]=1; time.sleep(600)"
        $holder = Start-Process python3 (Join-Path $folder hold.py) -PassThru
        try {
            Wait-Until 'the object is held' { Get-SharedMemory $name -ErrorAction Ignore | Where-Object Holders -EQ 1 }

            # A completer takes two seconds at most, and offers what it has found by then.
            Wait-Until 'Tab offers it' { (TabExpansion2 'Get-SharedMemory /dev/shm/lmorigin-' 35).CompletionMatches | Where-Object CompletionText -EQ $name }
        }
        finally {
            $holder | Stop-Process
            Remove-Item -LiteralPath $name -ErrorAction Ignore
        }
    }

    It 'a group called Other stays so, and what is in none of the groups says that' {
        $again = Get-MemGroup $pwshComm | Get-MemGroup
        $again.GroupName | Sort-Object | Should -Be (@($pwshComm, 'Other', 'Other (no filter)') | Sort-Object)
        $again.Split | Select-Object -Unique | Should -Be 'Groups'
    }

    It 'lines by kind show the kind once' {
        $shown = Get-MemMapping -Id $PID -By Kind | Out-String -Width 120
        [regex]::Matches($shown, '(?m)^.*\bAnonymous\b.*$').Count | Should -BeGreaterThan 0
        $shown | Should -Not -Match 'Anonymous\s.*Anonymous'
        $shown | Should -Match '(?m)^kind +procs'
        (Copy-AsDeserialized (Get-MemMapping -Id $PID -By Kind) | Out-String -Width 120) | Should -Match '(?m)^kind +procs'
    }

    It 'percentages stand below each other' {
        $lines = (Get-MemMachine -SkipScan | Format-Table -View Compact | Out-String -Width 120) -split "`n" -match 'iB'
        $lines | Should -Not -BeNullOrEmpty
        $lines | Where-Object { $_ -notmatch '\d\.\d\d(\s|$)' } | Should -BeNullOrEmpty
    }
}
