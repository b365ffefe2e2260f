#requires -Modules LinuxMem, @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
<#
.SYNOPSIS
What the memory of a machine has to keep to. Needs root.
.EXAMPLE
Invoke-Pester MemoryLimits.Tests.ps1 -Output Detailed
.EXAMPLE
Invoke-Pester -Container (New-PesterContainer -Path MemoryLimits.Tests.ps1 -Data @{ UserLimit = 2GB })
#>
param(
    # What ending all processes of a user would free, in bytes.
    [long] $UserLimit = 1GB,

    # What all processes together may have of the memory, in percent.
    [double] $PercentLimit = 90,

    # How full a tmpfs may be, in percent.
    [double] $TmpfsLimit = 80
)

BeforeDiscovery {
    $users = Get-MemGroup -SplitUid | Where-Object Key -NE 0
    $mounts = Get-Tmpfs | Where-Object { $_.Status -eq 'OK' -and -not $_.IsUnlimited }
}

Describe 'Memory' {
    # Pester 6 takes a list with nothing in it for a mistake: on many a machine only root runs anything.
    if ($users) {
        It 'user <_.GroupName> holds no more than allowed' -ForEach $users {
            $_.MemUss | Should -BeLessOrEqual $UserLimit
        }
    }

    It 'all processes together leave enough' {
        (Get-MemGroup).MemRssPercent | Should -BeLessOrEqual $PercentLimit
    }

    It 'no segment is left behind by processes that have ended' {
        Get-ShmSegment | Where-Object { -not $_.Attached } | ForEach-Object { "$($_.ShmId) of $($_.User)" } | Should -BeNullOrEmpty
    }

    if ($mounts) {
        It 'tmpfs <_.MountPoint> is not nearly full' -ForEach $mounts {
            $_.UsedPercent | Should -BeLessOrEqual $TmpfsLimit
        }
    }
}
