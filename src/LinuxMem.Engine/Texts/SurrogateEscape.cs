using System.Text;

namespace LinuxMem.Engine.Texts;

/// <summary>
/// Converts names, arguments, environment values and paths from the kernel's bytes into strings, and back, without
/// loss.
/// </summary>
/// <remarks>
/// The kernel does not define their encoding. Valid UTF-8 is decoded; every other byte becomes the lone low surrogate
/// U+DC00 + byte, as with Python's <c>surrogateescape</c>, so that different bytes always give different text.
/// </remarks>
internal static class SurrogateEscape
{
    /// <summary>Decodes <paramref name="bytes"/>.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used);
            if (status == System.Buffers.OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
            else
            {
                foreach (byte b in bytes[..used])
                {
                    text.Append((char)(0xDC00 + b));
                }
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    /// <summary>Encodes <paramref name="text"/>: the inverse of <see cref="Decode"/>.</summary>
    public static byte[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new List<byte>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is >= '\uDC80' and <= '\uDCFF')
            {
                bytes.Add((byte)(c - 0xDC00));
                continue;
            }

            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                int n = new Rune(c, text[i + 1]).EncodeToUtf8(utf8);
                foreach (byte b in utf8[..n])
                {
                    bytes.Add(b);
                }

                i++;
                continue;
            }

            var rune = char.IsSurrogate(c) ? Rune.ReplacementChar : new Rune(c);
            int length = rune.EncodeToUtf8(utf8);
            foreach (byte b in utf8[..length])
            {
                bytes.Add(b);
            }
        }

        return bytes.ToArray();
    }
}
