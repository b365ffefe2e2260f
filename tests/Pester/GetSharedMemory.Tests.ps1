#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $module = Join-Path $PSScriptRoot '../../out/LinuxMem'
    Import-Module $module -Force
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Get-SharedMemory' @needsFrames {
    BeforeAll {
        $name = "/dev/shm/linuxmem-pester-$(New-Guid)"
        $file = [IO.File]::Open($name, 'CreateNew', 'ReadWrite')
        $file.SetLength(1MB)
        $map = [IO.MemoryMappedFiles.MemoryMappedFile]::CreateFromFile($file, [NullString]::Value, 0, 'ReadWrite', 'None', $true)
        $view = $map.CreateViewAccessor()
        0..9 | ForEach-Object { $view.Write($_ * [Environment]::SystemPageSize, [byte]1) }
    }

    AfterAll {
        $view.Dispose()
        $map.Dispose()
        $file.Dispose()
        Remove-Item $name
    }

    It 'lists an object with its sizes and its holders' {
        $object = Get-SharedMemory $name -WarningAction Ignore
        $object | Should -BeOfType LinuxMem.SharedMemory
        $object.Kind | Should -Be 'Posix'
        $object.Size | Should -Be 1MB
        $object.Rss | Should -Be (10 * [Environment]::SystemPageSize)
        $object.Mapped | Should -Be $object.Rss
        $object.Pids | Should -Be $PID
        $object.page_size | Should -Be ([Environment]::SystemPageSize)
        $object.Removed | Should -BeFalse
    }

    It 'takes kinds and wildcards' {
        (Get-SharedMemory -Kind Posix -Name '*linuxmem-pester*' -WarningAction Ignore).Name | Should -Be $name
        Get-SharedMemory -Kind SysV -Name $name -WarningAction Ignore -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'says which name no object has, and shows the others' {
        (Get-SharedMemory $name, '/there-is-none', '*there-is-none*' -WarningAction Ignore -ErrorAction SilentlyContinue -ErrorVariable failures).Name | Should -Be $name
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -Be 'SharedMemoryNotFound,LinuxMem.PowerShell.Commands.GetSharedMemoryCommand'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].TargetObject | Should -Be '/there-is-none'
    }

    It 'is a part of what a process holds' {
        $process = Get-MemProcess -Id $PID -WarningAction Ignore
        $process.SharedMem | Should -BeGreaterOrEqual (10 * [Environment]::SystemPageSize)
        $process.MemHeld | Should -Be ($process.MemRss - $process.MemShared + $process.SharedMem)
        $process.MemRss | Should -Be ($process.MemAnon + $process.MemFile + $process.MemShared)
    }
}
