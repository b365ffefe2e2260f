using System.Globalization;
using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Processes;

/// <summary>The names of systemd's units (systemd.unit(5)).</summary>
internal static class SystemdName
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
}
