using LinuxMem.Hosts;

namespace LinuxMem.PowerShell;

/// <summary>Cells of the table views.</summary>
public static class TableCell
{
    private const int LongestName = 40;

    /// <summary>
    /// A name, cut where it would push the figures off the screen: PowerShell drops the columns at the right
    /// when a table is too wide. The list view has it whole.
    /// </summary>
    public static string Name(string? name)
    {
        string text = VisibleText.ForTerminal(name ?? string.Empty);
        if (text.Length <= LongestName)
        {
            return text;
        }

        int end = char.IsLowSurrogate(text[LongestName - 1]) ? LongestName - 2 : LongestName - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>A size, or nothing for one that is not known.</summary>
    public static string Size(long? bytes) => bytes is long size ? SizeText.Megabytes(size) : string.Empty;

    /// <summary>A percentage without trailing zeros, or nothing for one that is not known.</summary>
    public static string Percent(double? percent) => percent?.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty;
}
