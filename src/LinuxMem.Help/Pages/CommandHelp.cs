using Markdig.Syntax;

namespace LinuxMem.Help.Pages;

/// <summary>What a page tells about a cmdlet.</summary>
internal sealed record CommandHelp(
    MarkdownPage Page,
    string Name,
    string HelpFile,
    string Online,
    string Synopsis,
    IReadOnlyList<SyntaxHelp> Syntax,
    IReadOnlyList<Block> Description,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<Section> Inputs,
    IReadOnlyList<Section> Outputs,
    IReadOnlyList<Block> Notes,
    IReadOnlyList<LinkHelp> Links);

/// <summary>A way to call the cmdlet: its parameters in the order of the syntax line.</summary>
internal sealed record SyntaxHelp(string ParameterSet, IReadOnlyList<ParameterHelp> Parameters);

/// <summary>An example: what is said before it, what is typed, and what follows (output, and what is said of it).</summary>
internal sealed record ExampleHelp(string Title, IReadOnlyList<Block> Introduction, string Code, IReadOnlyList<Block> Remarks);

/// <summary>A parameter.</summary>
internal sealed record ParameterHelp(string Name, IReadOnlyList<Block> Description, ParameterFacts Facts)
{
    /// <summary>What holds of it in a parameter set.</summary>
    public ParameterSetFacts In(string parameterSet) =>
        Facts.ParameterSets.Find(set => set.Name == parameterSet) ?? Facts.ParameterSets[0];
}

/// <summary>A link to a page on the web, or to another help page (no address then).</summary>
internal sealed record LinkHelp(string Text, string Address);
