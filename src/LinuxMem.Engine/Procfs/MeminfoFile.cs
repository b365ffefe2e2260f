
namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/meminfo</c> (proc_meminfo(5)).</summary>
internal static class MeminfoFile
{
    /// <summary>The value of a line, in bytes; null when the file does not have that line.</summary>
    public static long? Read(ProcTree root, ReadOnlySpan<byte> name)
    {
        byte[] buffer = new byte[4096];
        int n = root.ReadWhole("meminfo\0"u8, ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n), name) : null;
    }

    /// <summary>Finds the line in the text of the file; the value is in bytes.</summary>
    public static long? Parse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon >= 0 && line[..colon].SequenceEqual(name))
            {
                var fields = new FieldReader(line[(colon + 1)..]);
                return fields.TryNumber(out ulong kib) && kib <= long.MaxValue / 1024 ? (long)kib * 1024 : null;
            }
        }

        return null;
    }
}
