#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    Import-Module (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName -Force
    # The properties of a group, a figure for all, of which a file of another user may have any length.
    $properties = [LinuxMem.MemGroup].GetProperties().Name | Where-Object { $_ -eq 'MemHeld' -or $_ -notmatch '^(Mem|Swap|Shm|Shared|Page)' }
}

BeforeAll {
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force
    $long = 'A' * 5MB

    # The group as a file of ConvertTo-Json has it.
    $group = Get-MemGroup -Filter "pid($PID)" -WarningAction Ignore | ConvertTo-Json -Depth 3 | ConvertFrom-Json
    $commands = @{
        'Get-MemMapping' = { param($Piped) $Piped | Get-MemMapping }
        'Get-MemGroup' = { param($Piped) $Piped | Get-MemGroup }
        'Get-MemProcess' = { param($Piped) $Piped | Get-MemProcess -ListOnly }
        'Compare-MemGroup' = { param($Piped) $Piped, $Piped | Compare-MemGroup }
    }
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'A text of 5 MiB as <_> of a group' -ForEach $properties @needsFrames {
    It 'makes no long message, and is not copied often' {
        $given = $group.psobject.Copy()
        $given.psobject.Properties.Remove($_)
        $given.psobject.Properties.Add([psnoteproperty]::new($_, $long))
        foreach ($name in $commands.Keys) {
            $before = [GC]::GetTotalAllocatedBytes()
            $messages = try {
                & $commands[$name] $given 2>&1 3>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] -or $_ -is [Management.Automation.WarningRecord] }
            }
            catch {
                $_
            }

            $allocated = [GC]::GetTotalAllocatedBytes() - $before
            foreach ($message in $messages) {
                "$message".Length | Should -BeLessThan 2000 -Because $name
                if ($message -is [Management.Automation.ErrorRecord]) {
                    $message.CategoryInfo.ToString().Length | Should -BeLessThan 2000 -Because $name
                }
            }

            $allocated | Should -BeLessThan 200MB -Because $name
        }
    }
}
