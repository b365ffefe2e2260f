using System.Management.Automation;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell;

/// <summary>Formats the cells of the views, which call it from their scripts.</summary>
/// <remarks>
/// PowerShell cuts a table that is wider than the terminal at the right edge, even inside a column. Names and figures
/// are padded to common widths, so that at 80, 90, 100, … columns the edge falls between two columns.
/// </remarks>
public static class TableCell
{
    private const int MaxName = 40;
    private const int FigureWidth = 9;
    private const int Step = FigureWidth + 1;

    /// <summary>
    /// A name, cut so that it does not push the figures off the screen, because PowerShell drops columns on the right
    /// of a table that is too wide. The list view shows it whole.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="width">The width in cells to pad to; a longer name is padded to the next step.</param>
    /// <param name="longest">The width in cells to cut at.</param>
    public static string Name(string? name, int width = 0, int longest = MaxName) =>
        Padded(DisplayWidth.Cut(VisibleText.ForTerminal(name ?? string.Empty), longest), width);

    /// <summary>The name of a group, cut in its middle, and so that no two of a report look the same.</summary>
    /// <param name="group">The group; one from another session knows its own name only.</param>
    /// <param name="width">As for <see cref="Name"/>.</param>
    /// <param name="longest">As for <see cref="Name"/>.</param>
    public static string GroupName(PSObject group, int width, int longest = MaxName) => Padded(
        group.BaseObject is MemGroup here
            ? here.ShownName(longest)
            : DisplayWidth.CutMiddle(VisibleText.ForTerminal(group.Properties[nameof(MemGroup.GroupName)]?.Value?.ToString() ?? string.Empty), longest),
        width);

    private static string Padded(string text, int width)
    {
        int cells = DisplayWidth.Of(text);

        // A longer name widens the column by whole steps, so that the edge still falls between two columns.
        int steps = width > 0 && cells > width ? ((cells - width + Step - 1) / Step) : 0;
        return text + new string(' ', Math.Max(0, width + (steps * Step) - cells));
    }

    /// <summary>A name that is not cut, for lists.</summary>
    public static string Whole(object? name) => VisibleText.ForTerminal(name?.ToString() ?? string.Empty);

    /// <summary>A value of any type: text is escaped, the rest left to PowerShell.</summary>
    public static object? Any(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string text => VisibleText.ForTerminal(text),
        char letter => VisibleText.ForTerminal(letter.ToString()),
        _ => value,
    };

    /// <summary>A size in a readable unit; <c>-</c> for zero, empty for null.</summary>
    public static string Size(long? bytes) => bytes is long size ? SizeText.Readable(size) : string.Empty;

    /// <summary>A size padded to the width of a table column.</summary>
    public static string Figure(long? bytes) => Size(bytes).PadLeft(FigureWidth);

    /// <summary>A percentage without trailing zeros; empty for null.</summary>
    public static string Percent(double? percent) => percent?.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty;
}
