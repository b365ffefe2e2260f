using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Processes;

/// <summary>The names of systemd's units (systemd.unit(5)), and what they tell.</summary>
internal static partial class SystemdName
{
    /// <summary>Undoes systemd's <c>\xNN</c> escapes (systemd-escape(1)).</summary>
    public static string Unescape(string unit)
    {
        if (!unit.Contains("\\x", StringComparison.Ordinal))
        {
            return unit;
        }

        var bytes = new List<byte>(unit.Length);
        byte[] text = SurrogateEscape.Encode(unit);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 3 < text.Length && text[i] == '\\' && text[i + 1] == 'x'
                && byte.TryParse(Encoding.ASCII.GetString(text, i + 2, 2), NumberStyles.AllowHexSpecifier, null, out byte value))
            {
                bytes.Add(value);
                i += 3;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }

        return SurrogateEscape.Decode(bytes.ToArray());
    }

    /// <summary>True for a unit that processes can be in, other than a slice.</summary>
    public static bool IsUnit(string name) => UnitName().IsMatch(name);

    /// <summary>The uid of the user whose slice it is; null for any other.</summary>
    public static string? UserOfSlice(string name) => UserSlice().Match(name) is { Success: true } match ? match.Groups["uid"].Value : null;

    /// <summary>The uid of the user whose manager (user@.service(5)) it is; null for any other unit.</summary>
    public static string? UserOfManager(string name) => UserManager().Match(name) is { Success: true } match ? match.Groups["uid"].Value : null;

    /// <summary>The machine whose scope it is, escaped (systemd-machined(8)); null for any other unit.</summary>
    public static string? MachineOfScope(string name) => MachineScope().Match(name) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <summary>The container that runs in it, as systemd-nspawn(1) or systemd-machined(8) name units; null for any other.</summary>
    public static string? MachineOfUnit(string name) => MachineUnit().Match(name) is { Success: true } match ? match.Groups["name"].Value : null;

    [GeneratedRegex("^.+\\.(?:service|scope|mount|socket|swap)$", RegexOptions.CultureInvariant)]
    private static partial Regex UnitName();

    [GeneratedRegex("^user-(?<uid>[0-9]{1,10})\\.slice$", RegexOptions.CultureInvariant)]
    private static partial Regex UserSlice();

    [GeneratedRegex("^user@(?<uid>[0-9]{1,10})\\.service$", RegexOptions.CultureInvariant)]
    private static partial Regex UserManager();

    [GeneratedRegex("^machine-(?<name>.+)\\.scope$", RegexOptions.CultureInvariant)]
    private static partial Regex MachineScope();

    [GeneratedRegex("^systemd-nspawn@(?<name>.+)\\.service$|^machine-(?<name>.+)\\.scope$", RegexOptions.CultureInvariant)]
    private static partial Regex MachineUnit();
}
