using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell;

/// <summary>Cells of the views.</summary>
/// <remarks>
/// PowerShell cuts a table that is wider than the terminal at the right edge, in the middle of a column. Names and
/// figures are filled up to common widths, so that at 80, 90, 100, … columns the edge falls between two columns.
/// </remarks>
public static class TableCell
{
    private const int MaxName = 40;
    private const int FigureWidth = 9;
    private const int Step = FigureWidth + 1;

    /// <summary>
    /// A name, cut where it would push the figures off the screen: PowerShell drops the columns at the right
    /// when a table is too wide. The list view has it whole.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="width">The width up to which it is filled with blanks; one that is longer is, up to a whole step more.</param>
    /// <param name="longest">The width it is cut at.</param>
    public static string Name(string? name, int width = 0, int longest = MaxName)
    {
        string text = DisplayWidth.Cut(VisibleText.ForTerminal(name ?? string.Empty), longest);
        int cells = DisplayWidth.Of(text);

        // One that is longer widens the column by a whole step, and the edge falls between two columns all the same.
        int steps = width > 0 && cells > width ? ((cells - width + Step - 1) / Step) : 0;
        return text + new string(' ', Math.Max(0, width + (steps * Step) - cells));
    }

    /// <summary>A name as a whole, for lists.</summary>
    public static string Whole(object? name) => VisibleText.ForTerminal(name?.ToString() ?? string.Empty);

    /// <summary>A size in its unit, <c>-</c> for nothing at all, and nothing for one that is not known.</summary>
    public static string Size(long? bytes) => bytes is long size ? SizeText.Readable(size) : string.Empty;

    /// <summary>The same for a column of a table.</summary>
    public static string Figure(long? bytes) => Size(bytes).PadLeft(FigureWidth);

    /// <summary>A percentage without trailing zeros, or nothing for one that is not known.</summary>
    public static string Percent(double? percent) => percent?.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty;
}
