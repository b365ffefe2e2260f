using System.Globalization;

namespace LinuxMem.Engine.Texts;

/// <summary>Formats sizes in bytes for people, in binary units, the same in every culture.</summary>
public static class SizeText
{
    /// <summary>The most cells that a size takes in a table: <c>1023.99 KiB</c>.</summary>
    public const int MaxCells = 11;

    private const int Kibi = 1024;

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>For sentences: as <see cref="Readable"/>, but zero is <c>0 B</c>.</summary>
    public static string InSentence(long bytes) => bytes == 0 ? "0 B" : Readable(bytes);

    /// <summary>
    /// For the tables of both hosts: the largest unit of which there is at least one, with two decimals, such as
    /// <c>98.01 GiB</c>; less than 1 KiB in bytes; zero is <c>-</c>.
    /// </summary>
    public static string Readable(long bytes)
    {
        if (bytes == 0)
        {
            return "-";
        }

        decimal size = bytes;
        int unit = 0;

        // What would round to 1024.00 of a unit is one of the next.
        while (Math.Abs(Math.Round(size, 2, MidpointRounding.AwayFromZero)) >= Kibi && unit < Units.Length - 1)
        {
            size /= Kibi;
            unit++;
        }

        return unit == 0
            ? size.ToString("0", CultureInfo.InvariantCulture) + " B"
            : Math.Round(size, 2, MidpointRounding.AwayFromZero).ToString("0.00", CultureInfo.InvariantCulture) + $" {Units[unit]}";
    }
}
