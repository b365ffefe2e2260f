using System.Globalization;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Texts;

/// <summary>
/// Bounds the texts that others make (arguments, values, paths), at the one place where they become strings. Of a longer
/// one the beginning is kept, with a mark that has its length and a hash of the whole: two texts that differ anywhere stay
/// two, and none that was not cut is as long as one with a mark.
/// </summary>
internal static class BoundedText
{
    /// <summary>The most bytes of a text that are kept: what execve(2) allows for one argument or variable (MAX_ARG_STRLEN).</summary>
    public const int MaxBytes = 128 << 10;

    /// <summary>The most characters of a group's key that are kept, and of a group's name before it is cut.</summary>
    private const int MaxKey = 1024;

    /// <summary>The characters that are kept of a longer name, so that it fits in a table with its mark.</summary>
    private const int CutName = 64;

    /// <summary>The text of bytes, cut if they are many.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MaxBytes)
        {
            return SurrogateEscape.Decode(bytes);
        }

        var hash = new TextHash();
        hash.Add(bytes);
        return Decode(bytes, hash, null);
    }

    /// <summary>The text of the beginning of a text, with the mark of a cut.</summary>
    /// <param name="front">The beginning; what is beyond <see cref="MaxBytes"/> is left out.</param>
    /// <param name="whole">Length and hash of the whole text, as far as it was read.</param>
    /// <param name="unread">Whose text it is, where it was not read to its end, so that it is equal to no other's; else null.</param>
    public static string Decode(ReadOnlySpan<byte> front, in TextHash whole, string? unread) =>
        SurrogateEscape.Decode(front[..WholeCharacters(front)]) + Mark(whole, unread);

    /// <summary>A key as groups keep it: whole, or its beginning and the mark of a cut.</summary>
    public static string Key(string text) => text.Length <= MaxKey ? text : text[..Boundary(text, MaxKey)] + Mark(text);

    /// <summary>The name of a group as reports keep it: whole, or so short that it fits in a table with the mark.</summary>
    public static string Name(string text) => text.Length <= MaxKey ? text : text[..Boundary(text, CutName)] + Mark(text);

    /// <summary>True for a text that <see cref="Key"/> and <see cref="Name"/> cut.</summary>
    public static bool IsLongKey(string text) => text.Length > MaxKey;

    private static string Mark(in TextHash whole, string? unread) => unread is null
        ? string.Create(CultureInfo.InvariantCulture, $"… ({whole.Length} bytes; {whole.Value:x16})")
        : string.Create(CultureInfo.InvariantCulture, $"… (more than {whole.Length} bytes; of {unread})");

    private static string Mark(string text)
    {
        var hash = new TextHash();
        hash.Add(MemoryMarshal.AsBytes(text.AsSpan()));
        return string.Create(CultureInfo.InvariantCulture, $"… ({text.Length} characters; {hash.Value:x16})");
    }

    /// <summary>No half of a surrogate pair at the end.</summary>
    private static int Boundary(string text, int length) => char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;

    /// <summary>No part of a UTF-8 sequence at the end, where the cut went through one.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> front)
    {
        int length = Math.Min(front.Length, MaxBytes);
        for (int back = 1; back <= 3 && back < length; back++)
        {
            byte b = front[length - back];
            if (b < 0x80)
            {
                break;
            }

            if (b >= 0xC0)
            {
                int needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return needed > back ? length - back : length;
            }
        }

        return length;
    }
}
