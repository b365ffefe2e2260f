using System.Globalization;

namespace LinuxMem.Cli.Output;

/// <summary>Formats values for JSON and CSV, independent of the locale.</summary>
internal static class DataText
{
    /// <summary>Times in ISO 8601 and UTC, Booleans as in JSON, everything else unchanged.</summary>
    public static string Of(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        DateTime time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
