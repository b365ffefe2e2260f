using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Filters;

/// <summary>
/// A pattern for text, in which <c>*</c> may stand for any characters and <c>?</c> for one. It must match the whole
/// text; letters are compared exactly, case included.
/// </summary>
/// <remarks>
/// A character is a Unicode character or, in text that is not UTF-8, a byte, as <see cref="SurrogateEscape"/> decodes
/// them.
/// </remarks>
public sealed class TextPattern : IEquatable<TextPattern>
{
    private const int AnyText = -1;
    private const int AnyCharacter = -2;

    /// <summary>Characters and wildcards; null for a pattern without wildcards.</summary>
    private readonly int[]? elements;

    private TextPattern(string literal) => LiteralText = literal;

    private TextPattern(int[] elements) => this.elements = elements;

    /// <summary>The text of a pattern without wildcards; else null.</summary>
    public string? LiteralText { get; }

    /// <summary>True for a pattern of digits and wildcards only, which a number can match.</summary>
    internal bool IsOfDigits => elements is null
        ? LiteralText!.Length > 0 && LiteralText.All(char.IsAsciiDigit)
        : Array.TrueForAll(elements, element => element is AnyText or AnyCharacter or (>= '0' and <= '9'));

    /// <summary>A pattern that matches exactly this text, whatever characters it contains.</summary>
    public static TextPattern Literal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TextPattern(JoinBytes(text));
    }

    /// <summary>True when the pattern matches the whole text.</summary>
    public bool Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return elements is null ? string.Equals(text, LiteralText, StringComparison.Ordinal) : MatchesWildcards(elements, text);
    }

    /// <summary>The pattern as written in a filter, in quotes where they are needed.</summary>
    public override string ToString()
    {
        if (elements is null)
        {
            return Written(LiteralText!);
        }

        var text = new StringBuilder();
        var run = new StringBuilder();
        foreach (int element in elements)
        {
            if (element >= 0)
            {
                AppendCharacter(run, element);
                continue;
            }

            text.Append(run.Length > 0 ? Written(run.ToString()) : "").Append(element == AnyText ? '*' : '?');
            run.Clear();
        }

        return text.Append(run.Length > 0 ? Written(run.ToString()) : "").ToString();
    }

    /// <inheritdoc/>
    public bool Equals(TextPattern? other) =>
        other is not null
        && string.Equals(LiteralText, other.LiteralText, StringComparison.Ordinal)
        && elements.AsSpan().SequenceEqual(other.elements);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TextPattern);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(LiteralText);
        foreach (int element in elements ?? [])
        {
            hash.Add(element);
        }

        return hash.ToHashCode();
    }

    /// <summary>
    /// Two-pointer wildcard matching: on a mismatch it backtracks to the last <c>*</c> only, so its time is at most the
    /// product of both lengths.
    /// </summary>
    private static bool MatchesWildcards(int[] pattern, string text)
    {
        int p = 0;
        int t = 0;
        int afterStar = -1;
        int starText = 0;
        while (t < text.Length)
        {
            int character = CharacterAt(text, t, out int width);
            if (p < pattern.Length && (pattern[p] == character || pattern[p] == AnyCharacter))
            {
                p++;
                t += width;
            }
            else if (p < pattern.Length && pattern[p] == AnyText)
            {
                p++;
                if (p == pattern.Length)
                {
                    return true;
                }

                afterStar = p;
                starText = t;
            }
            else if (afterStar >= 0)
            {
                _ = CharacterAt(text, starText, out width);
                starText += width;
                t = starText;
                p = afterStar;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == AnyText)
        {
            p++;
        }

        return p == pattern.Length;
    }

    private static int CharacterAt(string text, int index, out int width)
    {
        char c = text[index];
        if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            width = 2;
            return char.ConvertToUtf32(c, text[index + 1]);
        }

        width = 1;
        return c;
    }

    private static void AppendCharacter(StringBuilder text, int character)
    {
        if (character <= char.MaxValue)
        {
            text.Append((char)character);
        }
        else
        {
            text.Append(char.ConvertFromUtf32(character));
        }
    }

    private static string Written(string literal) => IsClearWithoutQuotes(literal) ? literal : EscapedText.Quote(literal);

    private static bool IsClearWithoutQuotes(string text)
    {
        if (text.Length == 0 || text[0] == ' ' || text[^1] == ' ' || text.AsSpan().ContainsAny("(),\"'\\*?"))
        {
            return false;
        }

        for (int i = 0; i < text.Length;)
        {
            int character = CharacterAt(text, i, out int width);
            if (EscapedText.NeedsEscape(character) || (character != ' ' && width == 1 && char.IsWhiteSpace((char)character)))
            {
                return false;
            }

            i += width;
        }

        return true;
    }

    /// <summary>
    /// Joins adjacent escaped bytes that form UTF-8 into the character, because text decoded from the kernel never has
    /// them apart.
    /// </summary>
    private static string JoinBytes(string text)
    {
        StringBuilder? joined = null;
        int copied = 0;
        for (int i = 0; i < text.Length;)
        {
            if (!IsByte(CharacterAt(text, i, out int width)))
            {
                i += width;
                continue;
            }

            int start = i;
            while (i < text.Length && IsByte(text[i]))
            {
                i++;
            }

            joined ??= new StringBuilder(text.Length);
            joined.Append(text, copied, start - copied).Append(SurrogateEscape.Decode(SurrogateEscape.Encode(text[start..i])));
            copied = i;
        }

        return joined is null ? text : joined.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool IsByte(int character) => character is >= 0xDC80 and <= 0xDCFF;

    /// <summary>Builds a pattern character by character.</summary>
    internal sealed class Builder
    {
        private readonly List<int> elements = [];
        private readonly StringBuilder run = new();

        public void Append(char c) => run.Append(c);

        public void AppendAnyCharacter()
        {
            EndRun();
            elements.Add(AnyCharacter);
        }

        /// <summary>Appends a wildcard for any text; adjacent ones are merged.</summary>
        public void AppendAnyText()
        {
            EndRun();
            if (elements.Count == 0 || elements[^1] != AnyText)
            {
                elements.Add(AnyText);
            }
        }

        /// <summary>Removes the last ordinary characters.</summary>
        public void RemoveLast(int count) => run.Length -= count;

        public TextPattern Build()
        {
            if (elements.Count == 0)
            {
                return Literal(run.ToString());
            }

            EndRun();
            return new TextPattern(elements.ToArray());
        }

        private void EndRun()
        {
            string text = JoinBytes(run.ToString());
            run.Clear();
            for (int i = 0; i < text.Length;)
            {
                elements.Add(CharacterAt(text, i, out int width));
                i += width;
            }
        }
    }
}
