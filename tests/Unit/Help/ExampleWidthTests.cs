using LinuxMem.Engine.Texts;
using LinuxMem.Help.Pages;
using LinuxMem.Unit.Architecture;

namespace LinuxMem.Unit.Help;

/// <summary>What Get-Help shows of examples and topics has no line that a terminal of 80 columns folds.</summary>
[Beside(Company.Everybody)]
public class ExampleWidthTests
{
    private const int Terminal = 80;

    /// <summary>How far Get-Help sets in an example.</summary>
    private const int Indent = 4;

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Folder, "*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Repository.Folder, "docs", "en-US");

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_line_of_an_example_or_a_topic_is_folded_at_80_columns(string page)
    {
        string text = File.ReadAllText(Path.Combine(Folder, page + ".md"));
        bool isTopic = page.StartsWith("about_", StringComparison.Ordinal);
        IEnumerable<string> lines = isTopic ? AboutPage.From(MarkdownPage.Parse(page + ".md", text)).Text.Split('\n') : Examples(text);

        Assert.All(lines, line => Assert.True(DisplayWidth.Of(line) <= (isTopic ? Terminal : Terminal - Indent), line));
    }

    private static IEnumerable<string> Examples(string text)
    {
        bool isIn = false, isCode = false;
        foreach (string line in text.Split('\n'))
        {
            isIn = line.StartsWith("## ", StringComparison.Ordinal) ? line == "## EXAMPLES" : isIn;
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            if (isIn && isCode)
            {
                yield return line;
            }
        }
    }
}
