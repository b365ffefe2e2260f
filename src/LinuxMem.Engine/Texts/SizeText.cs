using System.Globalization;

namespace LinuxMem.Engine.Texts;

/// <summary>Formats sizes in bytes for people.</summary>
public static class SizeText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>
    /// For sentences: decimal megabytes with two decimals. Zero is <c>0 MB</c>, so that it differs from a size that
    /// rounds to <c>0.00 MB</c>.
    /// </summary>
    public static string Megabytes(long bytes) =>
        bytes == 0 ? "0 MB" : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000m:0.00} MB");

    /// <summary>
    /// For the tables of both hosts: the largest decimal unit that fits, with two decimals, in at most nine characters,
    /// such as <c>105.24 GB</c>; zero is <c>-</c>.
    /// </summary>
    public static string Readable(long bytes)
    {
        if (bytes == 0)
        {
            return "-";
        }

        decimal size = bytes;
        int unit = 0;
        while (Math.Abs(unit == 0 ? size : Math.Round(size, 2, MidpointRounding.AwayFromZero)) >= 1000 && unit < Units.Length - 1)
        {
            size /= 1000;
            unit++;
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{size:0} B")
            : string.Create(CultureInfo.InvariantCulture, $"{size:0.00} {Units[unit]}");
    }
}
