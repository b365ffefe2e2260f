using System.Globalization;

namespace LinuxMem.Engine.Filters;

/// <summary>A position in the text of a filter, and the tokens that are read from there.</summary>
internal sealed class FilterReader(string text)
{
    public string Text { get; } = text;

    public int Position { get; set; }

    public bool AtEnd => Position >= Text.Length;

    public static bool IsWordCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    public bool IsAt(char c) => !AtEnd && Text[Position] == c;

    public bool TryTake(char c)
    {
        if (!IsAt(c))
        {
            return false;
        }

        Position++;
        return true;
    }

    public void SkipBlanks()
    {
        while (!AtEnd && char.IsWhiteSpace(Text[Position]))
        {
            Position++;
        }
    }

    /// <summary>Reads letters, digits and underscores; possibly none.</summary>
    public string TakeWord()
    {
        int start = Position;
        while (!AtEnd && IsWordCharacter(Text[Position]))
        {
            Position++;
        }

        return Text[start..Position];
    }

    /// <summary>Reads a whole number; a sign and leading zeros are allowed.</summary>
    /// <exception cref="FilterSyntaxException">There is no number, or it is out of range.</exception>
    public long TakeNumber(long minimum, long maximum)
    {
        int start = Position;
        bool isNegative = minimum < 0 && IsAt('-');
        if (isNegative || IsAt('+'))
        {
            Position++;
        }

        int digits = Position;
        long number = 0;
        while (!AtEnd && char.IsAsciiDigit(Text[Position]))
        {
            // Clamp: beyond the range the exact value does not matter.
            number = Math.Min((number * 10) + (Text[Position] - '0'), uint.MaxValue + 1L);
            Position++;
        }

        number = isNegative ? -number : number;
        bool isWhole = Position > digits && (AtEnd || !IsWordCharacter(Text[Position]));
        if (!isWhole || number < minimum || number > maximum)
        {
            throw new FilterSyntaxException(Text, start, string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));
        }

        return number;
    }

    /// <summary>The error that something else was expected at this position.</summary>
    public FilterSyntaxException Expected(string expected, string? hint = null) => new(Text, Position, expected, hint);
}
