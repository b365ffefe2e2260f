#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    $needsSdk = Get-Need 'the .NET SDK' (Test-Program dotnet)
}

BeforeAll {
    . $PSScriptRoot/Surroundings.ps1
    $root = (Get-Item (Join-Path $PSScriptRoot '../..')).FullName
    $module = Join-Path $root 'out/LinuxMem'
    $manifest = Import-PowerShellDataFile (Join-Path $root 'LinuxMem.psd1')
    $version = @($manifest.ModuleVersion; $manifest.PrivateData.PSData['Prerelease']).Where({ $_ }) -join '-'
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
        $tested.LicenseUri, $tested.ProjectUri, $tested.IconUri | ForEach-Object { $_.Scheme | Should -Be 'https' }
        $tested.ReleaseNotes | Should -Match '^https://\S+$'
        $tested.Tags | Should -Contain 'Linux'
    }

    It 'leads to pages that are in the repository' {
        $data = $manifest.PrivateData.PSData
        foreach ($address in $data.LicenseUri, $data.IconUri, $data.ReleaseNotes) {
            $address | Should -Match "^$([regex]::Escape($data.ProjectUri))/(blob|raw)/main/"
            Join-Path $root ($address -replace "^$([regex]::Escape($data.ProjectUri))/(blob|raw)/main/") | Should -Exist
        }
    }

    It 'is a prerelease while the changelog has no release of its version' {
        $isReleased = [bool](Select-String -LiteralPath (Join-Path $root CHANGELOG.md) -SimpleMatch "## [$($manifest.ModuleVersion)]" -Quiet)
        [bool]$manifest.PrivateData.PSData['Prerelease'] | Should -Be (-not $isReleased)
    }

    It 'has the icon in the size that the Gallery shows' {
        $bytes = [IO.File]::ReadAllBytes((Join-Path $root docs/icon.png))
        [BitConverter]::ToString($bytes, 0, 4) | Should -Be '89-50-4E-47'
        $bytes[19], $bytes[23] | Should -Be 128, 128
    }

    It 'brings the check of limits along' {
        (Get-FileHash (Join-Path $module Tests/MemoryLimits.Tests.ps1)).Hash | Should -Be (Get-FileHash (Join-Path $root docs/examples/MemoryLimits.Tests.ps1)).Hash
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
        ([xml](Get-Content (Join-Path $root 'Directory.Build.props') -Raw)).SelectSingleNode('//Version').InnerText | Should -Be $version
    }

    It 'loads every format file of the module' {
        @(Get-RelativePath $module) -like '*.ps1xml' | Sort-Object | Should -Be @($manifest.FormatsToProcess | Sort-Object)
    }
}

Describe 'A release' {
    BeforeAll {
        function Get-Told([string[]] $Argument) {
            $text = & $pwsh[0] @($pwsh | Select-Object -Skip 1) -NoProfile -NonInteractive -File $root/build.ps1 checkrelease @Argument 2>&1
            "$LASTEXITCODE $text" -replace '\e\[[\d;]*m' -replace '\s*\|\s*|\s+', ' '
        }
    }

    It 'is of the version that the tag says, from the repository that the manifest names' {
        Get-Told "v$version", $manifest.PrivateData.PSData.ProjectUri | Should -Be "0 LinuxMem $version is ready to be released as v$version"
        Get-Told 'v9.9.9' | Should -BeLike "1 *the tag must be v$version.*"
        Get-Told "v$version", 'https://github.com/another/repository' | Should -BeLike '1 *help and links would lead elsewhere.*'
    }

    It 'has for each step of its workflow a task of build.ps1' {
        $tasks = ((Get-Command $root/build.ps1).Parameters['Task'].Attributes | Where-Object { $_ -is [ValidateSet] }).ValidValues
        $steps = Get-Content $root/.github/workflows/*.yml | Select-String '\./build\.sh (\w+)' | ForEach-Object { $_.Matches[0].Groups[1].Value }
        $steps | Should -Contain 'checkrelease'
        $steps | ForEach-Object { $_ | Should -BeIn $tasks }
    }
}

Describe 'The package for the Gallery' @needsSdk {
    BeforeAll {
        Compress-PSResource -Path $module -DestinationPath $work
        $package = Join-Path $work "LinuxMem.$version.nupkg"
        $folder = Join-Path $work "modules/LinuxMem/$($manifest.ModuleVersion)"
        [IO.Compression.ZipFile]::ExtractToDirectory($package, $folder)
        $nuspec = ([xml](Get-Content (Join-Path $folder LinuxMem.nuspec) -Raw)).package.metadata
    }

    It 'tells what the manifest tells' {
        $nuspec.id | Should -BeExactly 'LinuxMem'
        $nuspec.version | Should -Be $version
        $nuspec.description | Should -Be $manifest.Description
        $nuspec.authors | Should -Be $manifest.Author
        $nuspec.copyright | Should -Be $manifest.Copyright
        $nuspec.licenseUrl | Should -Be $manifest.PrivateData.PSData.LicenseUri
        $nuspec.projectUrl | Should -Be $manifest.PrivateData.PSData.ProjectUri
        $nuspec.iconUrl | Should -Be $manifest.PrivateData.PSData.IconUri
        $nuspec.releaseNotes | Should -Be $manifest.PrivateData.PSData.ReleaseNotes
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
