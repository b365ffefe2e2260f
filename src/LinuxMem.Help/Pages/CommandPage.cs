using System.Text.RegularExpressions;
using LinuxMem.Help.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace LinuxMem.Help.Pages;

/// <summary>Reads a page on a cmdlet, in PlatyPS's schema of 2024-05-01.</summary>
internal static partial class CommandPage
{
    private const string CommonParameters = "CommonParameters";
    private const string DefaultMark = " (Default)";

    private static readonly string[] Order =
        ["SYNOPSIS", "SYNTAX", "ALIASES", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private static readonly IDeserializer Yaml = new DeserializerBuilder().Build();

    /// <summary>Reads the page.</summary>
    /// <exception cref="PageException">It is not in the schema.</exception>
    public static CommandHelp Parse(MarkdownPage page)
    {
        IReadOnlyList<Section> titles = page.Sections(page.Blocks, 1);
        if (titles.Count != 1 || titles[0].Title != page.Name)
        {
            throw page.Error(titles.ElementAtOrDefault(1)?.Heading ?? page.Blocks.FirstOrDefault(), $"a page has one heading of level 1, its own name, '# {page.Name}'.");
        }

        IReadOnlyList<Section> sections = page.Sections(titles[0].Blocks, 2);
        if (!sections.Select(section => section.Title).SequenceEqual(Order))
        {
            Section? odd = sections.Zip(Order).FirstOrDefault(pair => pair.First.Title != pair.Second).First;
            throw page.Error(odd?.Heading ?? titles[0].Heading, $"the headings of level 2 must be these, in this order: {string.Join(", ", Order)}.");
        }

        IReadOnlyList<Block> In(string title) => sections[Array.IndexOf(Order, title)].Blocks;

        ParameterHelp[] parameters = [.. page.Sections(In("PARAMETERS"), 3).Where(section => section.Title != CommonParameters).Select(section => Parameter(page, section))];
        return new CommandHelp(
            page,
            page.Name,
            HelpFile(page),
            Online(page),
            Synopsis(page, sections[0]),
            [.. page.Sections(In("SYNTAX"), 3).Select(section => Syntax(page, section, parameters))],
            Filled(page, sections[Array.IndexOf(Order, "DESCRIPTION")]),
            [.. page.Sections(In("EXAMPLES"), 3).Select(section => Example(page, section))],
            parameters,
            page.Sections(In("INPUTS"), 3),
            page.Sections(In("OUTPUTS"), 3),
            In("NOTES"),
            [.. In("RELATED LINKS").SelectMany(block => Links(page, block))]);
    }

    private static string HelpFile(MarkdownPage page) =>
        Fact(page, "external help file") is { Length: > 0 } file && file == Path.GetFileName(file)
            ? file
            : throw page.Error(page.FrontMatter, "'external help file' must name the file for Get-Help, without a folder.");

    /// <summary>Where the page is on the web; empty for nowhere.</summary>
    private static string Online(MarkdownPage page) =>
        Fact(page, "HelpUri") is not { Length: > 0 } address ? string.Empty
            : Uri.TryCreate(address, UriKind.Absolute, out Uri? parsed) && parsed.Scheme == "https" ? address
            : throw page.Error(page.FrontMatter, "'HelpUri' must be the address of the page on the web, https://...");

    private static string? Fact(MarkdownPage page, string name)
    {
        if (page.FrontMatter is null)
        {
            throw page.Error(null, "a page on a cmdlet begins with its facts between two lines '---'.");
        }

        return FromYaml<Dictionary<string, object>>(page, page.FrontMatter, page.FrontMatter.Lines.ToString()).GetValueOrDefault(name) as string;
    }

    /// <summary>Get-Help shows it in lists too, so it is one line, which would be broken within a word.</summary>
    private static string Synopsis(MarkdownPage page, Section section)
    {
        string text = PlainText.Paragraph(page, Only<ParagraphBlock>(page, section));
        return text.Length <= Maml.MamlFile.Width ? text : throw page.Error(section.Heading, $"the synopsis must fit one line of {Maml.MamlFile.Width} characters.");
    }

    private static SyntaxHelp Syntax(MarkdownPage page, Section section, ParameterHelp[] parameters)
    {
        string line = Only<FencedCodeBlock>(page, section).Lines.ToString();
        string set = section.Title.EndsWith(DefaultMark, StringComparison.Ordinal) ? section.Title[..^DefaultMark.Length] : section.Title;
        return new SyntaxHelp(set, [.. ParameterName().Matches(line).Select(match => match.Groups[1].Value).Select(name =>
            Array.Find(parameters, parameter => parameter.Name == name)
                ?? throw page.Error(section.Heading, $"there is no section '### -{name}' on the parameter -{name} of this syntax."))]);
    }

    private static ExampleHelp Example(MarkdownPage page, Section section)
    {
        int code = section.Blocks.FindIndex(block => block is FencedCodeBlock);
        if (section.Blocks.OfType<FencedCodeBlock>().FirstOrDefault(block => block.Lines.ToString().StartsWith(' ')) is FencedCodeBlock indented)
        {
            throw page.Error(indented, "a block of code begins with a line that is not indented: Get-Help takes the blanks at its beginning away.");
        }

        return code < 0
            ? throw page.Error(section.Heading, "an example has a block of code between lines '```'.")
            : new ExampleHelp(section.Title, section.Blocks[..code], ((FencedCodeBlock)section.Blocks[code]).Lines.ToString(), section.Blocks[(code + 1)..]);
    }

    private static ParameterHelp Parameter(MarkdownPage page, Section section)
    {
        if (!section.Title.StartsWith('-') || section.Blocks.LastOrDefault() is not FencedCodeBlock { Info: "yaml" } block)
        {
            throw page.Error(section.Heading, "a parameter is headed by its name, '### -Name', and ends in its facts, a block '```yaml'.");
        }

        var facts = FromYaml<ParameterFacts>(page, block, block.Lines.ToString());
        return facts.ParameterSets.Count > 0 && facts.Type.Length > 0
            ? new ParameterHelp(section.Title[1..], Filled(page, section)[..^1], facts)
            : throw page.Error(block, "a parameter has a Type and at least one of ParameterSets.");
    }

    private static List<Block> Filled(MarkdownPage page, Section section) =>
        section.Blocks.Exists(block => block is not FencedCodeBlock { Info: "yaml" }) ? section.Blocks : throw page.Error(section.Heading, $"there is no description under '{section.Title}'.");

    private static T Only<T>(MarkdownPage page, Section section)
        where T : Block =>
        section.Blocks is [T block] ? block : throw page.Error(section.Heading, $"under '{section.Title}' there must be one {(typeof(T) == typeof(ParagraphBlock) ? "paragraph" : "block of code")} and nothing else.");

    private static IEnumerable<LinkHelp> Links(MarkdownPage page, Block block)
    {
        foreach (LinkInline link in block.Descendants<LinkInline>())
        {
            bool isAddress = Uri.TryCreate(link.Url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https";
            yield return new LinkHelp(PlainText.Inline(page, link), isAddress ? link.Url! : string.Empty);
        }
    }

    private static T FromYaml<T>(MarkdownPage page, LeafBlock block, string text)
    {
        try
        {
            return Yaml.Deserialize<T>(text) ?? throw page.Error(block, "there is nothing in this block.");
        }
        catch (YamlException e)
        {
            throw new PageException(page.File, block.Line + 1 + (int)e.Start.Line, e.InnerException?.Message ?? e.Message);
        }
    }

    [GeneratedRegex(@"(?<=[\[ ])-([A-Za-z]\w*)")]
    private static partial Regex ParameterName();
}
