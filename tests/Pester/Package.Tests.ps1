#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsSdk = Get-Need 'the .NET SDK' (Test-Program dotnet)
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $root = (Get-Item (Join-Path $PSScriptRoot '../..')).FullName
    $module = Join-Path $root 'out/LinuxMem'
    $manifest = Import-PowerShellDataFile (Join-Path $root 'LinuxMem.psd1')
    $work = Join-Path ([IO.Path]::GetTempPath()) "linuxmem-pester-$(New-Guid)"
    $null = New-Item -ItemType Directory $work

    # The files below a folder, as paths relative to it with '/', sorted.
    function Get-RelativePath([string] $Folder) {
        Get-ChildItem -LiteralPath $Folder -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($Folder, $_.FullName) } | Sort-Object
    }
}

AfterAll {
    Remove-Item -LiteralPath $work -Recurse -Force
}

Describe 'The manifest' {
    It 'passes Test-ModuleManifest' {
        $tested = Test-ModuleManifest (Join-Path $module 'LinuxMem.psd1') -WarningVariable warnings -ErrorAction Stop
        $warnings | Should -BeNullOrEmpty
        $tested.Guid | Should -Be $manifest.GUID
        $tested.CompatiblePSEditions | Should -Be 'Core'
        $tested.PowerShellVersion | Should -Be '7.6'
        $tested.LicenseUri | Should -Not -BeNullOrEmpty
        $tested.Tags | Should -Contain 'Linux'
    }

    It 'lists the files that there are' {
        @($manifest.FileList | Sort-Object) -join "`n" | Should -Be (@(Get-RelativePath $module) -join "`n")
    }

    It 'exports the cmdlets of the assembly, by name' {
        $assembly = Invoke-Pwsh "(Import-Module '$module/LinuxMem.PS.dll' -PassThru).ExportedCmdlets.Keys"
        $manifest.CmdletsToExport | Sort-Object | Should -Be @($assembly | Sort-Object)
        @($manifest.FunctionsToExport) + @($manifest.VariablesToExport) -join '' | Should -Not -Match '\*'
    }

    It 'has the version of the build' {
        ([xml](Get-Content (Join-Path $root 'Directory.Build.props') -Raw)).SelectSingleNode('//Version').InnerText | Should -Be $manifest.ModuleVersion
    }

    It 'loads every format file of the module' {
        @(Get-RelativePath $module) -like '*.ps1xml' | Sort-Object | Should -Be @($manifest.FormatsToProcess | Sort-Object)
    }
}

Describe 'The package for the Gallery' @needsSdk {
    BeforeAll {
        Compress-PSResource -Path $module -DestinationPath $work
        $package = Join-Path $work "LinuxMem.$($manifest.ModuleVersion).nupkg"
        $folder = Join-Path $work "modules/LinuxMem/$($manifest.ModuleVersion)"
        [IO.Compression.ZipFile]::ExtractToDirectory($package, $folder)
        $nuspec = ([xml](Get-Content (Join-Path $folder LinuxMem.nuspec) -Raw)).package.metadata
    }

    It 'tells what the manifest tells' {
        $nuspec.id | Should -BeExactly 'LinuxMem'
        $nuspec.version | Should -Be $manifest.ModuleVersion
        $nuspec.description | Should -Be $manifest.Description
        $nuspec.authors | Should -Be $manifest.Author
        $nuspec.copyright | Should -Be $manifest.Copyright
        $nuspec.licenseUrl | Should -Be $manifest.PrivateData.PSData.LicenseUri
    }

    It 'is tagged as the Gallery searches for modules' {
        $tags = $nuspec.tags -split ' '
        $expected = @('PSModule'; $manifest.PrivateData.PSData.Tags)
        $tags | Sort-Object | Should -Be @($expected | Sort-Object)
    }

    It 'holds the files of the module and nothing else' {
        # What NuGet adds and an installation takes away.
        $files = @(Get-RelativePath $folder) -notmatch '^(_rels/|package/|\[Content_Types\]\.xml$|LinuxMem\.nuspec$)'
        $files -join "`n" | Should -Be (@($manifest.FileList | Sort-Object) -join "`n")
    }

    It 'can be imported by name once it lies in a module folder' {
        $found = Invoke-Pwsh "
            `$env:PSModulePath = '$work/modules:' + `$env:PSModulePath
            Import-Module LinuxMem -RequiredVersion $($manifest.ModuleVersion)
            (Get-Command -Module LinuxMem).Name; (Get-MemProcess -Id `$PID -ListOnly).Id -eq `$PID"
        $found | Should -Be @(@($manifest.CmdletsToExport | Sort-Object); 'True')
    }
}

Describe 'Install' @needsSdk {
    It 'puts the module where Import-Module finds it, in the place of the one that was there' {
        $data = Join-Path $work data
        $folder = "$data/powershell/Modules/LinuxMem/$($manifest.ModuleVersion)"
        $null = New-Item "$folder/old.dll" -Force
        $output = Invoke-Pwsh "`$env:XDG_DATA_HOME = '$data'; & '$root/build.ps1' -Task Install" 2>&1
        "$output" | Should -BeLike "*LinuxMem $($manifest.ModuleVersion) is installed in $folder*"
        Get-RelativePath $folder | Should -Be @($manifest.FileList | Sort-Object)
        Get-ChildItem "$data/powershell/Modules/LinuxMem" | ForEach-Object Name | Should -Be $manifest.ModuleVersion
        $env:XDG_DATA_HOME, $before = $data, $env:XDG_DATA_HOME
        try {
            $installed = Invoke-Pwsh 'Import-Module LinuxMem; (Get-Module LinuxMem).ModuleBase'
        }
        finally {
            $env:XDG_DATA_HOME = $before
        }

        $installed | Should -Be $folder
    }
}
