using System.Globalization;

namespace LinuxMem.Hosts;

/// <summary>Sizes as the tables show them.</summary>
public static class SizeText
{
    /// <summary>
    /// Decimal megabytes with two decimals; nothing at all is <c>0 MB</c>, so that it differs from a size too
    /// small for the decimals (<c>0.00 MB</c>).
    /// </summary>
    public static string Megabytes(long bytes) =>
        bytes == 0 ? "0 MB" : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000m:0.00} MB");
}
