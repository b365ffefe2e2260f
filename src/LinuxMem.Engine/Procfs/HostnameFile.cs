using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/sys/kernel/hostname</c> (proc_sys_kernel(5)), and <c>/etc/hostname</c> (hostname(5)), which has the same form.</summary>
internal static class HostnameFile
{
    /// <summary>The longest host name that is believed, in bytes; Linux has 64.</summary>
    public const int MaxLength = 255;

    /// <summary>The name on the first line that is no comment; null when there is none.</summary>
    public static string? Parse(ReadOnlySpan<byte> text)
    {
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            ReadOnlySpan<byte> name = Trimmed(line);
            if (name is not [] and not [(byte)'#', ..])
            {
                return name.Length <= MaxLength ? SurrogateEscape.Decode(name) : null;
            }
        }

        return null;
    }

    /// <summary>The name that a tree tells; null where it does not.</summary>
    public static string? Read(ProcTree root)
    {
        byte[] buffer = new byte[4096];
        int n = root.ReadWhole("sys/kernel/hostname\0"u8, ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n)) : null;
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line)
    {
        int start = 0, end = line.Length;
        while (start < end && IsBlank(line[start]))
        {
            start++;
        }

        while (end > start && IsBlank(line[end - 1]))
        {
            end--;
        }

        return line[start..end];

        static bool IsBlank(byte one) => one is (byte)' ' or (byte)'\t' or (byte)'\r';
    }
}
