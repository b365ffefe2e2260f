using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Unit.Filters;

public class FilterSizeTests
{
    private const int Megabyte = 1 << 20;

    [Theory]
    [InlineData("not(", 10_000)]
    [InlineData("not(", 100_000)]
    [InlineData("and(", 10_000)]
    [InlineData("or(true(),", 100_000)]
    [InlineData("and(not(or(", 100_000)]
    [InlineData("and(uid(0),", 100_000)]
    public void Deep_nesting_is_no_danger(string opening, int levels)
    {
        int closing = opening.Count(c => c == '(') - opening.Count(c => c == ')');
        string text = string.Concat(Enumerable.Repeat(opening, levels)) + "true()" + new string(')', levels * closing);
        ProcessTable table = ProcessTable.List(ProcRoot.Open());

        ProcessFilter filter = FilterParser.Parse(text);
        ProcessFilter again = FilterParser.Parse(filter.ToString()!);

        Assert.True(filter.ToString() == text);
        Assert.True(filter.Equals(again));
        Assert.Equal(filter.GetHashCode(), again.GetHashCode());
        Assert.Equal(opening.Contains("uid", StringComparison.Ordinal) ? ProcessFacts.Owner : ProcessFacts.None, filter.Facts);
        MemProcess self = table.Processes.Single(p => p.Id == Environment.ProcessId);
        bool expected = opening switch
        {
            "and(uid(0)," => self.Uid == 0,
            _ => true,
        };
        Assert.Equal(expected, filter.Matches(self, table.Tree));
    }

    [Fact]
    public void Two_deep_filters_that_differ_at_the_bottom_are_different()
    {
        string opening = string.Concat(Enumerable.Repeat("not(", 100_000));
        string closing = new(')', 100_000);

        Assert.False(FilterParser.Parse(opening + "pid(1)" + closing).Equals(FilterParser.Parse(opening + "pid(2)" + closing)));
    }

    [Fact]
    public void Deep_nesting_that_is_never_closed_is_an_error()
    {
        string text = string.Concat(Enumerable.Repeat("not(", 250_000));

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
        ProcessTable table = ProcessTable.List(ProcRoot.Open());

        ProcessFilter filter = FilterParser.Parse(text);

        Assert.Equal(filter, FilterParser.Parse(filter.ToString()!));
        MemProcess process = table.Processes.Single(p => p.Id == self);
        Assert.True(filter.Matches(process, table.Tree));
        Assert.False(new NotFilter(filter).Matches(process, table.Tree));
    }

    [Fact]
    public void A_megabyte_of_list_of_text_and_of_digits_is_read()
    {
        Assert.Equal(Megabyte / 7, FilterParser.ParseList(string.Join(',', Enumerable.Repeat("true()", Megabyte / 7))).Count);
        string text = new('x', Megabyte);
        Assert.Equal(text, ((CommFilter)FilterParser.Parse($"comm({text})")).Pattern.LiteralText);
        Assert.Equal("uid(1)", FilterParser.Parse($"uid({new string('0', Megabyte)}1)").ToString());
        Assert.Equal("comm(*)", FilterParser.Parse($"comm({new string('*', Megabyte)})").ToString());
        Assert.Equal(4, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse($"uid({new string('9', Megabyte)})")).Position);
        Assert.Equal(0, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text)).Position);
        Assert.Equal(Megabyte, Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(new string(' ', Megabyte))).Position);
    }
}
