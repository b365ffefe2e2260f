namespace LinuxMem.Help.Pages;

/// <summary>The block of facts on a parameter, as PlatyPS writes it (schema 2024-05-01).</summary>
internal sealed class ParameterFacts
{
    /// <summary>The name of a set that stands for all.</summary>
    public const string AllSets = "(All)";

    /// <summary>The full name of the .NET type.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>What is taken when it is not given.</summary>
    public string DefaultValue { get; set; } = string.Empty;

    /// <summary>True when <c>*</c> and <c>?</c> stand for other characters.</summary>
    public bool SupportsWildcards { get; set; }

    /// <summary>Other names.</summary>
    public List<string> Aliases { get; set; } = [];

    /// <summary>The parameter sets it is in.</summary>
    public List<ParameterSetFacts> ParameterSets { get; set; } = [];

    /// <summary>True when it is not to be shown.</summary>
    public bool DontShow { get; set; }

    /// <summary>The only values it takes, where these can be listed.</summary>
    public List<string> AcceptedValues { get; set; } = [];

    /// <summary>What PowerShell says when it asks for it.</summary>
    public string HelpMessage { get; set; } = string.Empty;
}

/// <summary>What holds of a parameter in a parameter set.</summary>
internal sealed class ParameterSetFacts
{
    /// <summary>The set; <see cref="ParameterFacts.AllSets"/> for all.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary><c>Named</c>, or its number among those without a name.</summary>
    public string Position { get; set; } = string.Empty;

    /// <summary>True when it must be given.</summary>
    public bool IsRequired { get; set; }

    /// <summary>True when it takes the objects of the pipeline.</summary>
    public bool ValueFromPipeline { get; set; }

    /// <summary>True when it takes the property of its name of the objects of the pipeline.</summary>
    public bool ValueFromPipelineByPropertyName { get; set; }

    /// <summary>True when it takes all that is left on the command line.</summary>
    public bool ValueFromRemainingArguments { get; set; }
}
