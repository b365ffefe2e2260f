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
    /// For JSON, in the escapes of its strings: whoever reads it as JSON gets the same text, and whoever sees it on a terminal
    /// sees all there is.
    /// </summary>
    /// <param name="json">Text of JSON, as a writer made it.</param>
    public static string ForJson(string json) => Rewrite(json, IsInvisible, EscapeJson);

    /// <summary>
    /// For data formats that allow any character but require valid Unicode: only bytes that were not UTF-8 (lone
    /// surrogates here) are escaped, as <c>\xE9</c>.
    /// </summary>
    public static string ForData(string text) => Rewrite(text, static _ => false);

    /// <summary>
    /// A value as a message repeats it, escaped: of one that is beyond measure the beginning, and how long it is. Whoever hands
    /// objects over could make any message as long as he likes.
    /// </summary>
    /// <param name="value">The value, of any type.</param>
    public static string InMessage(object? value)
    {
        const int Most = 200;
        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
        return text.Length <= Most ? ForTerminal(text) : string.Create(CultureInfo.InvariantCulture, $"{ForTerminal(text[..Most])}… ({text.Length} characters)");
    }

    /// <summary>A whole message, escaped: of one beyond measure its beginning and its end, which says what to do.</summary>
    /// <param name="message">One or more sentences.</param>
    public static string Message(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Bounded(ForTerminal(Bounded(message)));
    }

    private static string Bounded(string message)
    {
        const int Most = 1900, Front = 1200, Back = 600;
        return message.Length <= Most ? message : $"{message.AsSpan(0, Front)}… …{message.AsSpan(message.Length - Back)}";
    }

    /// <summary>True when the text has something that <see cref="ForTerminal"/> escapes.</summary>
    public static bool NeedsEscape(string text) => !ReferenceEquals(ForTerminal(text), text);

    private static string Rewrite(string text, Func<Rune, bool> escape, Func<Rune, string>? escaped = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? changed = null;
        for (int i = 0; i < text.Length;)
        {
            bool valid = Rune.TryGetRuneAt(text, i, out Rune rune);
            int length = valid ? rune.Utf16SequenceLength : 1;
            string? shown = !valid ? Lone(text[i]) : escape(rune) ? (escaped ?? Escape)(rune) : null;
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

    private static string EscapeJson(Rune rune)
    {
        Span<char> units = stackalloc char[2];
        var text = new StringBuilder();
        foreach (char unit in units[..rune.EncodeToUtf16(units)])
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
        }

        return text.ToString();
    }

    /// <summary>
    /// True for what a reader cannot see, or takes for something else: controls (C0 and C1), separators and spaces other than
    /// U+0020, all format characters (joiners, marks of direction, tags), what Unicode lets fonts ignore (fillers,
    /// variation selectors), blanks, and what has no agreed look (private use, not assigned).
    /// </summary>
    /// <remarks>The price: emoji that are joined, and scripts that need joiners, show these as escapes.</remarks>
    internal static bool IsInvisible(Rune rune) => rune.Value >= 0x7F
        ? IsOfNoLook(Rune.GetUnicodeCategory(rune)) || IsIgnorable(rune.Value)
        : rune.Value < ' ' || rune.Value == 0x7F;

    private static bool IsOfNoLook(UnicodeCategory category) => category is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>
    /// Those of Default_Ignorable_Code_Point (Unicode's DerivedCoreProperties.txt) that are letters or marks by
    /// their category, so that .NET does not tell them; and the blank of Braille.
    /// </summary>
    private static bool IsIgnorable(int value) => value switch
    {
        0x034F => true, // combining grapheme joiner
        0x115F or 0x1160 or 0x3164 or 0xFFA0 => true, // Hangul fillers
        0x17B4 or 0x17B5 => true, // Khmer inherent vowels
        >= 0x180B and <= 0x180F => true, // Mongolian variation selectors
        >= 0xFE00 and <= 0xFE0F => true, // variation selectors
        >= 0xE0000 and <= 0xE0FFF => true, // tags, more variation selectors, reserved
        0x2800 => true, // Braille blank
        _ => false,
    };
}
