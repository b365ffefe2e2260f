using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary>Reads the fields of a line of /proc text, separated by any number of spaces or tabs.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>The next field; empty at the end.</summary>
    public ReadOnlySpan<byte> Next()
    {
        int start = 0;
        while (start < rest.Length && IsBlank(rest[start]))
        {
            start++;
        }

        int end = start;
        while (end < rest.Length && !IsBlank(rest[end]))
        {
            end++;
        }

        ReadOnlySpan<byte> field = rest[start..end];
        rest = rest[end..];
        return field;
    }

    /// <summary>A text without the spaces before it.</summary>
    /// <remarks>In the place of <c>TrimStart</c>, which is compiled anew in each process.</remarks>
    public static ReadOnlySpan<byte> WithoutSpaces(ReadOnlySpan<byte> text)
    {
        int start = 0;
        while (start < text.Length && text[start] == (byte)' ')
        {
            start++;
        }

        return text[start..];
    }

    /// <summary>Skips <paramref name="count"/> fields.</summary>
    public void Skip(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Next();
        }
    }

    /// <summary>Reads the next field as an unsigned decimal number; false when it is not one.</summary>
    public bool TryNumber(out ulong value)
    {
        ReadOnlySpan<byte> field = Next();
        return Utf8Parser.TryParse(field, out value, out int used) && used == field.Length && used > 0;
    }

    /// <summary>Reads the next field as a signed decimal number; false when it is not one.</summary>
    public bool TrySigned(out long value)
    {
        ReadOnlySpan<byte> field = Next();
        return Utf8Parser.TryParse(field, out value, out int used) && used == field.Length && used > 0;
    }

    /// <summary>Takes one line off <paramref name="text"/>, without its newline; false at the end.</summary>
    public static bool TryTakeLine(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        if (text.IsEmpty)
        {
            line = default;
            return false;
        }

        int newline = text.IndexOf((byte)'\n');
        line = newline < 0 ? text : text[..newline];
        text = newline < 0 ? default : text[(newline + 1)..];
        return true;
    }

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n';
}
