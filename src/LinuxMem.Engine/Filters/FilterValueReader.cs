using System.Globalization;

namespace LinuxMem.Engine.Filters;

/// <summary>Reads the text arguments of one predicate: bare, quoted, or a mixture of both.</summary>
/// <remarks>
/// Compatible with memstats: in bare text that has no wildcards and does not begin with a quote, quotes, backslashes
/// and balanced parentheses are ordinary characters.
/// </remarks>
/// <param name="reader">Where to read.</param>
/// <param name="opening">The position of the predicate's opening parenthesis.</param>
internal sealed class FilterValueReader(FilterReader reader, int opening)
{
    /// <summary>The hint for an unbalanced parenthesis.</summary>
    public const string PairHint = "A parenthesis without its partner, in a value, must stand in quotes.";

    private const string CommaHint = "A value that has a comma in it must stand in quotes.";
    private const string BlankHint = "White space beside quoted text must stand inside the quotes if it belongs to the value.";
    private const string EscapeNames = "\\n, \\r, \\t, \\xNN, \\uNNNN, or a backslash before a punctuation mark";

    /// <summary>How many bare parentheses are open here; they may open in one argument and close in the next.</summary>
    private int depth;

    /// <summary>Reads text up to the predicate's closing parenthesis.</summary>
    public TextPattern TakeLast(bool hasWildcards) => Take(')', hasWildcards, commaIsOrdinary: true);

    /// <summary>Reads text up to and including the next comma, even inside bare parentheses.</summary>
    public TextPattern TakeFirst()
    {
        TextPattern pattern = Take(',', hasWildcards: false, commaIsOrdinary: false);
        reader.Position++;
        return pattern;
    }

    /// <summary>Reads text after the comma, up to the predicate's closing parenthesis.</summary>
    public TextPattern TakeSecond() => Take(')', hasWildcards: true, commaIsOrdinary: false);

    private TextPattern Take(char end, bool hasWildcards, bool commaIsOrdinary)
    {
        var value = new TextPattern.Builder();
        bool quoteOpens = true;
        bool hasQuotes = false;
        int blanks = 0;
        reader.SkipBlanks();
        while (true)
        {
            if (reader.AtEnd)
            {
                throw reader.Expected($"'{end}'", string.Create(CultureInfo.InvariantCulture, $"The '(' at offset {opening} is not closed. {PairHint}"));
            }

            char c = reader.Text[reader.Position];
            if (IsEnd(c, end))
            {
                break;
            }

            if (c is '"' or '\'' && (quoteOpens || hasQuotes))
            {
                TakeQuoted(value, end, blanks);
                hasQuotes = true;
                blanks = 0;
                continue;
            }

            quoteOpens = false;
            blanks = char.IsWhiteSpace(c) ? blanks + 1 : 0;
            if (hasWildcards && c == '\\' && reader.Position + 1 < reader.Text.Length && reader.Text[reader.Position + 1] is '*' or '?')
            {
                reader.Position++;
                value.Append(reader.Text[reader.Position]);
            }
            else if (hasWildcards && c is '*' or '?')
            {
                AppendWildcard(value, c);
                quoteOpens = true;
            }
            else
            {
                CheckOrdinary(c, end, commaIsOrdinary);
                value.Append(c);
            }

            reader.Position++;
        }

        value.RemoveLast(blanks);
        return value.Build();
    }

    private static void AppendWildcard(TextPattern.Builder value, char c)
    {
        if (c == '*')
        {
            value.AppendAnyText();
        }
        else
        {
            value.AppendAnyCharacter();
        }
    }

    private bool IsEnd(char c, char end) => c == end && (end == ',' || depth == 0);

    private void CheckOrdinary(char c, char end, bool commaIsOrdinary)
    {
        switch (c)
        {
            case '(':
                depth++;
                break;
            case ')' when depth == 0:
                throw reader.Expected($"'{end}'");
            case ')':
                depth--;
                break;
            case ',' when !commaIsOrdinary:
                throw reader.Expected($"'{end}'", CommaHint);
            default:
                break;
        }
    }

    /// <summary>Reads a quoted piece, and the white space after it when the argument ends there.</summary>
    private void TakeQuoted(TextPattern.Builder value, char end, int blanksBefore)
    {
        if (blanksBefore > 0)
        {
            throw reader.Expected($"'{end}'", BlankHint);
        }

        int start = reader.Position;
        char quote = reader.Text[reader.Position++];
        while (!reader.TryTake(quote))
        {
            if (reader.AtEnd)
            {
                throw reader.Expected($"the closing {quote}", string.Create(CultureInfo.InvariantCulture, $"The quote at offset {start} is not closed."));
            }

            if (reader.IsAt('\\'))
            {
                value.Append(TakeEscape());
            }
            else
            {
                value.Append(reader.Text[reader.Position++]);
            }
        }

        if (reader.AtEnd || !char.IsWhiteSpace(reader.Text[reader.Position]))
        {
            return;
        }

        reader.SkipBlanks();
        if (!reader.AtEnd && !IsEnd(reader.Text[reader.Position], end))
        {
            throw reader.Expected($"'{end}'", BlankHint);
        }
    }

    private char TakeEscape()
    {
        string text = reader.Text;
        int at = reader.Position + 1;
        if (at < text.Length)
        {
            switch (text[at])
            {
                case 'n':
                    reader.Position += 2;
                    return '\n';
                case 'r':
                    reader.Position += 2;
                    return '\r';
                case 't':
                    reader.Position += 2;
                    return '\t';
                case 'x' when TryHex(at + 1, 2, out int value):
                    reader.Position += 4;
                    return (char)(value < 0x80 ? value : 0xDC00 + value);
                case 'u' when TryHex(at + 1, 4, out int value):
                    reader.Position += 6;
                    return (char)value;
                case char c when char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c)):
                    reader.Position += 2;
                    return c;
                default:
                    break;
            }
        }

        throw reader.Expected(EscapeNames);
    }

    private bool TryHex(int start, int length, out int value)
    {
        value = 0;
        return start + length <= reader.Text.Length
            && int.TryParse(reader.Text.AsSpan(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
