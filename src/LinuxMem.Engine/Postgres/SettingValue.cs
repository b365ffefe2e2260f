using System.Globalization;

namespace LinuxMem.Engine.Postgres;

/// <summary>The values of PostgreSQL's settings: numbers with units.</summary>
internal static class SettingValue
{
    private static readonly (string Unit, long Bytes)[] Units = [("kB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("TB", 1L << 40), ("B", 1)];

    /// <summary>A size in bytes; null for what is none.</summary>
    /// <param name="text">The value, such as <c>128MB</c>, <c>1.5GB</c> or <c>16384</c>.</param>
    /// <param name="unit">The bytes that a number without a unit counts.</param>
    public static long? Size(string? text, long unit)
    {
        string value = (text ?? string.Empty).Trim();
        foreach ((string name, long bytes) in Units)
        {
            if (value.EndsWith(name, StringComparison.Ordinal))
            {
                unit = bytes;
                value = value[..^name.Length].TrimEnd();
                break;
            }
        }

        decimal number;
        if (value.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (!long.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex))
            {
                return null;
            }

            number = hex;
        }
        else if (!decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
        {
            return null;
        }

        return number >= 0 && number <= (decimal)long.MaxValue / unit ? (long)(number * unit) : null;
    }

    /// <summary>A whole number; null for what is none.</summary>
    public static int? Number(string? text) => Size(text, 1) is long number and <= int.MaxValue ? (int)number : null;

    /// <summary>One of a few words, in lower case; null for anything else, so that nothing is shown that a file made up.</summary>
    public static string? Word(string? text, params string[] words) => text?.Trim().ToLowerInvariant() is string word && words.Contains(word) ? word : null;

    /// <summary><c>on</c>, <c>off</c> or <c>try</c>; all forms of a Boolean are two of these.</summary>
    public static string? HugePages(string? text) => Word(text, "on", "off", "try", "true", "false", "yes", "no", "1", "0") switch
    {
        "true" or "yes" or "1" => "on",
        "false" or "no" or "0" => "off",
        var word => word,
    };
}
