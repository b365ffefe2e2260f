using System.Text;
using System.Xml;
using System.Xml.Linq;
using LinuxMem.Help.Pages;
using LinuxMem.Help.Text;
using Markdig.Syntax;

namespace LinuxMem.Help.Maml;

/// <summary>The help of the cmdlets of one assembly, in the XML that Get-Help reads (MAML).</summary>
internal sealed class MamlFile
{
    /// <summary>Get-Help sets most things 8 columns in, and a terminal gives it one column less than it has.</summary>
    public const int Width = 80 - 1 - 8;

    private static readonly XNamespace MamlNames = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace CommandNames = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace DevNames = "http://schemas.microsoft.com/maml/dev/2004/10";
    private static readonly XNamespace ItemNames = "http://msh";

    private MamlFile(XDocument document) => Document = document;

    /// <summary>The file.</summary>
    public XDocument Document { get; }

    /// <summary>Puts the help of cmdlets together.</summary>
    /// <exception cref="PageException">A page has something that help cannot show.</exception>
    public static MamlFile Create(IEnumerable<CommandHelp> commands) => new(new XDocument(
        new XElement(
            ItemNames + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", MamlNames),
            new XAttribute(XNamespace.Xmlns + "command", CommandNames),
            new XAttribute(XNamespace.Xmlns + "dev", DevNames),
            commands.Select(Command))));

