using System.Globalization;

namespace LinuxMem.Engine.Filters;

/// <summary>
/// Reads the filter language: <c>and(uid(0),not(comm(bash)))</c>. The grammar is in docs/en-US/about_LinuxMem_Filters.md.
/// </summary>
/// <remarks>
/// The time is proportional to the length of the text, and filters that are still open are kept on the heap,
/// so neither long nor deeply nested text is a danger.
/// </remarks>
public sealed class FilterParser
{
    private readonly FilterReader reader;
    private readonly Stack<OpenFilter> open = new();

    /// <summary>The name or value that was begun last; null when it is complete.</summary>
    private FilterPlace? place;

    private FilterParser(string text) => reader = new FilterReader(text);

    /// <summary>Reads one filter.</summary>
    /// <param name="text">The filter, and nothing else beside white space.</param>
    /// <exception cref="FilterSyntaxException">The text is not a filter.</exception>
    public static ProcessFilter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new FilterParser(text);
        ProcessFilter filter = parser.TakeFilter();
        parser.reader.SkipBlanks();
        if (parser.reader.AtEnd)
        {
            return filter;
        }

        throw parser.LeftOver("the end", parser.reader.IsAt(',') ? "One filter is wanted here: join several with or(..)." : null);
    }

    /// <summary>Reads the filters of one report, with commas between them.</summary>
    /// <param name="text">At least one filter.</param>
    /// <returns>The filters in their order, each with its own text as its name.</returns>
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
            ProcessFilter filter = parser.TakeFilter();
            filters.Add(new NamedFilter(text[start..reader.Position], filter));
            reader.SkipBlanks();
        }
        while (reader.TryTake(','));

        return reader.AtEnd ? filters : throw parser.LeftOver("',' or the end");
    }

    /// <summary>
    /// What is being written at the end of a text that is the beginning of a list of filters; null where that is
    /// neither a name nor a value, and where the text is wrong before its end.
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
                parser.TakeFilter();
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

                // A user's or a process's name where its number belongs is wrong from its first letter on.
                { Argument: FilterArgument.Number } => e.Position == text.Length || (e.Position == place.Start && !text.AsSpan(place.Start).ContainsAny(",() ")),
                _ => e.Position == text.Length,
            };
            return isBeingWritten ? place : null;
        }
    }

    /// <summary>Reads a filter up to its closing parenthesis.</summary>
    private ProcessFilter TakeFilter()
    {
        while (true)
        {
            (FilterPredicate predicate, int opening) = TakeOpening();
            if (predicate.Argument is FilterArgument.Filter or FilterArgument.Filters)
            {
                open.Push(new OpenFilter(predicate, opening));
                continue;
            }

            ProcessFilter? filter = TakeSimple(predicate, opening);
            while (filter is not null)
            {
                if (!open.TryPeek(out OpenFilter? around))
                {
                    return filter;
                }

                around.Children.Add(filter);
                filter = TakeAfterChild(around);
            }
        }
    }

    /// <summary>Reads the name of a predicate and its opening parenthesis.</summary>
    private (FilterPredicate Predicate, int Opening) TakeOpening()
    {
        reader.SkipBlanks();
        int start = reader.Position;
        place = new FilterPlace(start, null, null, open.Count);
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
        return reader.TryTake('(') ? (predicate, opening) : throw reader.Expected("'('");
    }

    /// <summary>Reads the rest of a predicate that has no filters inside.</summary>
    private ProcessFilter TakeSimple(FilterPredicate predicate, int opening)
    {
        var values = new FilterPredicate.Values([]);
        var valueReader = new FilterValueReader(reader, opening);
        reader.SkipBlanks();
        place = new FilterPlace(reader.Position, predicate, null, open.Count + 1);
        switch (predicate.Argument)
        {
            case FilterArgument.Number:
                values = values with { Number = reader.TakeNumber(predicate.Minimum, predicate.Maximum) };
                break;
            case FilterArgument.Name:
                values = values with { Name = valueReader.TakeLast(hasWildcards: false).LiteralText! };
                break;
            case FilterArgument.Pattern:
                values = values with { Pattern = valueReader.TakeLast(hasWildcards: true) };
                break;
            case FilterArgument.NameAndPattern:
                values = values with { Name = valueReader.TakeFirst().LiteralText! };
                reader.SkipBlanks();
                place = place! with { Start = reader.Position, FirstValue = values.Name };
                values = values with { Pattern = valueReader.TakeSecond() };
                break;
            default:
                break;
        }

        reader.SkipBlanks();
        if (!reader.TryTake(')'))
        {
            throw reader.Expected("')'", Unclosed(opening));
        }

        place = null;
        return predicate.Create(values);
    }

    /// <summary>
    /// Reads what follows a filter inside another: a closing parenthesis makes the outer filter complete, a
    /// comma (null) calls for the next one inside.
    /// </summary>
    private ProcessFilter? TakeAfterChild(OpenFilter around)
    {
        bool takesMore = around.Predicate.Argument == FilterArgument.Filters;
        reader.SkipBlanks();
        if (takesMore && reader.TryTake(','))
        {
            return null;
        }

        if (!reader.TryTake(')'))
        {
            throw reader.Expected(takesMore ? "',' or ')'" : "')'", Unclosed(around.Opening));
        }

        open.Pop();
        return around.Predicate.Create(new FilterPredicate.Values(around.Children));
    }

    private FilterSyntaxException LeftOver(string expected, string? hint = null) =>
        reader.Expected(expected, reader.IsAt(')') ? $"It closes nothing. {FilterValueReader.PairHint}" : hint);

    private string? Unclosed(int opening) =>
        reader.AtEnd ? string.Create(CultureInfo.InvariantCulture, $"The '(' at offset {opening} is not closed.") : null;

    /// <summary>A filter whose closing parenthesis has not come yet.</summary>
    private sealed record OpenFilter(FilterPredicate Predicate, int Opening)
    {
        public List<ProcessFilter> Children { get; } = [];
    }
}
