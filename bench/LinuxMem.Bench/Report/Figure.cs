using System.Globalization;

namespace LinuxMem.Bench.Report;

/// <summary>Figures as text.</summary>
internal static class Figure
{
    public static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.0}");

    public static string Ratio(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}");

    public static string Kibibytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0}");

    public static string Mebibytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.0}");

    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.0}");

    public static string Number(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:#,0}");
}
