using System.Globalization;
using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Filters;

/// <summary>
/// Writes text with the escapes of the filter language for characters that are invisible or that could control a
/// terminal.
/// </summary>
internal static class EscapedText
{
    /// <summary>True for a character that is always written as an escape.</summary>
    public static bool NeedsEscape(int character) => !Rune.TryCreate(character, out Rune rune) || VisibleText.IsInvisible(rune);

    /// <summary>Appends a character or a lone surrogate, escaped where necessary.</summary>
    public static void Append(StringBuilder text, int character)
    {
        if (!NeedsEscape(character))
        {
            text.Append(char.ConvertFromUtf32(character));
            return;
        }

        switch (character)
        {
            case '\n':
                text.Append("\\n");
                break;
            case '\r':
                text.Append("\\r");
                break;
            case '\t':
                text.Append("\\t");
                break;
            case < 0x80:
                text.Append(CultureInfo.InvariantCulture, $"\\x{character:X2}");
                break;
            case >= 0xDC80 and <= 0xDCFF:
                text.Append(CultureInfo.InvariantCulture, $"\\x{character - 0xDC00:X2}");
                break;
            case <= char.MaxValue:
                text.Append(CultureInfo.InvariantCulture, $"\\u{character:X4}");
                break;
            default:
                string pair = char.ConvertFromUtf32(character);
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)pair[0]:X4}\\u{(int)pair[1]:X4}");
                break;
        }
    }

    /// <summary>The text in double quotes, in the form that <see cref="FilterParser"/> reads back.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2);
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            int character = value[i];
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                character = char.ConvertToUtf32(value[i], value[++i]);
            }

            if (character is '"' or '\\')
            {
                text.Append('\\');
            }

            Append(text, character);
        }

        return text.Append('"').ToString();
    }
}
