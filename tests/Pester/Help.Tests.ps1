#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Runs beside other tests.

BeforeDiscovery {
    . $PSScriptRoot/Surroundings.ps1
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
    $commands = (Get-Command -Module LinuxMem -CommandType Cmdlet).Name
    $parameters = foreach ($command in $commands) {
        foreach ($parameter in (Get-Command $command).Parameters.Values | Where-Object Name -NotIn $common) {
            @{ Command = $command; Name = $parameter.Name }
        }
    }
    $pages = Get-ChildItem (Join-Path $PSScriptRoot '../../docs/en-US/*.md')
    $examples = foreach ($page in $pages) {
        $number = 0
        foreach ($match in [regex]::Matches((Get-Content -LiteralPath $page -Raw), '(?ms)^```powershell\n(.*?)^```')) {
            @{ Page = $page.BaseName; Number = ++$number; Code = $match.Groups[1].Value }
        }
    }
    $topics = ($pages | Where-Object Name -Like 'about_*').BaseName
    $needsPlatyPS = Get-Need 'the module Microsoft.PowerShell.PlatyPS' (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable)
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../out/LinuxMem') -Force
    $docs = Join-Path $PSScriptRoot '../../docs/en-US'
    $help = @{}
    Get-Command -Module LinuxMem -CommandType Cmdlet | ForEach-Object { $help[$_.Name] = Get-Help $_.Name -Full }

    # int[] for System.Int32[]: as the help and Get-Command -Syntax show types.
    function Get-TypeName([type] $Type) {
        $actual = [Nullable]::GetUnderlyingType($Type) ?? $Type
        [Microsoft.PowerShell.ToStringCodeMethods]::Type([psobject]$actual) -replace '^.*\.'
    }
}

AfterAll {
    Remove-Module LinuxMem -ErrorAction Ignore
}

