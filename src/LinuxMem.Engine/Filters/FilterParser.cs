using System.Globalization;

namespace LinuxMem.Engine.Filters;

/// <summary>
/// Parses the filter language, such as <c>and(uid(0),not(comm(bash)))</c>. The grammar is in
/// docs/en-US/about_LinuxMem_Filters.md.
/// </summary>
/// <remarks>
/// Takes time linear in the length of the text. Nesting is limited (<see cref="CompositeFilter.MaxDepth"/>), so that
/// neither parsing nor evaluating a filter can exhaust the stack.
/// </remarks>
public sealed class FilterParser
{
    /// <summary>The hint for a filter that is nested too deep.</summary>
    internal const string DepthHint = "Write and(..) inside and(..) as one, and or(..) inside or(..).";

    private readonly FilterReader reader;

    /// <summary>The name or value being read, for completion; null when it is complete.</summary>
    private FilterPlace? place;

    private FilterParser(string text) => reader = new FilterReader(text);

    /// <summary>Parses one filter.</summary>
    /// <param name="text">The filter; white space around it is allowed.</param>
    /// <exception cref="FilterSyntaxException">The text is not a filter.</exception>
    public static ProcessFilter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new FilterParser(text);
        ProcessFilter filter = parser.TakeFilter(depth: 0);
        parser.reader.SkipBlanks();
        if (parser.reader.AtEnd)
        {
            return filter;
        }

        throw parser.LeftOver("the end", parser.reader.IsAt(',') ? "One filter is wanted here: join several with or(..)." : null);
    }

    /// <summary>Parses the comma-separated filters of one report.</summary>
    /// <param name="text">At least one filter.</param>
    /// <returns>The filters in order, each named by its own text.</returns>
    /// <exception cref="FilterSyntaxException">The text is not a list of filters.</exception>
    public static IReadOnlyList<NamedFilter> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new FilterParser(text);
        FilterReader reader = parser.reader;
        var filters = new List<NamedFilter>();
        do
        {
            reader.SkipBlanks();
            int start = reader.Position;
            ProcessFilter filter = parser.TakeFilter(depth: 0);
            filters.Add(new NamedFilter(text[start..reader.Position], filter));
            reader.SkipBlanks();
        }
        while (reader.TryTake(','));

        return reader.AtEnd ? filters : throw parser.LeftOver("',' or the end");
    }

    /// <summary>
    /// For completion: the name or value at the end of an incomplete list of filters. Null when the end is neither, or
    /// when there is an error before the end.
    /// </summary>
    /// <param name="text">The text up to the cursor.</param>
    public static FilterPlace? PlaceAtEnd(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new FilterParser(text);
        try
        {
            do
            {
                parser.TakeFilter(depth: 0);
                parser.reader.SkipBlanks();
            }
            while (parser.reader.TryTake(','));
            return null;
        }
        catch (FilterSyntaxException e)
        {
            FilterPlace? place = parser.place;
            bool isBeingWritten = place?.Predicate switch
            {
                _ when place is null => false,
                null => text.Skip(place.Start).All(FilterReader.IsWordCharacter),
                { Argument: FilterArgument.None } => false,

                // A name typed where a number belongs is an error at its first letter, but still completed: to the
                // number.
                { Argument: FilterArgument.Number } => e.Position == text.Length || (e.Position == place.Start && !text.AsSpan(place.Start).ContainsAny(",() ")),
                _ => e.Position == text.Length,
            };
            return isBeingWritten ? place : null;
        }
    }

    /// <summary>Parses a filter up to its closing parenthesis.</summary>
    /// <param name="depth">How many filters it is nested in.</param>
    private ProcessFilter TakeFilter(int depth)
    {
        (FilterPredicate predicate, int opening) = TakeOpening(depth);
        return predicate.Argument is FilterArgument.Filter or FilterArgument.Filters
            ? TakeComposite(predicate, opening, depth)
            : TakeSimple(predicate, opening, depth);
    }

    /// <summary>Parses the name of a predicate and its opening parenthesis.</summary>
    private (FilterPredicate Predicate, int Opening) TakeOpening(int depth)
    {
        reader.SkipBlanks();
        int start = reader.Position;
        place = new FilterPlace(start, null, null, depth);
        string name = reader.TakeWord();
        if (name.Length == 0)
        {
            throw reader.Expected("a filter such as comm(bash)");
        }

        if (FilterPredicates.Find(name) is not FilterPredicate predicate)
        {
            reader.Position = start;
            throw reader.Expected($"one of {string.Join(", ", FilterPredicates.All.Select(known => known.Name))}");
        }

        reader.SkipBlanks();
        int opening = reader.Position;
        if (!reader.TryTake('('))
        {
            throw reader.Expected("'('");
        }

        if (depth == CompositeFilter.MaxDepth && predicate.Argument is FilterArgument.Filter or FilterArgument.Filters)
        {
            reader.Position = start;
            throw reader.Expected(string.Create(CultureInfo.InvariantCulture, $"no more than {CompositeFilter.MaxDepth} filters inside one another"), DepthHint);
        }

        return (predicate, opening);
    }

    /// <summary>Parses the operands of a composite filter.</summary>
    private CompositeFilter TakeComposite(FilterPredicate predicate, int opening, int depth)
    {
        bool takesMore = predicate.Argument == FilterArgument.Filters;
        var children = new List<ProcessFilter>();
        do
        {
            children.Add(TakeFilter(depth + 1));
            reader.SkipBlanks();
        }
        while (takesMore && reader.TryTake(','));

        return reader.TryTake(')')
            ? new CompositeFilter(predicate.Operator!.Value, children)
            : throw reader.Expected(takesMore ? "',' or ')'" : "')'", Unclosed(opening));
    }

    /// <summary>Parses the arguments of a predicate that takes values.</summary>
    private ProcessFilter TakeSimple(FilterPredicate predicate, int opening, int depth)
    {
        ProcessFilter filter;
        var valueReader = new FilterValueReader(reader, opening);
        reader.SkipBlanks();
        place = new FilterPlace(reader.Position, predicate, null, depth + 1);
        switch (predicate.Argument)
        {
            case FilterArgument.Number:
                filter = predicate.With(reader.TakeNumber(predicate.Minimum, predicate.Maximum));
                break;
            case FilterArgument.Name:
                filter = predicate.With(valueReader.TakeLast(hasWildcards: false).LiteralText!);
                break;
            case FilterArgument.Pattern:
                filter = predicate.With(valueReader.TakeLast(hasWildcards: true));
                break;
            case FilterArgument.NameAndPattern:
                string name = valueReader.TakeFirst().LiteralText!;
                reader.SkipBlanks();
                place = place with { Start = reader.Position, FirstValue = name };
                filter = predicate.With(name, valueReader.TakeSecond());
                break;
            default:
                filter = predicate.Operator == FilterOperator.True ? CompositeFilter.True : CompositeFilter.False;
                break;
        }

        reader.SkipBlanks();
        if (!reader.TryTake(')'))
        {
            throw reader.Expected("')'", Unclosed(opening));
        }

        place = null;
        return filter;
    }

    private FilterSyntaxException LeftOver(string expected, string? hint = null) =>
        reader.Expected(expected, reader.IsAt(')') ? $"It closes nothing. {FilterValueReader.PairHint}" : hint);

    private string? Unclosed(int opening) =>
        reader.AtEnd ? string.Create(CultureInfo.InvariantCulture, $"The '(' at offset {opening} is not closed.") : null;
}
