#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $types = 'MemGroup', 'MemProcess', 'ShmSegment', 'TmpfsMount', 'OracleInstance'
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force
    $WarningPreference = 'SilentlyContinue'
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'

    # As objects come from another machine: without the types they were made by.
    function Get-Copy($Objects) {
        [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Objects))
    }

    # The lines of a table: its headings, and its rows.
    function Get-Line($Text) {
        $Text -split '\r?\n' | Where-Object { $_.Trim() }
    }
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'The types' {
    It '<_> has keys, properties to show first, and a text of its own' -ForEach $types {
        foreach ($name in "LinuxMem.$_", "Deserialized.LinuxMem.$_") {
            $data = Get-TypeData $name
            $data.DefaultKeyPropertySet.ReferencedProperties | Should -Not -BeNullOrEmpty
            $shown = $data.DefaultDisplayPropertySet.ReferencedProperties
            $shown | Should -Not -BeNullOrEmpty
            $shown | Should -BeIn $data.Members.Keys
            foreach ($property in $data.DefaultKeyPropertySet.ReferencedProperties) {
                ([type]"LinuxMem.$_").GetProperty($property) | Should -Not -BeNullOrEmpty -Because $property
            }
        }
        ([type]"LinuxMem.$_").GetMethod('ToString', [type[]]@()).DeclaringType.FullName | Should -Be "LinuxMem.$_"
    }

    It '<_> has every property of several words under its heading too, hidden, live and deserialized' -ForEach $types {
        # Of two the heading is the name itself in small letters.
        $several = ([type]"LinuxMem.$_").GetProperties().Name -cmatch '^[A-Z][a-z]+[A-Z]' -notmatch '^(ShmId|NoSwap)$'
        foreach ($name in "LinuxMem.$_", "Deserialized.LinuxMem.$_") {
            $aliases = (Get-TypeData $name).Members.Values | Where-Object { $_ -is [Management.Automation.Runspaces.AliasPropertyData] }
            $aliases | Should -Not -BeNullOrEmpty
            $object = [pscustomobject]@{ Other = 1 }
            $object.pstypenames.Insert(0, $name)
            (Get-Member -InputObject $object -MemberType Properties).Name | Should -Be 'Other'
            foreach ($property in $several) {
                $aliases.ReferencedMemberName | Should -Contain $property -Because $name
            }
        }
    }

    It '<Name> says what it emits' -ForEach (@{ Name = 'Get-MemGroup'; Type = 'MemGroup' }, @{ Name = 'Get-MemProcess'; Type = 'MemProcess' }, @{ Name = 'Get-ShmSegment'; Type = 'ShmSegment' }, @{ Name = 'Get-Tmpfs'; Type = 'TmpfsMount' }, @{ Name = 'Get-OracleInstance'; Type = 'OracleInstance' }, @{ Name = 'Get-PostgresInstance'; Type = 'PostgresInstance' }, @{ Name = 'Get-HugePage'; Type = 'HugePagePool' }) {
        (Get-Command $Name).OutputType.Name | Should -Be "LinuxMem.$Type"
    }

    It 'give a table, a list, a compact and a full view for live and deserialized objects' -ForEach $types {
        foreach ($name in "LinuxMem.$_", "Deserialized.LinuxMem.$_") {
            $views = (Get-FormatData -TypeName $name).FormatViewDefinition
            $views.Control | ForEach-Object { $_.GetType().Name } | Should -Contain 'ListControl'
            $tables = $views | Where-Object { $_.Control -is [Management.Automation.TableControl] }
            $tables.Name | Should -Contain 'Compact'
            $tables.Name | Should -Contain 'Full'
            if ($_ -in 'MemGroup', 'MemProcess') {
                $tables.Name | Should -Contain 'Swap'
                $tables.Name | Should -Contain 'Shared'
            }
            $tables.Name | Should -Contain 'Table'
        }
    }

    It 'have every property in the list view' -ForEach $types {
        $list = (Get-FormatData -TypeName "LinuxMem.$_").FormatViewDefinition.Control | Where-Object { $_ -is [Management.Automation.ListControl] }
        $shown = $list.Entries[0].Items.DisplayEntry.Value -join ' '
        foreach ($property in ([type]"LinuxMem.$_").GetProperties().Name | Where-Object { $_ -notin 'Environment', 'Identity' }) {
            $shown | Should -Match "\b$property\b"
        }
    }

    It 'show the bytes of NUMA nodes in units, also of objects from elsewhere' {
        [LinuxMem.PowerShell.TableCell]::NodeSizes(@('0:1610612736', '1:0', '?:?')) | Should -Be '0: 1.50 GiB  1: -  ?:?'
        [LinuxMem.PowerShell.TableCell]::NodeSizes('0:1610612736 1:4096') | Should -Be '0: 1.50 GiB  1: 4.00 KiB'
        [LinuxMem.PowerShell.TableCell]::NodeSizes($null) | Should -BeNullOrEmpty
    }

    It 'take the headings on objects that came before the module' {
        $text = Invoke-Pwsh "
            `$xml = '<Objs Version=`"1.1.0.1`" xmlns=`"http://schemas.microsoft.com/powershell/2004/04`"><Obj RefId=`"0`"><TN RefId=`"0`"><T>Deserialized.LinuxMem.MemGroup</T><T>Deserialized.System.Object</T></TN><ToString>a</ToString><Props><S N=`"GroupName`">a</S><I32 N=`"Report`">1</I32><I64 N=`"MemRss`">4096</I64></Props></Obj></Objs>'
            `$group = [Management.Automation.PSSerializer]::Deserialize(`$xml)
            `"before: `$(`$group.mem_rss)`"
            Import-Module '$module'
            `"after: `$(`$group.mem_rss)`"
            (`$group | Sort-Object mem_rss | Select-Object group_name).group_name"
        $text | Should -Be 'before: ', 'after: 4096', 'a'
    }
}

Describe 'Sizes on the screen' {
    It '<Bytes> bytes are <Text>' -ForEach @(
        @{ Bytes = 0; Text = '-' }
        @{ Bytes = 1; Text = '1 B' }
        @{ Bytes = 1023; Text = '1023 B' }
        @{ Bytes = 1KB; Text = '1.00 KiB' }
        @{ Bytes = 4096; Text = '4.00 KiB' }
        @{ Bytes = 1MB - 6; Text = '1023.99 KiB' }
        @{ Bytes = 1MB - 5; Text = '1.00 MiB' }
        @{ Bytes = 320MB; Text = '320.00 MiB' }
        @{ Bytes = 1.5GB; Text = '1.50 GiB' }
        @{ Bytes = 1TB; Text = '1.00 TiB' }
        @{ Bytes = [long]::MaxValue; Text = '8.00 EiB' }
    ) {
        [LinuxMem.Engine.Texts.SizeText]::Readable($Bytes) | Should -Be $Text
        [LinuxMem.PowerShell.TableCell]::Size($Bytes) | Should -Be $Text
    }

    It 'are empty where they are not known' {
        [LinuxMem.PowerShell.TableCell]::Size($null) | Should -Be ''
    }
}

Describe 'Groups on the screen' @needsFrames {
    BeforeAll {
        $groups = Get-MemGroup -SplitUid -SplitCustom 'comm(pwsh),and(uid(0),not(comm(pwsh)),not(comm(bash)))' -Total
        $headings = 'group_name', 'procs', 'mem_held', 'mem_freed', 'mem_rss', 'mem_anon', 'mem_uss', 'swap_anon', 'swap_rss', 'swap_uss', 'shm_mem', 'shm_swap'
    }

    It 'fit in <Width> columns with <Shown> of them, and none is cut' -ForEach (@{ Width = 80; Shown = 6 }, @{ Width = 90; Shown = 6 }, @{ Width = 100; Shown = 7 }, @{ Width = 110; Shown = 8 }, @{ Width = 160; Shown = 12 }) {
        $text = $groups | Where-Object { $_.GroupName.Length -le 24 } | Out-String -Width $Width
        $heads = Get-Line $text | Where-Object { $_ -match '^group_name' }
        $heads | Should -HaveCount 2
        foreach ($head in $heads) {
            -split $head.Trim() | Should -Be $headings[0..($Shown - 1)]
        }

        foreach ($line in $text -split '\r?\n') {
            $line.TrimEnd().Length | Should -BeLessOrEqual $Width
            $line | Should -Not -Match '…'
        }
    }

    It 'fit in <Width> columns with <Shown> of them beside a name of 27 characters, which is cut first' -ForEach (@{ Width = 80; Shown = 6; Name = 'and(uid(0),…omm(bash)))' }, @{ Width = 90; Shown = 6; Name = 'and(uid(0),not(comm(bash)))' }, @{ Width = 120; Shown = 9; Name = 'and(uid(0),not(comm(bash)))' }) {
        $text = Get-MemGroup -SplitCustom 'and(uid(0),not(comm(bash)))' -WarningAction Ignore | Out-String -Width $Width
        $text | Should -BeLike "*$Name *"
        -split (Get-Line $text | Where-Object { $_ -match '^group_name' }) | Should -Be $headings[0..($Shown - 1)]
        $text -replace [regex]::Escape($Name) | Should -Not -Match '…'
    }

    It 'have right-aligned figures' {
        $lines = Get-Line ($groups | Where-Object Report -EQ 1 | Out-String -Width 160)
        $end = $lines[1].IndexOf('mem_rss') + 'mem_rss'.Length
        foreach ($line in $lines[3..($lines.Count - 1)]) {
            $line.Substring($end - 2, 2) | Should -Match '^( -|.B)$'
            $line[$end] | Should -Be ' '
        }
    }

    It 'look the same deserialized' {
        (Get-Copy $groups) | Out-String -Width 160 | Should -Be ($groups | Out-String -Width 160)
        (Get-Copy $groups) | Format-List | Out-String | Should -Be ($groups | Format-List | Out-String)
        (Get-Copy $groups) | Format-Table -View Compact | Out-String | Should -Be ($groups | Format-Table -View Compact | Out-String)
    }

    It 'fit in 80 columns as a compact view' {
        $text = $groups | Format-Table -View Compact | Out-String -Width 80
        @(Get-Line $text | Where-Object { $_ -match '^name +procs +held +freed +rss +swap +held %' }) | Should -HaveCount 2
        $text | Should -Not -Match '\w\r?\n +\w'
    }

    It 'have keys to compare and sort by' {
        Compare-Object $groups ($groups | Select-Object -Skip 1) | Should -HaveCount 1
        ($groups | Sort-Object).GroupName | Should -Be ($groups | Sort-Object Report, Key, IsTotal).GroupName
    }

    It 'say as text what they are' {
        "$($groups[0])" | Should -Be "$($groups[0].GroupName): $($groups[0].MemHeld) bytes in $($groups[0].Procs) processes"
        "$(Get-Copy $groups[0])" | Should -Be "$($groups[0])"
    }
}

Describe 'Names of wide characters' @needsFrames {
    BeforeAll {
        # Five characters of two cells each, all that fits into the 15 bytes of a command name.
        $folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)")
        $program = Join-Path $folder '日本語文字'
        Copy-Item (Get-Command sleep -CommandType Application)[0].Source $program
        $process = Start-Process $program 300 -PassThru
    }

    AfterAll {
        $process | Stop-Process -ErrorAction Ignore
        Remove-Item $folder -Recurse -Force
    }

    It 'take as many cells as others, and the edge of <Width> columns falls between two of them' -ForEach (@{ Width = 80; Shown = 6 }, @{ Width = 90; Shown = 7 }) {
        $headings = 'pid', 'user', 'comm', 'mem_held', 'mem_freed', 'mem_rss', 'mem_anon', 'mem_uss', 'mem_pss', 'swap_rss'
        $text = Get-MemProcess -Id $PID, $process.Id | Out-String -Width $Width
        $text | Should -BeLike '* 日本語文字 *'
        -split (Get-Line $text)[0].Trim() | Should -Be $headings[0..($Shown - 1)]
        $text | Should -Not -Match '…'
    }
}

Describe 'The total' @needsFrames {
    It 'comes last in every report, counts every page once, and can be told from the groups' {
        $rows = Get-MemGroup -SplitUid -SplitBy Id -Total
        foreach ($report in $rows | Group-Object Report) {
            $total = $report.Group[-1]
            $groups = $report.Group | Where-Object { -not $_.IsTotal }
            $total.IsTotal | Should -BeTrue
            $total.GroupName | Should -Be 'Total'
            $total.Split | Should -Be $groups[0].Split
            $total.Key | Should -BeNullOrEmpty
            $groups | Should -HaveCount ($report.Group.Count - 1)
            $total.Procs | Should -Be ($groups | Measure-Object Procs -Sum).Sum
            $total.MemRss | Should -Be ($groups | Measure-Object MemPss -Sum).Sum
            $total.MemUss | Should -Be $total.MemRss
            $total.MemPss | Should -Be $total.MemRss
            $total.ShmUss | Should -Be $total.ShmMem
            $total.MemAnon | Should -BeLessOrEqual $total.MemRss
        }

        $byId = $rows | Where-Object Report -EQ 2
        ($byId | Where-Object { -not $_.IsTotal } | Measure-Object MemRss -Sum).Sum | Should -BeGreaterThan $byId[-1].MemRss
    }

    It 'is not there unless asked for' {
        (Get-MemGroup -SplitUid).IsTotal | Should -Not -Contain $true
        (Get-MemGroup -SplitUid).GroupName | Should -Not -Contain 'Total'
    }

    It 'goes with every kind of report, and with none' {
        $rows = 'comm(pwsh)' | Get-MemGroup -Total
        $rows[-1].IsTotal | Should -BeTrue
        $all = Get-MemGroup -Total
        $all.GroupName | Should -Be 'All', 'Total'
        $all[0].MemRss | Should -Be $all[1].MemRss
        @() | Get-MemGroup -Total | Should -BeNullOrEmpty
    }
}

Describe 'Percent of the memory of the machine' @needsFrames {
    BeforeAll {
        $memory = [long]((Get-Content /proc/meminfo) -match '^MemTotal:' -replace '\D')[0] * 1KB
    }

    It 'is told of groups and processes, and not of what was not scanned' {
        $group = Get-MemGroup
        $group.MemRssPercent | Should -Be ([math]::Round(100 * $group.MemRss / $memory, 2))
        $group.mem_uss_percent | Should -Be ([math]::Round(100 * $group.MemUss / $memory, 2))
        $process = Get-MemProcess -Id $PID
        $process.MemRssPercent | Should -Be ([math]::Round(100 * $process.MemRss / $memory, 2))
        $process.mem_uss_percent | Should -Be ([math]::Round(100 * $process.MemUss / $memory, 2))
        (Get-MemProcess -Id $PID -ListOnly).MemRssPercent | Should -BeNullOrEmpty
    }
}

Describe 'Figures elsewhere' @needsFrames {
    It 'go to CSV and back, and to JSON and back' {
        $groups = Get-MemGroup -SplitUid -Total
        $csv = $groups | ConvertTo-Csv | ConvertFrom-Csv
        $csv.MemRss | Should -Be @($groups | ForEach-Object { "$($_.MemRss)" })
        $csv[-1].IsTotal | Should -Be 'True'
        $json = $groups | ConvertTo-Json | ConvertFrom-Json
        $json.MemUss | Should -Be $groups.MemUss
        ($json[0].psobject.Properties.Name -cmatch '_') | Should -BeNullOrEmpty
        ($groups | Select-Object group_name, mem_uss | ConvertTo-Csv)[0] | Should -Be '"group_name","mem_uss"'
    }
}
