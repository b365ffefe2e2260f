@{
    RootModule           = 'LinuxMem.PS.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5e0c7f5c-6a3b-4a39-9d64-8f0d2c1b7e52'
    Author               = 'LinuxMem contributors'
    CompanyName          = 'LinuxMem'
    Copyright            = '(c) LinuxMem contributors. MIT license.'
    Description          = 'Tells how much memory groups of processes really use on Linux: every physical page counts once per group.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('LinuxMem.Format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @('Compare-MemGroup', 'ConvertTo-MemMetric', 'Export-MemReport', 'Export-MemSnapshot', 'Get-HugePage', 'Get-MemCgroup', 'Get-MemGroup', 'Get-MemMachine', 'Get-MemMapping', 'Get-MemProcess', 'Get-MemSharing', 'Get-OracleInstance', 'Get-PostgresInstance', 'Get-SharedMemory', 'Get-ShmSegment', 'Get-Tmpfs', 'Test-MemFit', 'Watch-MemGroup')
    VariablesToExport    = @()
    AliasesToExport      = @()
    FileList             = @(
        'LICENSE'
        'LinuxMem.Engine.dll'
        'LinuxMem.Format.ps1xml'
        'LinuxMem.PS.dll'
        'LinuxMem.psd1'
        'THIRD-PARTY-NOTICES.txt'
        'Tests/MemoryLimits.Tests.ps1'
        'en-US/LinuxMem.PS.dll-Help.xml'
        'en-US/about_LinuxMem.help.txt'
        'en-US/about_LinuxMem_Figures.help.txt'
        'en-US/about_LinuxMem_Filters.help.txt'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('PSEdition_Core', 'Linux', 'memory', 'processes', 'shared-memory', 'swap', 'tmpfs', 'Oracle', 'PostgreSQL', 'monitoring')
            LicenseUri   = 'https://github.com/linuxmem/linuxmem/blob/main/LICENSE'
            ProjectUri   = 'https://github.com/linuxmem/linuxmem'
            IconUri      = 'https://github.com/linuxmem/linuxmem/raw/main/docs/icon.png'
            ReleaseNotes = 'https://github.com/linuxmem/linuxmem/blob/main/CHANGELOG.md'
            Prerelease   = 'beta1'
        }
    }
}
