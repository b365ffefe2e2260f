using LinuxMem.Help.Pages;
using LinuxMem.Help;
using LinuxMem.Unit.Architecture;

namespace LinuxMem.Unit.Help;

[Beside(Company.Everybody)]
public class AboutPageTests
{
    private const string Head = """
        TOPIC
            about_Things

        SHORT DESCRIPTION
            What things are.

        LONG DESCRIPTION

        """;

    [Fact]
    public void The_page_of_figures_tells_what_smaps_leaves_out_of_Anonymous()
    {
        // That it is so is shown by SmapsAgreementTests.Hugetlb.
        string page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "en-US", "about_LinuxMem_Figures.md"));
        string row = Assert.Single(page.Split('\n'), line => line.StartsWith("| `Anonymous` of smaps", StringComparison.Ordinal));

        Assert.Contains("hugetlb", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Headings_and_paragraphs_are_set_in()
    {
        Assert.Equal(
            Head + "    Some `text`.\n\nMORE\n  Of this\n    And more.\n".Replace("`", "", StringComparison.Ordinal),
            Page.About("Some `text`.\n\n## More\n\n### Of this\n\nAnd\nmore.\n"));
    }

    [Fact]
    public void The_fifth_line_is_the_synopsis_of_Get_Help()
    {
        Assert.Equal("    What things are.", Page.About("x\n").Split('\n')[4]);
    }

    [Fact]
    public void Code_stays_as_it_is()
    {
        string code = "a  <b>   `c`  " + new string('x', 100) + "\n\n  d";
        Assert.Equal(Head + "        a  <b>   `c`  " + new string('x', 100) + "\n\n          d\n", Page.About($"```\n{code}\n```\n"));
    }

    [Fact]
    public void Text_is_broken_at_80_columns()
    {
        string[] lines = Page.About(string.Join(' ', Enumerable.Repeat("wörd", 60)) + "\n").Split('\n')[7..];
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(60, string.Join(' ', lines).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Lists_are_typed()
    {
        Assert.Equal(
            Head + "    - one\n    - two\n      - deep\n\n    3. three\n    4. four\n\n       more\n",
            Page.About("- one\n- two\n  - deep\n\n3. three\n4. four\n\n   more\n"));
    }

    [Fact]
    public void Tables_are_lined_up()
    {
        Assert.Equal(Head + "    a    bb\n    ---  --\n    ccc  d|\n", Page.About("| a | bb |\n|---|---|\n| `ccc` | d\\| |\n"));
    }

    [Fact]
    public void Tables_that_are_too_wide_have_cells_of_several_lines()
    {
        string many = string.Join(' ', Enumerable.Repeat("word", 30));
        string[] lines = Page.About($"| name | what |\n|---|---|\n| one | {many} |\n| two | short |\n").Split('\n')[7..];
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal("    name  what", lines[0]);
        Assert.StartsWith("    one   word word", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("          word word", lines[3], StringComparison.Ordinal);
        Assert.Contains("    two   short", lines);
        Assert.Equal(30, lines.Sum(line => line.Split(' ').Count(word => word == "word")));
    }

    [Fact]
    public void Rows_whose_first_cells_are_broken_stand_apart()
    {
        string many = string.Join(' ', Enumerable.Repeat("word", 30));
        Assert.Contains("\n\n    short", Page.About($"| name | what |\n|---|---|\n| {many} | {many} |\n| short | x |\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[here](about_Other.md)", "here")]
    [InlineData("[here](https://example.org/x)", "here (https://example.org/x)")]
    [InlineData("<https://example.org/x>", "https://example.org/x")]
    [InlineData("**bold** and *not* `code *x*`", "bold and not code *x*")]
    [InlineData("a \\* b &amp; c", "a * b & c")]
    public void Marks_are_left_out(string markdown, string text)
    {
        Assert.Equal($"{Head}    {text}\n", Page.About(markdown + "\n"));
    }

    [Theory]
    [InlineData("# about_Other\n\n## SHORT DESCRIPTION\n\nx\n")]
    [InlineData("# about_Things\n\nx\n")]
    [InlineData("")]
    public void A_page_that_begins_otherwise_is_an_error(string text)
    {
        var error = Assert.Throws<PageException>(() => AboutPage.From(Page.Read("about_Things", text)));
        Assert.Contains("an about page begins with '# about_Things', '## SHORT DESCRIPTION' and a paragraph", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_description_of_two_lines_is_an_error()
    {
        string page = "# about_Things\n\n## SHORT DESCRIPTION\n\n" + string.Join(' ', Enumerable.Repeat("word", 30)) + "\n";
        Assert.Contains("must fit one line", Assert.Throws<PageException>(() => AboutPage.From(Page.Read("about_Things", page))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("![picture](x.png)")]
    [InlineData("a <b>b</b>")]
    [InlineData("<div>\n</div>")]
    [InlineData("a\n\n---\n\nb")]
    public void What_text_does_not_have_is_an_error(string markdown)
    {
        Assert.Contains("the help cannot show this", Assert.Throws<PageException>(() => Page.About(markdown + "\n")).Message, StringComparison.Ordinal);
    }
}
