using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell;

/// <summary>
/// The width of text as PowerShell counts it when it lays out a table: like a terminal, but every UTF-16 unit by itself.
/// A mark that combines with the letter before it takes a cell of its own there, and few symbols take two.
/// </summary>
internal static class ShellWidth
{
    private const char Ellipsis = '…';

    /// <summary>The width of text.</summary>
    public static int Of(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    /// <summary>The text, cut with an ellipsis where it is wider.</summary>
    public static string Cut(string text, int cells)
    {
        if (Of(text) <= cells)
        {
            return text;
        }

        int left = cells - 1;
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= Of(rune);
            if (left < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return $"{text.AsSpan(0, length)}{Ellipsis}";
    }

    /// <summary>True for the symbols of two cells, such as ✅, that PowerShell takes for one.</summary>
    public static bool IsUnderrated(char unit) => unit is >= '\u231A' and <= '\u2B55' and not ('\u2329' or '\u232A') && DisplayWidth.Of(unit.ToString()) == 2;

    private static int Of(Rune rune) => Math.Max(rune.Utf16SequenceLength, DisplayWidth.Of(rune.ToString()));
}
