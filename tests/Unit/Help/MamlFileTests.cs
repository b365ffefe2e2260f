using System.Xml.Linq;
using LinuxMem.Help;
using LinuxMem.Help.Maml;

namespace LinuxMem.Unit.Help;

[Beside(Company.Everybody)]
public class MamlFileTests
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly XElement Thing = MamlFile.Create([Page.Command(Page.Cmdlet)]).Document.Root!.Element(Command + "command")!;

    [Fact]
    public void Name_and_synopsis_are_there()
    {
        XElement details = Thing.Element(Command + "details")!;
        Assert.Equal("Get-Thing", details.Element(Command + "name")!.Value);
        Assert.Equal("Get", details.Element(Command + "verb")!.Value);
        Assert.Equal("Thing", details.Element(Command + "noun")!.Value);
        Assert.Equal("Gets things, and https://example.org/.", details.Element(Maml + "description")!.Value);
        Assert.Equal("Some.dll-Help.xml", Page.Command(Page.Cmdlet).HelpFile);
    }

    [Fact]
    public void Paragraphs_are_one_line_and_lists_are_one_block()
    {
        Assert.Equal(
            ["First paragraph over two lines.", "- one\n- two"],
            Thing.Element(Maml + "description")!.Elements(Maml + "para").Select(para => para.Value));
    }

    [Fact]
    public void Text_is_broken_between_words_for_a_terminal_of_80_columns()
    {
        string words = string.Join(' ', Enumerable.Range(1, 40).Select(number => $"word{number}"));
        string[] lines = MamlFile.Create([Page.Command(Page.Cmdlet.Replace("First *paragraph* over", words, StringComparison.Ordinal))]).Document
            .Descendants(Maml + "para").First(para => para.Value.StartsWith("word1 ", StringComparison.Ordinal)).Value.Split('\n');

        Assert.Equal(words + " two lines.", string.Join(' ', lines));
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 71));
        Assert.InRange(lines.Length, 4, 5);
    }

    [Theory]
    [InlineData("Gets `things`, and <https://example.org/>.", "Gets things, of which there are so many that nobody has ever seen the end of them.", "must fit one line of 71")]
    [InlineData("A  1", "   A  1", "not indented")]
    public void What_GetHelp_would_break_is_refused(string from, string to, string expected) =>
        Assert.Contains(expected, Assert.Throws<PageException>(() => Page.Command(Page.Cmdlet.Replace(from, to, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void Each_syntax_has_its_parameters_in_their_order()
    {
        XElement[] items = [.. Thing.Element(Command + "syntax")!.Elements(Command + "syntaxItem")];
        Assert.Equal(
            ["Name Size Quick", "Id Size Quick"],
            items.Select(item => string.Join(' ', item.Elements(Command + "parameter").Select(parameter => parameter.Element(Maml + "name")!.Value))));
        XElement name = items[0].Elements(Command + "parameter").First();
        Assert.Equal("0", name.Attribute("position")!.Value);
        Assert.Equal("string[]", name.Element(Command + "parameterValue")!.Value);
        Assert.Null(items[0].Elements(Command + "parameter").Last().Element(Command + "parameterValue"));
    }

    [Fact]
    public void A_parameter_has_all_that_is_known_of_it()
    {
        XElement id = Parameter("Id");
        Assert.Equal("true", id.Attribute("required")!.Value);
        Assert.Equal("named", id.Attribute("position")!.Value);
        Assert.Equal("true (ByValue, ByPropertyName)", id.Attribute("pipelineInput")!.Value);
        Assert.Equal("Number", id.Attribute("aliases")!.Value);
        Assert.Equal("Numbers of things.", id.Element(Maml + "description")!.Value);
        Assert.Equal("int[]", id.Element(Command + "parameterValue")!.Value);
        Assert.Equal("System.Int32[]", id.Element(Dev + "type")!.Value);
        Assert.Equal("None", id.Element(Dev + "defaultValue")!.Value);

        Assert.Equal("true", Parameter("Name").Attribute("globbing")!.Value);
        Assert.Equal("false", Parameter("Name").Attribute("pipelineInput")!.Value);
        Assert.Equal("none", Parameter("Name").Attribute("aliases")!.Value);
        Assert.Equal("long", Parameter("Size").Element(Command + "parameterValue")!.Value);
        Assert.Equal("1", Parameter("Size").Element(Dev + "defaultValue")!.Value);
        Assert.Equal(["1", "2"], Parameter("Size").Element(Command + "parameterValueGroup")!.Elements().Select(value => value.Value));
        Assert.Equal("SwitchParameter", Parameter("Quick").Element(Command + "parameterValue")!.Value);
    }

    [Fact]
    public void An_example_has_what_is_typed_and_what_comes_out()
    {
        XElement example = Assert.Single(Thing.Element(Command + "examples")!.Elements());
        Assert.Equal("--------- Example 1: Things ---------", example.Element(Maml + "title")!.Value);
        Assert.Equal("All of them.\n\n", example.Element(Maml + "introduction")!.Value);
        Assert.Equal("Get-Thing |\n    Sort-Object", example.Element(Dev + "code")!.Value);
        Assert.Equal(["A  1\nB  2", "And so on.", ""], example.Element(Dev + "remarks")!.Elements().Select(para => para.Value));
    }

    [Fact]
    public void Notes_types_and_links_are_there()
    {
        Assert.Equal("id    when\n----  ---------------\nLost  it is not there", Thing.Element(Maml + "alertSet")!.Value);
        Assert.Equal("System.Int32[]Numbers.", Thing.Element(Command + "inputTypes")!.Value);
        Assert.Equal("Some.ThingA thing.", Thing.Element(Command + "returnValues")!.Value);
        Assert.Equal(
            [("about_Things", ""), ("The web", "https://example.org/")],
            Thing.Element(Command + "relatedLinks")!.Elements().Select(link => (link.Element(Maml + "linkText")!.Value, link.Element(Maml + "uri")!.Value)));
    }

    [Theory]
    [InlineData("# Get-Thing\n", "# Get-Other\n", 7, "its own name, '# Get-Thing'")]
    [InlineData("## NOTES\n", "## REMARKS\n", 0, "must be these, in this order")]
    [InlineData("external help file: Some.dll-Help.xml", "external help file: ../x.xml", 0, "without a folder")]
    [InlineData("document type: cmdlet", "document type: [", 0, "")]
    [InlineData("Gets `things`, and", "Gets\n\nthings, and", 0, "one paragraph and nothing else")]
    [InlineData("First *paragraph* over", "<b>First</b> paragraph over", 0, "the help cannot show this")]
    [InlineData("First *paragraph* over\ntwo lines.\n\n- one\n- two\n", "", 0, "no description under 'DESCRIPTION'")]
    [InlineData("[-Quick]", "[-Slow]", 0, "'### -Slow'")]
    [InlineData("Numbers of things.\n", "", 0, "no description under '-Id'")]
    [InlineData("Type: System.Int32[]", "Kind: System.Int32[]", 0, "'Kind' not found")]
    [InlineData("Type: System.String[]\n", "", 0, "a parameter has a Type")]
    [InlineData("```powershell\nGet-Thing |\n    Sort-Object\n```\n\n```Output\nA  1\nB  2\n```\n", "", 0, "an example has a block of code")]
    public void What_is_not_in_the_schema_is_an_error_that_names_the_place(string from, string to, int line, string expected)
    {
        string page = Page.Cmdlet.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Page.Cmdlet, page);
        var error = Assert.Throws<PageException>(() => MamlFile.Create([Page.Command(page)]));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"/docs/Get-Thing.md({error.Line}): error", error.Message, StringComparison.Ordinal);
        if (line > 0)
        {
            Assert.Equal(line, error.Line);
        }
    }

    private static XElement Parameter(string name) =>
        Thing.Element(Command + "parameters")!.Elements().Single(parameter => parameter.Element(Maml + "name")!.Value == name);
}
