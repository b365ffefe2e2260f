#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    Import-Module (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName -Force
    $types = @([LinuxMem.Engine.Reports.Columns.Reported]::Things.Type.FullName)
}

BeforeAll {
    $module = (Get-Item (Join-Path $PSScriptRoot '../../out/LinuxMem')).FullName
    Import-Module $module -Force
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    # A title of the terminal, a C1 control, a mark of direction, one that is not seen.
    $hostile = "a`e]0;PWN`a$([char]0x9b)2J$([char]0x202e)$([char]0x200b)z"

    # A value of a property as others could make it.
    function Get-Value([type] $Type) {
        $inner = [Nullable]::GetUnderlyingType($Type) ?? $Type
        if ($inner -in [string], [object]) { return $hostile }
        if ($inner -eq [datetime]) { return [datetime]::new(2026, 1, 2) }
        if ($inner.IsPrimitive) { return [Convert]::ChangeType(1, $inner) }
        if ($inner.IsEnum) { return [enum]::GetValues($inner)[0] }
        if ($inner.IsGenericType) { return , @((Get-Value $inner.GenericTypeArguments[0]), (Get-Value $inner.GenericTypeArguments[0])) }
        $hostile
    }

    # An object that no constructor has made, whose texts are hostile, and those of what it is made of.
    function Get-Made([type] $Type, [int] $Depth) {
        $object = [Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($Type)
        for ($at = $Type; $at; $at = $at.BaseType) {
            foreach ($field in $at.GetFields('Instance, NonPublic, Public, DeclaredOnly')) {
                $of = $field.FieldType
                if ($of -in [string], [object]) {
                    $field.SetValue($object, $hostile)
                }
                elseif ($of.IsGenericType -and $of.IsAssignableFrom(($list = [Collections.Generic.List`1].MakeGenericType($of.GenericTypeArguments[0])))) {
                    $field.SetValue($object, [Activator]::CreateInstance($list))
                }
                elseif ($of.IsGenericType -and $of.IsClass -and $of.GetConstructor([type[]]@())) {
                    $field.SetValue($object, [Activator]::CreateInstance($of))
                }
                elseif ($Depth -gt 0 -and $of.Namespace -like 'LinuxMem*' -and $of.IsClass -and -not ($of.IsAbstract -or $of.IsGenericType)) {
                    $field.SetValue($object, (Get-Made $of ($Depth - 1)))
                }
            }
        }

        $object
    }

    # An object with all properties of a type, every text of which is hostile: the module's views and extensions go by the names of types.
    function Get-Thing([string] $Name, [string] $Prefix) {
        $type = [LinuxMem.Engine.Reports.Columns.Reported]::Things.Type | Where-Object FullName -EQ $Name
        $thing = [pscustomobject]@{}
        foreach ($property in $type.GetProperties()) {
            $thing.psobject.Properties.Add([psnoteproperty]::new($property.Name, (Get-Value $property.PropertyType)))
        }
        $thing.pstypenames.Insert(0, $Prefix + $Name)
        $thing
    }

    # As objects come from a file of Export-Clixml.
    function Get-Copy($Objects) {
        [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Objects))
    }

    function Assert-Visible([string] $Text) {
        [regex]::Matches(($Text -replace '\r?\n'), '[\p{Cc}\p{Cf}]') | ForEach-Object { 'U+{0:X4}' -f [int][char] $_.Value } | Select-Object -Unique | Should -BeNullOrEmpty
    }
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Names of others in <_>' -ForEach $types {
    BeforeAll {
        $name = $_
        $other = if ($name -eq 'LinuxMem.MemGroup') { 'LinuxMem.MemProcess' } else { 'LinuxMem.MemGroup' }
    }

    It 'come out escaped after objects of another kind' {
        foreach ($prefix in '', 'Deserialized.') {
            $text = (Get-Thing $other $prefix), (Get-Thing $name $prefix) | Out-String -Width 200
            $text | Should -Match '(?m)^\w+ +: .'
            Assert-Visible $text
        }
    }

    It 'come out escaped with objects of another kind from a file' {
        $text = Get-Copy @((Get-Thing $other 'Deserialized.'), (Get-Thing $name 'Deserialized.')) | Out-String -Width 200
        $text | Should -Match '(?m)^\w+ +: .'
        Assert-Visible $text
    }

    It 'come out escaped by default and in every format' {
        foreach ($prefix in '', 'Deserialized.') {
            $thing = Get-Thing $name $prefix
            foreach ($way in 'Out-String', 'Format-Custom', 'Format-Table', 'Format-List', 'Format-Wide') {
                $text = $thing | & $way | Out-String -Width 200
                $text | Should -Match '\S'
                Assert-Visible $text
            }
        }
    }

    It 'come out escaped where a number or a time should be, in objects that somebody wrote' {
        $spoken = [psobject]::AsPSObject(5L)
        $spoken.psobject.Methods.Add([psscriptmethod]::new('ToString', { $hostile }))
        $made = [pscustomobject]@{ x = 1 }
        $made.psobject.Methods.Add([psscriptmethod]::new('ToString', { $hostile }))
        foreach ($value in $hostile, @($hostile, 'b'), @{ $hostile = 1 }, [char]27, [uri]::new("http://x/$hostile", 'RelativeOrAbsolute'), $spoken, $made) {
            $thing = Get-Thing $name 'Deserialized.'
            foreach ($property in @($thing.psobject.Properties | Where-Object { $_.MemberType -eq 'NoteProperty' -and $_.Value -isnot [string] })) {
                $property.Value = $value
            }

            foreach ($way in 'Format-Custom', 'Format-Table', 'Format-List', 'Format-Wide') {
                Assert-Visible ($thing | & $way | Out-String -Width 200)
            }
        }
    }

    It 'come out escaped in the text form' {
        $type = [LinuxMem.Engine.Reports.Columns.Reported]::Things.Type | Where-Object FullName -EQ $name
        $text = (Get-Made $type 3).ToString()
        $text | Should -Not -BeNullOrEmpty
        Assert-Visible $text
    }

    It 'stand as they are in what programs get, once' {
        $thing = Get-Thing $name 'Deserialized.'
        $properties = $thing.psobject.Properties.Name | Where-Object { $_ -notmatch ' ' }
        ($thing | Select-Object *).psobject.Properties.Name | Should -Be $properties
        ($thing | Get-Member -MemberType Properties).Name | Sort-Object | Should -Be ($properties | Sort-Object)
        ($thing | ConvertTo-Json -Depth 1 -WarningAction Ignore | ConvertFrom-Json).psobject.Properties.Name | Should -Be $properties
        ($thing | ConvertTo-Csv | ConvertFrom-Csv).psobject.Properties.Name | Should -Be $properties
    }
}