Describe 'Help of the cmdlets' {
    It 'there is a page for each cmdlet, and none for another' {
        $pages = (Get-ChildItem $docs/*-*.md).BaseName
        $pages | Sort-Object | Should -Be (Get-Command -Module LinuxMem -CommandType Cmdlet).Name
    }

    It '<_>: what it is for is written by a person' -ForEach $commands {
        $help[$_].Synopsis | Should -Match '^[A-Z].+\.$'
        $help[$_].Synopsis | Should -Not -Match ([regex]::Escape("$_ [")) -Because 'that is what PowerShell makes of a cmdlet without help'
        @($help[$_].description).Text -join '' | Should -Not -BeNullOrEmpty
    }

    It '<_>: inputs, outputs, examples and links are there' -ForEach $commands {
        @($help[$_].examples.example).Count | Should -BeGreaterOrEqual 3
        @($help[$_].inputTypes.inputType.type.name) | Should -Not -BeNullOrEmpty
        $outputs = @($help[$_].returnValues.returnValue.type.name)
        $outputs | Should -Be @((Get-Command $_).OutputType.Name)
        @($help[$_].relatedLinks.navigationLink.linkText) | Should -Not -BeNullOrEmpty
    }

    It '<_>: every link is to a page there is' -ForEach $commands {
        foreach ($link in $help[$_].relatedLinks.navigationLink.linkText -ne 'Online Version:') {
            Join-Path $docs "$link.md" | Should -Exist
        }
    }

    It '<_>: Get-Help -Online opens its page in the repository' -ForEach $commands {
        $project = (Import-PowerShellDataFile (Join-Path $PSScriptRoot '../../LinuxMem.psd1')).PrivateData.PSData.ProjectUri
        $page = "$project/blob/main/docs/en-US/$_.md"
        (Get-Command $_).HelpUri | Should -Be $page
        @($help[$_].relatedLinks.navigationLink)[0].linkText | Should -Be 'Online Version:'
        @($help[$_].relatedLinks.navigationLink)[0].uri | Should -Be $page
        Get-Content -LiteralPath (Join-Path $docs "$_.md") | Should -Contain "HelpUri: $page"
        # A stand-in for the browser, found first, tells what it is to open.
        $bin = New-Item -ItemType Directory -Force "$TestDrive/bin"
        Set-Content "$bin/xdg-open" "#!/bin/sh`nprintf %s `"`$1`" > '$TestDrive/opened'"
        chmod +x "$bin/xdg-open"
        $path, $env:PATH = $env:PATH, "${bin}:$env:PATH"
        try {
            Get-Help $_ -Online
            $clock = [Diagnostics.Stopwatch]::StartNew()
            while (-not ((Test-Path "$TestDrive/opened") -and (Get-Item "$TestDrive/opened").Length) -and $clock.Elapsed.TotalSeconds -lt 30) { Start-Sleep -Milliseconds 20 }
            Get-Content "$TestDrive/opened" | Should -Be $page
        }
        finally {
            $env:PATH = $path
            Remove-Item "$TestDrive/opened" -ErrorAction Ignore
        }
    }

    It '<_>: no word of its text is broken at 80 columns' -ForEach $commands {
        # Outputs of examples, and the syntax, may be wider: they are what a wider terminal shows.
        $text = @($help[$_].Synopsis; $help[$_].description.Text; $help[$_].parameters.parameter.description.Text; $help[$_].examples.example.title; $help[$_].alertSet.alert.Text) -join "`n"
        $text -split '\n' | Where-Object Length -GT 71 | Should -BeNullOrEmpty
        $shown = (Get-Help $_ -Full | Out-String -Width 80) -split '\s+'
        foreach ($word in @($help[$_].Synopsis; $help[$_].description.Text; $help[$_].parameters.parameter.description.Text) -split '\s+' | Select-Object -Unique) {
            $word | Should -BeIn $shown
        }
    }

    It '<_>: takes what the help says it takes from the pipeline' -ForEach $commands {
        $takes = (Get-Command $_).Parameters.Values.ParameterSets.Values | Where-Object { $_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName }
        (@($help[$_].inputTypes.inputType.type.name) -ne 'None').Count -gt 0 | Should -Be ([bool]$takes)
    }

    It '<_>: every parameter of the help is one' -ForEach $commands {
        $parameters = (Get-Command $_).Parameters.Keys
        foreach ($name in $help[$_].parameters.parameter.name) {
            $name | Should -BeIn $parameters
        }
    }

    It '<_>: the syntax is that of the cmdlet' -ForEach $commands {
        $page = Get-Content -LiteralPath (Join-Path $docs "$_.md") -Raw
        $written = [regex]::Matches($page, '(?ms)^### [^\n]*\n\n```\n(.*?)```').ForEach({ $_.Groups[1].Value -replace '\s+', ' ' }).Trim()
        $real = (Get-Command $_ -Syntax).Trim() -split '\n+' -replace ' \[<CommonParameters>\]' -replace '\s+', ' '
        $written | Should -Be $real.Where({ $_ }).Trim()
    }
}

Describe 'Help of the parameters' {
    It '<Command> -<Name>' -ForEach $parameters {
        $real = (Get-Command $Command).Parameters[$Name]
        $shown = @($help[$Command].parameters.parameter | Where-Object name -EQ $Name)
        $shown | Should -HaveCount 1
        @($shown.description).Text -join '' | Should -Match '\w\.'
        $shown.type.name | Should -Be $real.ParameterType.ToString()
        $shown.aliases | Should -Be $(if ($real.Aliases) { $real.Aliases -join ', ' } else { 'none' })

        $sets = @($real.ParameterSets.Values)
        $shown.required | Should -Be "$($sets[0].IsMandatory)".ToLowerInvariant()
        $shown.position | Should -Be $(if ($sets[0].Position -lt 0) { 'named' } else { "$($sets[0].Position)" })
        $pipeline = @(if ($sets[0].ValueFromPipeline) { 'ByValue' }; if ($sets[0].ValueFromPipelineByPropertyName) { 'ByPropertyName' }) -join ', '
        $shown.pipelineInput | Should -Be $(if ($pipeline) { "true ($pipeline)" } else { 'false' })
        $shown.globbing | Should -Be "$([bool]($real.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }))".ToLowerInvariant()
        foreach ($word in @($help[$Command].syntax.syntaxItem.parameter | Where-Object name -EQ $Name)) {
            if ($real.ParameterType -ne [switch]) {
                $word.parameterValue | Should -Be (Get-TypeName $real.ParameterType)
            }
        }
    }
}

Describe 'Examples' {
    It '<Page>, block <Number>: parses, and names only commands and parameters there are' -ForEach $examples {
        $errors = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$errors)
        $errors | Should -BeNullOrEmpty
        $typed = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
        foreach ($one in $typed) {
            $name = $one.GetCommandName()
            if ($name -in 'Sort', 'ssh') {
                continue
            }

            $command = Get-Command $name -ErrorAction Ignore
            $command | Should -Not -BeNullOrEmpty -Because "'$name' is typed"
            foreach ($parameter in $one.CommandElements.Where({ $_ -is [System.Management.Automation.Language.CommandParameterAst] }) | ForEach-Object ParameterName) {
                { $command.ResolveParameter($parameter) } | Should -Not -Throw -Because "-$parameter is typed after $name"
            }
        }
    }

    It '<_>: its examples have their output in the help' -ForEach $commands {
        foreach ($example in $help[$_].examples.example) {
            $example.code | Should -Not -BeNullOrEmpty
            # 80 columns less the margin on both sides of Get-Help.
            $example.code -split '\n' | Where-Object Length -GT 76 | Should -BeNullOrEmpty
            $example.remarks.Text -join '' | Should -Not -BeNullOrEmpty
        }
    }
}

Describe 'About topics' {
    It '<_> is found, with what it is about' -ForEach $topics {
        $topic = Get-Help $_
        $topic | Should -BeOfType string
        $topic | Should -Match "^TOPIC\n    $_\n"
        $found = @(Get-Help $_ -Category HelpFile | Get-Member -MemberType NoteProperty | Where-Object Name -EQ Synopsis)
        $found | Should -HaveCount 1
        (Get-Help $_).Synopsis | Should -Match '^[A-Z].+\.$'
    }

    It '<_> has no line of text wider than a terminal' -ForEach $topics {
        # What is set in by 8 is code, as it is typed.
        $wide = (Get-Help $_) -split '\n' | Where-Object { $_.Length -gt 80 -and $_ -notmatch '^ {8}' }
        $wide | Should -BeNullOrEmpty
    }
}

Describe 'The pages' {
    It '<_>.md is what PlatyPS takes' -ForEach $commands @needsPlatyPS {
        Import-Module Microsoft.PowerShell.PlatyPS
        Test-MarkdownCommandHelp -Path (Join-Path $docs "$_.md") | Should -BeTrue
        $read = Import-MarkdownCommandHelp -Path (Join-Path $docs "$_.md")
        $read.Diagnostics.HadErrors | Should -BeFalse
        $read.Parameters.Name | Should -Be $help[$_].parameters.parameter.name
        @($read.Examples).Count | Should -Be @($help[$_].examples.example).Count
    }
}
