using System.Text.RegularExpressions;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Unit.Filters;

[Beside(Company.Everybody)]
public class FilterDocumentationTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(RepositoryRoot(), "docs", "en-US", "about_LinuxMem_Filters.md"));

    [Fact]
    public void The_table_of_predicates_is_that_of_the_engine()
    {
        Assert.Equal(
            FilterPredicates.All.Select(predicate => $"| `{predicate.Syntax}` | {predicate.Description} | `{predicate.Example}` |"),
            Lines.SkipWhile(line => !line.StartsWith("| predicate |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')));
    }

    [Theory]
    [InlineData("number     =", FilterArgument.Number)]
    [InlineData("text       =", FilterArgument.Pattern)]
    public void The_grammar_names_the_predicates_of_the_engine(string rule, FilterArgument argument)
    {
        string[] rest = [.. Lines.SkipWhile(line => !line.StartsWith(rule, StringComparison.Ordinal))];
        string line = string.Concat(rest[..(Array.FindIndex(rest, one => one.EndsWith(';')) + 1)]);

        Assert.Equal(
            FilterPredicates.All.Where(predicate => predicate.Argument == argument).Select(predicate => predicate.Name).Order(StringComparer.Ordinal),
            Regex.Matches(line, "\"([a-z_]+)\"").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_help_names_the_properties_to_split_by()
    {
        string help = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "en-US", "Get-MemGroup.md"));

        Assert.Equal(
            PropertySplit.Names,
            Regex.Matches(Regex.Match(help, @"name of a property \(([^)]*)\)").Groups[1].Value, "`(\\w+)`").Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void The_errors_are_those_that_the_engine_makes()
    {
        int[] blocks = [.. Enumerable.Range(0, Lines.Length).Where(i => Lines[i].StartsWith("The filter is wrong", StringComparison.Ordinal))];
        Assert.NotEmpty(blocks);

        // What is cut cannot be read again.
        foreach (string[] shown in blocks.Select(Shown).Where(shown => !shown[1].Contains('…', StringComparison.Ordinal)))
        {
            var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(shown[1].Trim()));
            Assert.Equal(string.Join('\n', shown), error.Message);
        }

        string tooDeep = Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(string.Concat(Enumerable.Repeat("not(", 300)))).Message;
        Assert.Contains(blocks, block => string.Join('\n', Shown(block)) == tooDeep);

        // The sentence is folded to the width of the page; the two lines under it are as they are.
        static string[] Shown(int block)
        {
            int end = Array.FindIndex(Lines, block, line => line.StartsWith("  ", StringComparison.Ordinal));
            return [string.Join(' ', Lines[block..end]), Lines[end], Lines[end + 1]];
        }
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LinuxMem.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
