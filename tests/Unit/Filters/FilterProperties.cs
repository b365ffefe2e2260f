using FsCheck.Fluent;
using FsCheck.Xunit;
using FsCheck;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Filters;

[Beside(Company.Sessions)]
public class FilterProperties
{
    private const int Runs = 2000;

    private static readonly Lazy<ProcessTable> Table = new(() => ProcessListing.List(Machine.Open()));

    [Property(Arbitrary = [typeof(FilterArbitraries)], MaxTest = Runs)]
    public void A_printed_filter_reads_back_as_an_equal_one(ProcessFilter filter)
    {
        ProcessFilter again = FilterParser.Parse(filter.ToString()!);

        Assert.Equal(filter, again);
        Assert.Equal(filter.GetHashCode(), again.GetHashCode());
        Assert.Equal(filter.ToString(), again.ToString(), StringComparer.Ordinal);
        Assert.Equal(filter.Facts, again.Facts);
        Assert.DoesNotContain(filter.ToString()!, char.IsControl);
    }

    [Property(Arbitrary = [typeof(FilterArbitraries)], MaxTest = Runs)]
    public void A_filter_read_from_any_text_prints_as_text_that_reads_back(AnyText text)
    {
        if (TryParse(text.Value) is ProcessFilter filter)
        {
            Assert.Equal(filter, FilterParser.Parse(filter.ToString()!));
        }
    }

    [Property(Arbitrary = [typeof(FilterArbitraries)], MaxTest = Runs)]
    public void Any_text_is_filters_or_the_filter_error(AnyText text)
    {
        TryParse(text.Value);
        try
        {
            string[] names = [.. FilterParser.ParseList(text.Value).Select(filter => filter.Name)];
            Assert.Equal(names, FilterParser.ParseList(string.Join(" , ", names)).Select(filter => filter.Name));
        }
        catch (FilterSyntaxException error)
        {
            CheckError(error, text.Value);
        }
    }

    [Property(Arbitrary = [typeof(FilterArbitraries)], MaxTest = Runs)]
    public void Any_literal_matches_itself_however_it_is_written(string? value)
    {
        var literal = TextPattern.Literal(value ?? "");
        var read = ((PredicateFilter)FilterParser.Parse($"comm({literal})")).Pattern!;

        Assert.True(read.Matches(literal.LiteralText!));
        Assert.False(read.Matches(literal.LiteralText + "x"));
        Assert.True(((PredicateFilter)FilterParser.Parse($"comm(*{literal}?)")).Pattern!.Matches("x" + literal.LiteralText + "y"));
    }

    [Property(Arbitrary = [typeof(FilterArbitraries)], MaxTest = Runs)]
    public void A_filter_answers_by_the_book(ProcessFilter filter)
    {
        foreach (MemProcess process in Table.Value.Processes.Where(p => p.Id is 1 || p.Id == Environment.ProcessId))
        {
            Assert.Equal(ByTheBook(filter, process), filter.Matches(process, Table.Value.Tree));
        }
    }

    private static bool ByTheBook(ProcessFilter filter, MemProcess process) => filter switch
    {
        CompositeFilter { Operator: FilterOperator.Not } not => !ByTheBook(not.Children.Single(), process),
        CompositeFilter { Operator: FilterOperator.And } and => and.Children.All(child => ByTheBook(child, process)),
        CompositeFilter { Operator: FilterOperator.Or } or => or.Children.Any(child => ByTheBook(child, process)),
        CompositeFilter constant => constant.Operator == FilterOperator.True,
        _ => filter.Matches(process, Table.Value.Tree),
    };

    private static ProcessFilter? TryParse(string text)
    {
        try
        {
            return FilterParser.Parse(text);
        }
        catch (FilterSyntaxException error)
        {
            CheckError(error, text);
            return null;
        }
    }

    private static void CheckError(FilterSyntaxException error, string text)
    {
        Assert.InRange(error.Position, 0, text.Length);
        Assert.NotEmpty(error.Expected);
        string[] lines = error.Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.DoesNotContain(string.Concat(lines), char.IsControl);
        Assert.Equal("^", lines[2].Trim(' '));
    }

    /// <summary>Text that may or may not be a filter.</summary>
    public sealed record AnyText(string Value);

