using System.Globalization;
using System.Text;

namespace LinuxMem.Engine.Texts;

/// <summary>
/// Makes names and values of processes safe to show: they may contain invalid UTF-8, line breaks, and escape sequences
/// that would control the terminal.
/// </summary>
public static class VisibleText
{
    /// <summary>
    /// For a table or a message: every character that is not printable is escaped (<c>\n</c>, <c>\x1B</c>,
    /// <c>\u202E</c>).
    /// </summary>
    public static string ForTerminal(string text) => Rewrite(text, IsInvisible);

    /// <summary>
    /// For data formats that allow any character but require valid Unicode: only bytes that were not UTF-8 (lone
    /// surrogates here) are escaped, as <c>\xE9</c>.
    /// </summary>
    public static string ForData(string text) => Rewrite(text, static _ => false);

    private static string Rewrite(string text, Func<Rune, bool> escape)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? changed = null;
        for (int i = 0; i < text.Length;)
        {
            bool valid = Rune.TryGetRuneAt(text, i, out Rune rune);
            int length = valid ? rune.Utf16SequenceLength : 1;
            string? shown = !valid ? Lone(text[i]) : escape(rune) ? Escape(rune) : null;
            if (shown is not null)
            {
                changed ??= new StringBuilder(text, 0, i, text.Length + 16);
                changed.Append(shown);
            }
            else
            {
                changed?.Append(text, i, length);
            }

            i += length;
        }

        return changed?.ToString() ?? text;
    }

    /// <summary>
    /// U+DC00 + byte is a byte that was not UTF-8 (<see cref="SurrogateEscape"/>); other lone surrogates have no
    /// meaning.
    /// </summary>
    private static string Lone(char c) =>
        c is >= '\uDC80' and <= '\uDCFF' ? string.Create(CultureInfo.InvariantCulture, $"\\x{c - 0xDC00:X2}") : "\uFFFD";

    private static string Escape(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        <= 0xFF => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
        <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
    };

    /// <summary>
    /// Control characters (C0 and C1), line and paragraph separators, and characters that change text direction.
    /// Joiners stay: some scripts need them.
    /// </summary>
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        _ => false,
    };
}
