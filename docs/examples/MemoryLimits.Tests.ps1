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
    # What the processes of a user may hold, in bytes: with all of their shared memory, also what nobody has mapped at the moment.
    [long] $UserLimit = 1GB,

    # What shared memory that no process holds may take, in bytes: files of a tmpfs, segments left behind.
    [long] $UnheldLimit = 1GB,

    # What all processes together may hold of the memory, in percent.
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
            $_.MemHeld | Should -BeLessOrEqual $UserLimit -Because "ending it would free $($_.MemFreed) bytes"
        }
    }

    It 'all processes together leave enough' {
        (Get-MemGroup -IncludeOpenFiles).MemHeldPercent | Should -BeLessOrEqual $PercentLimit
    }

    It 'what no process holds is not too much' {
        [long](Get-SharedMemory | Where-Object Holders -EQ 0 | Measure-Object Rss -Sum).Sum | Should -BeLessOrEqual $UnheldLimit
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