    /// <summary>Writes the file.</summary>
    public void Save(string path)
    {
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.None };
        using var writer = XmlWriter.Create(path, settings);
        Document.Save(writer);
    }

    private static XElement Command(CommandHelp command)
    {
        int dash = command.Name.IndexOf('-', StringComparison.Ordinal);
        return new XElement(
            CommandNames + "command",
            new XElement(
                CommandNames + "details",
                new XElement(CommandNames + "name", command.Name),
                new XElement(MamlNames + "description", Paragraph(command.Synopsis)),
                new XElement(CommandNames + "verb", command.Name[..dash]),
                new XElement(CommandNames + "noun", command.Name[(dash + 1)..])),
            Description(command.Page, command.Description),
            new XElement(CommandNames + "syntax", command.Syntax.Select(syntax => SyntaxItem(command, syntax))),
            new XElement(CommandNames + "parameters", command.Parameters.Where(parameter => !parameter.Facts.DontShow).Select(parameter => Parameter(command, parameter, parameter.Facts.ParameterSets[0], inSyntax: false))),
            new XElement(CommandNames + "inputTypes", command.Inputs.Select(input => Typed(command, "inputType", input))),
            new XElement(CommandNames + "returnValues", command.Outputs.Select(output => Typed(command, "returnValue", output))),
            new XElement(MamlNames + "alertSet", new XElement(MamlNames + "alert", Paragraphs(command.Page, command.Notes))),
            new XElement(CommandNames + "examples", command.Examples.Select(example => Example(command, example))),
            new XElement(CommandNames + "relatedLinks", OnlineFirst(command).Select(Link)));
    }

    private static XElement SyntaxItem(CommandHelp command, SyntaxHelp syntax) => new(
        CommandNames + "syntaxItem",
        new XElement(MamlNames + "name", command.Name),
        syntax.Parameters.Where(parameter => !parameter.Facts.DontShow).Select(parameter => Parameter(command, parameter, parameter.In(syntax.ParameterSet), inSyntax: true)));

    private static XElement Parameter(CommandHelp command, ParameterHelp parameter, ParameterSetFacts set, bool inSyntax)
    {
        ParameterFacts facts = parameter.Facts;
        bool isSwitch = facts.Type == "System.Management.Automation.SwitchParameter";
        var element = new XElement(
            CommandNames + "parameter",
            new XAttribute("required", set.IsRequired ? "true" : "false"),
            new XAttribute("variableLength", set.ValueFromRemainingArguments ? "true" : "false"),
            new XAttribute("globbing", facts.SupportsWildcards ? "true" : "false"),
            new XAttribute("pipelineInput", PipelineInput(set)),
            new XAttribute("position", set.Position.ToLowerInvariant()),
            new XAttribute("aliases", facts.Aliases.Count > 0 ? string.Join(", ", facts.Aliases) : "none"),
            new XElement(MamlNames + "name", parameter.Name));
        if (!inSyntax)
        {
            element.Add(Description(command.Page, parameter.Description));
        }

        if (facts.AcceptedValues.Count > 0)
        {
            element.Add(new XElement(CommandNames + "parameterValueGroup", facts.AcceptedValues.Select(value => ParameterValue(value, required: false))));
        }

        if (!isSwitch || !inSyntax)
        {
            element.Add(ParameterValue(TypeName.Short(facts.Type), required: !isSwitch));
        }

        element.Add(new XElement(DevNames + "type", new XElement(MamlNames + "name", facts.Type)));
        if (!inSyntax)
        {
            element.Add(new XElement(DevNames + "defaultValue", facts.DefaultValue.Length > 0 ? facts.DefaultValue : "None"));
        }

        return element;
    }

    private static XElement ParameterValue(string value, bool required) =>
        new(CommandNames + "parameterValue", new XAttribute("required", required ? "true" : "false"), new XAttribute("variableLength", "false"), value);

    private static string PipelineInput(ParameterSetFacts set) => (set.ValueFromPipeline, set.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "true (ByValue, ByPropertyName)",
        (true, false) => "true (ByValue)",
        (false, true) => "true (ByPropertyName)",
        _ => "false",
    };

    private static XElement Typed(CommandHelp command, string name, Section section) => new(
        CommandNames + name,
        new XElement(DevNames + "type", new XElement(MamlNames + "name", section.Title)),
        Description(command.Page, section.Blocks));

    private static XElement Example(CommandHelp command, ExampleHelp example) => new(
        CommandNames + "example",
        new XElement(MamlNames + "title", Broken($"--------- {example.Title} ---------")),
        new XElement(MamlNames + "introduction", Introduction(command, example)),
        new XElement(DevNames + "code", example.Code),
        new XElement(DevNames + "remarks", Paragraphs(command.Page, example.Remarks), Paragraph(string.Empty)));

    /// <summary>Get-Help ends no line between the paragraphs of an introduction, nor before the code.</summary>
    private static XElement? Introduction(CommandHelp command, ExampleHelp example) => example.Introduction.Count == 0
        ? null
        : Paragraph(string.Concat(Paragraphs(command.Page, example.Introduction).Select(paragraph => paragraph.Value + "\n\n")));

    /// <summary>The first link with an address is the one that Get-Help -Online opens; this is how others call it.</summary>
    private static IEnumerable<LinkHelp> OnlineFirst(CommandHelp command) =>
        command.Online.Length > 0 ? command.Links.Prepend(new LinkHelp("Online Version:", command.Online)) : command.Links;

    private static XElement Link(LinkHelp link) => new(
        MamlNames + "navigationLink",
        new XElement(MamlNames + "linkText", link.Text),
        new XElement(MamlNames + "uri", link.Address));

    private static XElement Description(MarkdownPage page, IEnumerable<Block> blocks) => new(MamlNames + "description", Paragraphs(page, blocks));

    /// <summary>Text is broken into lines here: Get-Help would break it within words.</summary>
    private static IEnumerable<XElement> Paragraphs(MarkdownPage page, IEnumerable<Block> blocks) => blocks.Select(block => Paragraph(string.Join('\n', block switch
    {
        CodeBlock code => PlainText.Code(code, indent: 0),
        _ => PlainText.Lines(page, block, Width),
    })));

    private static string Broken(string text) => string.Join('\n', Wrapping.Wrap(text, Width));

    private static XElement Paragraph(string text) => new(MamlNames + "para", text);
}
