using System.Globalization;
using System.Text;

namespace LinuxMem.Engine.Texts;

/// <summary>
/// Names and values of other people's processes, fit to be shown: they may hold bytes that are no UTF-8, line
/// breaks, and escape sequences meant for the terminal of whoever looks at them.
/// </summary>
public static class VisibleText
{
    /// <summary>
    /// The text for a table or a message: everything that is not printed as a character of its own is written
    /// as an escape (<c>\n</c>, <c>\x1B</c>, <c>\u202E</c>).
    /// </summary>
    public static string ForTerminal(string text) => Rewrite(text, IsInvisible);

    /// <summary>
    /// The text for a data format that takes any character but must be valid Unicode: only the bytes that were
    /// no UTF-8 (lone surrogates here) are written as escapes, <c>\xE9</c>.
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

    /// <summary>A byte that was no UTF-8 is kept as U+DC00 + byte; other lone surrogates stand for nothing.</summary>
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
    /// Control characters of both sets, line and paragraph separators, and the characters that change the
    /// direction of the text around them. Joiners stay: scripts need them.
    /// </summary>
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        _ => false,
    };
}
