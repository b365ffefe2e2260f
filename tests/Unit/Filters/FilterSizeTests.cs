using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Filters;

[Beside(Company.Sessions)]
public class FilterSizeTests
{
    private const int Megabyte = 1 << 20;

    private static readonly string[] Composite = ["and(", "or(", "not("];

    [Theory]
    [InlineData("not(")]
    [InlineData("and(")]
    [InlineData("or(true(),")]
    [InlineData("and(uid(0),")]
    [InlineData("and(uid(0),comm(x),")]
    public void Filters_may_be_nested_up_to_the_limit(string opening)
    {
        string text = Nested(opening, CompositeFilter.MaxDepth);
        ProcessTable table = ProcessListing.List(Machine.Open());

        ProcessFilter filter = FilterParser.Parse(text);
        ProcessFilter again = FilterParser.Parse(filter.ToString()!);

        Assert.Equal(text, filter.ToString());
        Assert.Equal(filter, again);
        Assert.Equal(filter.GetHashCode(), again.GetHashCode());
        Assert.Equal(opening.Contains("uid", StringComparison.Ordinal) ? ProcessFacts.Owner : ProcessFacts.None, filter.Facts);
        MemProcess self = table.Processes.Single(p => p.Id == Environment.ProcessId);
        bool expected = opening switch
        {
            "and(uid(0)," => self.Uid == 0,
            "and(uid(0),comm(x)," => false,
            _ => true,
        };
        Assert.Equal(expected, filter.Matches(self, table.Tree));
    }

    [Theory]
    [InlineData("not(", 201)]
    [InlineData("not(", 100_000)]
    [InlineData("and(", 10_000)]
    [InlineData("or(true(),", 100_000)]
    [InlineData("and(not(or(", 100_000)]
    [InlineData("and(uid(0),", 100_000)]
    public void Deeper_nesting_is_an_error_at_the_first_filter_that_is_too_deep(string opening, int levels)
    {
        string text = Nested(opening, levels);

        // Every name of a composite filter in the opening is a level.
        int[] starts = [.. Enumerable.Range(0, opening.Length).Where(i => Composite.Any(name => opening.AsSpan(i).StartsWith(name)))];
        int place = (CompositeFilter.MaxDepth / starts.Length * opening.Length) + starts[CompositeFilter.MaxDepth % starts.Length];
        foreach (string wrong in new[] { text, text.TrimEnd(')'), "true()," + text })
        {
            var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.ParseList(wrong));

            Assert.Equal(wrong.StartsWith("true(),", StringComparison.Ordinal) ? place + 7 : place, error.Position);
            Assert.StartsWith($"The filter is wrong at offset {error.Position}: expected no more than 200 filters inside one another, found '", error.Problem, StringComparison.Ordinal);
            Assert.EndsWith("'. Write and(..) inside and(..) as one, and or(..) inside or(..).", error.Problem, StringComparison.Ordinal);
        }

        Assert.Null(FilterParser.PlaceAtEnd(text));
    }

    [Fact]
    public void Filters_that_are_made_have_the_same_limit()
    {
        ProcessFilter filter = CompositeFilter.True;
        for (int depth = 0; depth < CompositeFilter.MaxDepth; depth++)
        {
            filter = CompositeFilter.Not(filter);
        }

        Assert.Equal(filter, FilterParser.Parse(filter.ToString()!));
        var error = Assert.Throws<LinuxMemException>(() => CompositeFilter.Or([CompositeFilter.True, filter]));
        Assert.Equal(LinuxMemError.InvalidFilter, error.Kind);
        Assert.StartsWith("More than 200 filters are inside one another.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_deep_filters_that_differ_at_the_bottom_are_different()
    {
        Assert.NotEqual(FilterParser.Parse(Nested("not(", 200, "pid(1)")), FilterParser.Parse(Nested("not(", 200, "pid(2)")));
    }

    [Fact]
    public void Nesting_that_is_never_closed_is_an_error()
    {
        string text = string.Concat(Enumerable.Repeat("not(", 200));

        Assert.Equal(text.Length, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text)).Position);
        Assert.Equal(text.Length + 6, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text + "true()")).Position);
    }

    [Fact]
    public void A_megabyte_of_parentheses_is_a_value_or_an_error()
    {
        string half = new('(', Megabyte / 2);
        string pairs = half + new string(')', Megabyte / 2);

        Assert.True(FilterParser.Parse($"comm({pairs})").ToString() == $"comm(\"{pairs}\")");
        Assert.Equal(5 + half.Length, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse("comm(" + half)).Position);
        Assert.Equal(0, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(half)).Position);
    }

    [Fact]
    public void A_megabyte_filter_is_read_and_used()
    {
        int self = Environment.ProcessId;
        string text = $"or({string.Join(',', Enumerable.Range(0, 90_000).Select(i => $"ppid(-{i:D5})"))},pid({self}))";
        Assert.True(text.Length > Megabyte);
        ProcessTable table = ProcessListing.List(Machine.Open());

        ProcessFilter filter = FilterParser.Parse(text);

        Assert.Equal(filter, FilterParser.Parse(filter.ToString()!));
        MemProcess process = table.Processes.Single(p => p.Id == self);
        Assert.True(filter.Matches(process, table.Tree));
        Assert.False(CompositeFilter.Not(filter).Matches(process, table.Tree));
    }

    [Fact]
    public void A_megabyte_of_list_of_text_and_of_digits_is_read()
    {
        Assert.Equal(Megabyte / 7, FilterParser.ParseList(string.Join(',', Enumerable.Repeat("true()", Megabyte / 7))).Count);
        string text = new('x', Megabyte);
        Assert.Equal(text, ((PredicateFilter)FilterParser.Parse($"comm({text})")).Pattern!.LiteralText);
        Assert.Equal("uid(1)", FilterParser.Parse($"uid({new string('0', Megabyte)}1)").ToString());
        Assert.Equal("comm(*)", FilterParser.Parse($"comm({new string('*', Megabyte)})").ToString());
        Assert.Equal(4, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse($"uid({new string('9', Megabyte)})")).Position);
        Assert.Equal(0, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text)).Position);
        Assert.Equal(Megabyte, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(new string(' ', Megabyte))).Position);
    }

    private static string Nested(string opening, int levels, string inner = "true()")
    {
        int closing = opening.Count(c => c == '(') - opening.Count(c => c == ')');
        return string.Concat(Enumerable.Repeat(opening, levels)) + inner + new string(')', levels * closing);
    }
}
