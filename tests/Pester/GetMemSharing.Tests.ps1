#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-MemSharing' @needsFrames {
    BeforeAll {
        $one = Start-Process sleep 600 -PassThru
        $other = Start-Process sleep 600 -PassThru
        Wait-Until 'they sleep' { @(Get-MemProcess -ListOnly -Id $one.Id, $other.Id | Where-Object Comm -EQ sleep).Count -eq 2 }
    }

    AfterAll {
        $one.Kill()
        $other.Kill()
    }

    It 'tells what each two groups share, and each with anyone' {
        $lines = Get-MemSharing -SplitCustom "pid($($one.Id)),pid($($other.Id))" -WarningAction Ignore
        $lines | Should -BeOfType LinuxMem.MemSharing
        $lines | Should -HaveCount 6
        @($lines | Where-Object WithAnyone).OtherName | Should -Be '(anyone)', '(anyone)', '(anyone)'
        $pair = $lines | Where-Object { "pid($($one.Id))" -in $_.GroupName, $_.OtherName -and "pid($($other.Id))" -in $_.GroupName, $_.OtherName }
        $pair.Shared | Should -BeGreaterThan 100KB
        $pair.shared_held | Should -Be $pair.Shared
        $any = $lines | Where-Object { $_.WithAnyone -and $_.GroupName -eq "pid($($one.Id))" }
        $any.Shared | Should -BeGreaterOrEqual $pair.Shared
    }

    It 'is what is not unique' {
        $filter = "or(pid($($one.Id)),pid($($other.Id)))"
        $group = Get-MemGroup -SplitBy Id -Filter $filter -WarningAction Ignore
        $lines = Get-MemSharing -SplitBy Id -Filter $filter -WarningAction Ignore
        foreach ($each in $group) {
            ($lines | Where-Object { $_.WithAnyone -and $_.Key -eq $each.Key }).Shared | Should -Be ($each.MemRss - $each.MemUss)
        }
    }

    It 'makes a report of each split' {
        $lines = Get-MemSharing -SplitUid -SplitBy Comm -WarningAction Ignore
        $lines.Split | Select-Object -Unique | Should -HaveCount 2
        $lines.Report | Select-Object -Unique | Should -Be 1, 2
    }

    It 'needs groups' {
        { Get-MemSharing -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument*'
        { Get-MemSharing -SplitPid 2147483647 -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotFound*'
    }
}