    public static class FilterArbitraries
    {
        private static readonly string[] Fragments =
        [
            .. FilterPredicates.All.Select(predicate => predicate.Name),
            .. FilterPredicates.All.Select(predicate => predicate.Example),
            "(", ")", ",", "\"", "'", "\\", "\\x", "\\u", "\\xFF", "\\uD83D", "*", "?", " ", "\n", "\0", "\u001b", "-", "+", "0", "4294967296",
            "é", "\U0001F480", "\uDC80", "\uD83D", "\u202E", "\u00A0",
        ];

        public static Arbitrary<string> Texts() => Values.ToArbitrary();

        public static Arbitrary<ProcessFilter> Filters() => Gen.Sized(size => FilterOf(Math.Min(size, 40))).ToArbitrary();

        public static Arbitrary<AnyText> AnyTexts() => Gen.OneOf(
            Values,
            Gen.Elements(Fragments).ArrayOf().Select(string.Concat),
            Changed(Filters().Generator.Select(filter => filter.ToString()!)),
            Changed(Gen.Elements(FilterTable.Good.Select(row => row.Data.Item1).ToArray()))).Select(text => new AnyText(text)).ToArbitrary();

        private static Gen<char> Character => Gen.OneOf(
            Gen.Choose(' ', '~').Select(c => (char)c),
            Gen.Elements("(),\"'\\*? \t\n\0\u001b\u007f\u009b\u00a0\u202e\ufeffé文".ToCharArray()),
            Gen.Elements('\uDC80', '\uDCC3', '\uDCA9', '\uDCFF', '\uD83D', '\uDC0D'),
            Gen.Choose(0, char.MaxValue).Select(c => (char)c));

        private static Gen<string> Values => Character.ArrayOf().Select(characters => new string(characters));

        private static Gen<TextPattern> Patterns => Gen.OneOf(
            Values.Select(TextPattern.Literal),
            from pieces in Gen.OneOf(Gen.Elements("*", "?"), Values.Select(value => TextPattern.Literal(value).ToString())).NonEmptyListOf()
            where TryParse($"comm({string.Concat(pieces)})") is PredicateFilter
            select ((PredicateFilter)FilterParser.Parse($"comm({string.Concat(pieces)})")).Pattern!);

        private static Gen<int> Ids => Gen.OneOf(Gen.Elements(0, 1, Environment.ProcessId, int.MaxValue, int.MinValue), Gen.Choose(-5, 5000));

        private static Gen<ProcessFilter> Simple => Gen.OneOf(
            Gen.Elements<ProcessFilter>(CompositeFilter.True, CompositeFilter.False),
            from predicate in Gen.Elements(Taking(FilterArgument.Number))
            from number in predicate.Minimum < 0 ? Ids.Select(id => (long)id) : Gen.Elements<long>(0, 1000, uint.MaxValue)
            select predicate.With(number),
            from predicate in Gen.Elements(Taking(FilterArgument.Pattern))
            from pattern in Patterns
            select predicate.With(pattern),
            Values.Select(Made.Variable),
            from variable in Values
            from pattern in Patterns
            select Made.Variable(variable, pattern));

        private static FilterPredicate[] Taking(FilterArgument argument) => [.. FilterPredicates.All.Where(predicate => predicate.Argument == argument)];

        private static Gen<ProcessFilter> FilterOf(int size)
        {
            if (size < 2)
            {
                return Simple;
            }

            Gen<List<ProcessFilter>> children = Gen.Choose(1, 4).SelectMany(count => FilterOf(size / (count + 1)).ListOf(count));
            return Gen.OneOf(
                Simple,
                FilterOf(size - 10).Select(child => (ProcessFilter)CompositeFilter.Not(child)),
                children.Select(list => (ProcessFilter)CompositeFilter.And(list)),
                children.Select(list => (ProcessFilter)CompositeFilter.Or(list)));
        }

        /// <summary>A few characters taken out, put in or put twice.</summary>
        private static Gen<string> Changed(Gen<string> texts) =>
            from text in texts
            from changes in Gen.Choose(0, 3)
            from places in Gen.Choose(0, int.MaxValue).ListOf(changes)
            from kinds in Gen.Choose(0, 2).ListOf(changes)
            from fragments in Gen.Elements(Fragments).ListOf(changes)
            select Enumerable.Range(0, changes).Aggregate(text, (current, i) => Change(current, places[i] % (current.Length + 1), kinds[i], fragments[i]));

        private static string Change(string text, int place, int kind, string fragment) => kind switch
        {
            0 => text.Insert(place, fragment),
            1 when place < text.Length => text.Remove(place, 1),
            _ => text.Insert(place, text[..place]),
        };
    }
}
