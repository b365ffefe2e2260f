using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Filters;

/// <summary>
/// A syntax error in a filter (<see cref="LinuxMemError.InvalidFilter"/>). The message says what is wrong, then shows
/// the filter (an excerpt of a long one) with a caret under the error.
/// </summary>
public sealed class FilterSyntaxException : LinuxMemException
{
    internal FilterSyntaxException(string filter, int position, string expected, string? hint = null)
        : this(filter, position, expected, FilterExcerpt.Problem(filter, position, expected, hint), FilterExcerpt.Show(filter, position))
    {
    }

    private FilterSyntaxException(string filter, int position, string expected, string problem, string excerpt)
        : base(LinuxMemError.InvalidFilter, $"{problem}\n{excerpt}", filter)
    {
        Filter = filter;
        Position = position;
        Expected = expected;
        Problem = VisibleText.ForTerminal(problem);
        Excerpt = excerpt;
    }

    /// <summary>The problem, and under it the filter with the mark; all that does not print in them is escaped already.</summary>
    public override string Message => $"{Problem}\n{Excerpt}";

    /// <summary>The whole text that was parsed.</summary>
    public string Filter { get; }

    /// <summary>
    /// The position of the error in <see cref="Filter"/>, in UTF-16 code units from 0; the length of the text when
    /// something is missing at its end.
    /// </summary>
    public int Position { get; }

    /// <summary>What was expected there.</summary>
    public string Expected { get; }

    /// <summary>The first line of the message: what is wrong, and where.</summary>
    public string Problem { get; }

    /// <summary>
    /// The rest of the message: the filter and the caret line, for a fixed-width font. For hosts that reflow the lines
    /// of a message.
    /// </summary>
    public string Excerpt { get; }
}
