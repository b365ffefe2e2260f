using System.Globalization;
using LinuxMem.Engine.Filters;

namespace LinuxMem.Unit.Filters;

[Beside(Company.Everybody)]
public class FilterParserTests
{
    [Theory]
    [MemberData(nameof(FilterTable.Good), MemberType = typeof(FilterTable))]
    public void Good_text_prints_canonically_and_reads_back(string text, string canonical)
    {
        ProcessFilter filter = FilterParser.Parse(text);

        Assert.Equal(canonical, filter.ToString(), StringComparer.Ordinal);
        ProcessFilter again = FilterParser.Parse(canonical);
        Assert.Equal(filter, again);
        Assert.Equal(filter.GetHashCode(), again.GetHashCode());
        Assert.Equal(canonical, again.ToString(), StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FilterTable.Bad), MemberType = typeof(FilterTable))]
    public void Bad_text_is_an_error_with_its_place(string text, int position, string expected)
    {
        var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text));

        Assert.Equal(position, error.Position);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.Equal(text, error.Filter);
        Assert.Equal(LinuxMemError.InvalidFilter, error.Kind);
        Assert.Equal(text, error.Target);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"at offset {position}: expected {error.Expected}, found "), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_filters_that_are_the_same_are_equal()
    {
        ProcessFilter[] different =
        [
            .. FilterTable.Good.Select(row => row.Data.Item2).Distinct(StringComparer.Ordinal).Select(FilterParser.Parse),
        ];

        for (int i = 0; i < different.Length; i++)
        {
            for (int k = 0; k < different.Length; k++)
            {
                Assert.Equal(i == k, different[i].Equals(different[k]));
            }
        }

        Assert.False(different[0].Equals(null));
        Assert.False(FilterParser.Parse("not(true())").Equals(null));
    }

    [Theory]
    [InlineData("comm(sshd),and(uid(0),not(comm(bash)))", new[] { "comm(sshd)", "and(uid(0),not(comm(bash)))" })]
    [InlineData("uid(1001)", new[] { "uid(1001)" })]
    [InlineData("  comm( a ) ,\n or( true( ) ,uid(+0)) ", new[] { "comm( a )", "or( true( ) ,uid(+0))" })]
    [InlineData("comm(a,b),comm('),(')", new[] { "comm(a,b)", "comm('),(')" })]
    [InlineData("comm(a),comm(a)", new[] { "comm(a)", "comm(a)" })]
    public void The_filters_of_a_list_are_named_by_their_text(string text, string[] names)
    {
        IReadOnlyList<NamedFilter> filters = FilterParser.ParseList(text);

        Assert.Equal(names, filters.Select(filter => filter.Name));
        Assert.Equal(names.Select(FilterParser.Parse), filters.Select(filter => filter.Filter));
    }

    [Theory]
    [InlineData("", 0, "a filter")]
    [InlineData(" ", 1, "a filter")]
    [InlineData(",", 0, "a filter")]
    [InlineData("comm(a),", 8, "a filter")]
    [InlineData("comm(a), ", 9, "a filter")]
    [InlineData("comm(a),,comm(b)", 8, "a filter")]
    [InlineData(",comm(a)", 0, "a filter")]
    [InlineData("comm(a);comm(b)", 7, "',' or the end")]
    [InlineData("comm(a) comm(b)", 8, "',' or the end")]
    [InlineData("comm(a))", 7, "',' or the end")]
    [InlineData("comm(a),comn(b)", 8, "one of true")]
    [InlineData("comm(a),and(uid(0)", 18, "',' or ')'")]
    public void A_list_with_something_missing_is_an_error_with_its_place(string text, int position, string expected)
    {
        var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.ParseList(text));

        Assert.Equal(position, error.Position);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_are_the_same_whether_read_or_made()
    {
        ProcessFilter made = CompositeFilter.And(
        [
            CompositeFilter.True,
            CompositeFilter.Not(Made.Of("uid", 0)),
            CompositeFilter.Or([Made.Of("pid", 1), Made.Of("ppid", 1), Made.Of("descendants", 1), Made.Of("gid", 3)]),
            Made.Of("comm", TextPattern.Literal("a*")),
            Made.Variable("K", TextPattern.Literal("V")),
            Made.Variable("K"),
        ]);

        Assert.Equal(FilterParser.Parse("and(true(),not(uid(0)),or(pid(1),ppid(1),descendants(1),gid(3)),comm('a*'),env_kv(K,V),env_k(K))"), made);
        Assert.Equal(["K"], made.Variables);
        Assert.Throws<LinuxMemException>(() => CompositeFilter.Or([]));
    }

    [Fact]
    public void A_predicate_refuses_values_that_it_does_not_take()
    {
        Assert.Throws<ArgumentException>(() => Made.Of("comm", 1));
        Assert.Throws<ArgumentException>(() => Made.Of("uid", -1));
        Assert.Throws<ArgumentException>(() => Made.Of("pid", 1L << 31));
        Assert.Throws<ArgumentException>(() => Made.Of("uid", TextPattern.Literal("a")));
        Assert.Throws<ArgumentException>(() => FilterPredicates.Find("env_k")!.With("K", TextPattern.Literal("V")));
        Assert.Throws<ArgumentException>(() => FilterPredicates.Find("env_kv")!.With("K"));
        Assert.Throws<ArgumentException>(() => FilterPredicates.Find("true")!.With(1));
    }

    [Fact]
    public void Every_predicate_of_the_table_has_an_example_that_is_one()
    {
        string[] order = ["true", "false", "and", "or", "not", "uid", "gid", "user", "pid", "ppid", "descendants", "comm", "exe", "cmdline", "cgroup", "unit", "container", "pod", "instance", "env_k", "env_kv"];
        Assert.Equal(order, FilterPredicates.All.Select(predicate => predicate.Name).Where(order.Contains));
        foreach (FilterPredicate predicate in FilterPredicates.All)
        {
            Assert.StartsWith(predicate.Name + "(", predicate.Syntax, StringComparison.Ordinal);
            Assert.StartsWith(predicate.Name + "(", FilterParser.Parse(predicate.Example).ToString(), StringComparison.Ordinal);
            Assert.Same(predicate, FilterPredicates.Find(predicate.Name));
            Assert.NotEmpty(predicate.Description);
        }

        Assert.Null(FilterPredicates.Find("COMM"));
    }
}
