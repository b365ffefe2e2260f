using System.Globalization;
using System.Text;

namespace LinuxMem.Engine.Texts;

/// <summary>The width of text in terminal cells.</summary>
public static class DisplayWidth
{
    /// <summary>The ranges of East Asian width W and F (Unicode's EastAsianWidth.txt).</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x25FD, 0x25FE), (0x2614, 0x2615),
        (0x2648, 0x2653), (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x2705, 0x2705), (0x270A, 0x270B), (0x2728, 0x2728),
        (0x274C, 0x274C), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50),
        (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97F),
        (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6),
        (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F18E),
        (0x1F191, 0x1F19A), (0x1F200, 0x1F320), (0x1F32D, 0x1F335), (0x1F337, 0x1F37C), (0x1F37E, 0x1F393),
        (0x1F3A0, 0x1F3CA), (0x1F3CF, 0x1F3D3), (0x1F3E0, 0x1F3F0), (0x1F3F4, 0x1F3F4), (0x1F3F8, 0x1F43E),
        (0x1F440, 0x1F440), (0x1F442, 0x1F4FC), (0x1F4FF, 0x1F53D), (0x1F54B, 0x1F567), (0x1F57A, 0x1F57A),
        (0x1F595, 0x1F596), (0x1F5A4, 0x1F5A4), (0x1F5FB, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F6CC, 0x1F6CC),
        (0x1F6D0, 0x1F6FF), (0x1F7E0, 0x1F7EB), (0x1F90C, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The width in cells of text without control characters.</summary>
    public static int Of(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += rune.Value < 0x300 ? 1 : Of(rune);
        }

        return width;
    }

    /// <summary>
    /// The text as a terminal may show it (<see cref="VisibleText.ForTerminal"/>), in at most <paramref name="widest"/> cells.
    /// </summary>
    public static string Visible(string text, int widest)
    {
        ArgumentNullException.ThrowIfNull(text);

        // Of a very long text only the beginning is looked at: more characters than that are not in so many cells.
        long most = 16L * widest;
        return Cut(VisibleText.ForTerminal(text.Length <= most ? text : $"{text.AsSpan(0, (int)most)}…"), widest);
    }

    /// <summary>As <see cref="Visible"/>, cut in its middle.</summary>
    public static string VisibleMiddle(string text, int widest)
    {
        ArgumentNullException.ThrowIfNull(text);

        // Of a very long text only the beginning and the end are looked at.
        int most = (int)Math.Min(16L * widest, int.MaxValue / 2);
        return CutMiddle(VisibleText.ForTerminal(text.Length <= 2L * most ? text : $"{text.AsSpan(0, most)}…{text.AsSpan(text.Length - most)}"), widest);
    }

    /// <summary>The text, cut with an ellipsis where it is wider than <paramref name="widest"/> cells.</summary>
    public static string Cut(string text, int widest)
    {
        if (text.Length <= widest / 2 || Of(text) <= widest)
        {
            return text;
        }

        int width = 1;
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width > widest)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return $"{text.AsSpan(0, length)}…";
    }

    /// <summary>A list of words, cut between two of them where it is wider than <paramref name="widest"/> cells: no number is cut.</summary>
    public static string CutList(string text, int widest)
    {
        string cut = Cut(text, widest);
        return cut.Length < text.Length && cut.LastIndexOf(' ') is int last and > 0 ? $"{cut.AsSpan(0, last + 1)}…" : cut;
    }

    /// <summary>The text in lines of at most <paramref name="widest"/> cells, broken between words; a longer word stands alone.</summary>
    public static string Wrap(string text, int widest)
    {
        var lines = new StringBuilder(text.Length + 8);
        int left = 0;
        foreach (string word in text.Split(' '))
        {
            int width = Of(word);
            if (lines.Length > 0)
            {
                bool fits = width < left;
                lines.Append(fits ? ' ' : '\n');
                left = fits ? left - 1 : widest;
            }
            else
            {
                left = widest;
            }

            lines.Append(word);
            left -= width;
        }

        return lines.ToString();
    }

    /// <summary>The text, with an ellipsis in the place of its middle where it is wider than <paramref name="widest"/> cells.</summary>
    public static string CutMiddle(string text, int widest)
    {
        if (text.Length <= widest / 2 || Of(text) <= widest)
        {
            return text;
        }

        string head = Cut(text, (widest + 1) / 2);
        int left = widest - Of(head);
        int start = text.Length;
        while (start > 0)
        {
            int length = start > 1 && char.IsSurrogatePair(text[start - 2], text[start - 1]) ? 2 : 1;
            int width = Rune.TryGetRuneAt(text, start - length, out Rune rune) ? Of(rune) : 1;
            if (width > left)
            {
                break;
            }

            left -= width;
            start -= length;
        }

        return head + text[start..];
    }

    private static int Of(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        foreach ((int first, int last) in Wide)
        {
            if (rune.Value <= last)
            {
                return rune.Value >= first ? 2 : 1;
            }
        }

        return 1;
    }
}
