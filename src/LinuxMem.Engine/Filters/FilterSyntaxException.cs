namespace LinuxMem.Engine.Filters;

/// <summary>
/// A filter that is not well formed (<see cref="LinuxMemError.InvalidFilter"/>). The message says what is
/// wrong, then shows the filter, or the part of a long one around the place, with a caret under the place.
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
        Problem = problem;
        Excerpt = excerpt;
    }

    /// <summary>The whole text that was read.</summary>
    public string Filter { get; }

    /// <summary>
    /// The place in <see cref="Filter"/> where something else should stand, in UTF-16 code units from 0; the
    /// length of the text when something is missing at its end.
    /// </summary>
    public int Position { get; }

    /// <summary>What should stand there.</summary>
    public string Expected { get; }

    /// <summary>The first line of the message: what is wrong, and where.</summary>
    public string Problem { get; }

    /// <summary>
    /// The rest of the message: the filter and the caret, two lines to be shown with a fixed-width font. They
    /// are for hosts that run the lines of a message together.
    /// </summary>
    public string Excerpt { get; }
}
