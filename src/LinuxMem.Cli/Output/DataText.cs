using System.Globalization;

namespace LinuxMem.Cli.Output;

/// <summary>The value of a column as text, the same in every format and under every locale.</summary>
internal static class DataText
{
    /// <summary>Times as ISO 8601 has them, with their offset, truth values as JSON has them; everything else as it is.</summary>
    public static string Of(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
