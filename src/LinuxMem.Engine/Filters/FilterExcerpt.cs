using System.Globalization;
using System.Text;

namespace LinuxMem.Engine.Filters;

/// <summary>Writes the message of a syntax error: what is wrong, and the filter with a caret under the error.</summary>
internal static class FilterExcerpt
{
    /// <summary>How many columns of the filter are shown on either side of the error.</summary>
    private const int Reach = 32;

    /// <summary>How many characters of the unexpected text are quoted.</summary>
    private const int FoundLength = 20;

    private const string Indent = "  ";

    /// <summary>A sentence that says what is wrong, followed by the hint, if any.</summary>
    public static string Problem(string filter, int position, string expected, string? hint)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The filter is wrong at offset {position}: expected {expected}, found ");
        AppendFound(text, filter, position);
        text.Append('.');
        return hint is null ? text.ToString() : text.Append(' ').Append(hint).ToString();
    }

    /// <summary>The filter around the error, and below it a line with the caret.</summary>
    public static string Show(string filter, int position)
    {
        var text = new StringBuilder(Indent);
        int column = AppendLine(text, filter, position);
        return text.Append('\n').Append(' ', Indent.Length + column).Append('^').ToString();
    }

    private static void AppendFound(StringBuilder text, string filter, int position)
    {
        if (position >= filter.Length)
        {
            text.Append(filter.Length == 0 ? "nothing" : "the end");
            return;
        }

        int end = position;
        while (end < filter.Length && FilterReader.IsWordCharacter(filter[end]))
        {
            end++;
        }

        bool isLong = end - position > FoundLength;
        end = isLong ? position + FoundLength : end;
        text.Append('\'');
        if (end == position)
        {
            EscapedText.Append(text, CharacterAt(filter, position));
        }
        else
        {
            text.Append(filter, position, end - position);
        }

        text.Append(isLong ? "…'" : "'");
    }

    /// <summary>Appends the part of the filter around the error; returns the column of the error in it.</summary>
    private static int AppendLine(StringBuilder text, string filter, int position)
    {
        int start = position;
        for (int room = Reach; start > 0;)
        {
            int before = start >= 2 && char.IsSurrogatePair(filter[start - 2], filter[start - 1]) ? start - 2 : start - 1;
            room -= Shown(filter, before).Width;
            if (room < 0)
            {
                break;
            }

            start = before;
        }

        int column = 0;
        if (start > 0)
        {
            text.Append('…');
            column++;
        }

        int at = start;
        while (at < position)
        {
            (string shown, int width, int length) = Shown(filter, at);
            text.Append(shown);
            column += width;
            at += length;
        }

        for (int room = Reach; at < filter.Length;)
        {
            (string shown, int width, int length) = Shown(filter, at);
            room -= width;
            if (room < 0)
            {
                text.Append('…');
                break;
            }

            text.Append(shown);
            at += length;
        }

        return column;
    }

    private static (string Text, int Width, int Length) Shown(string filter, int index)
    {
        int character = CharacterAt(filter, index);
        int length = character > char.MaxValue ? 2 : 1;
        var text = new StringBuilder();
        EscapedText.Append(text, character);
        int width = EscapedText.NeedsEscape(character) ? text.Length : Width(character);
        return (text.ToString(), width, length);
    }

    private static int CharacterAt(string text, int index) =>
        index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1])
            ? char.ConvertToUtf32(text[index], text[index + 1])
            : text[index];

    /// <summary>
    /// The columns of a terminal that a character takes: none for combining marks, two for East Asian wide characters
    /// and emoji.
    /// </summary>
    private static int Width(int character) => CharUnicodeInfo.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
        _ => character is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
            or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD)
            ? 2
            : 1,
    };
}
