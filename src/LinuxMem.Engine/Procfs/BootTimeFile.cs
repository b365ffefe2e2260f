
namespace LinuxMem.Engine.Procfs;

/// <summary>The line <c>btime</c> of <c>/proc/stat</c> (proc_stat(5)).</summary>
internal static class BootTimeFile
{
    /// <summary>The boot time in UTC; the minimum date when the file does not have it.</summary>
    public static DateTime Read(ProcTree root)
    {
        byte[] buffer = new byte[16384];
        int n = root.ReadWhole("stat\0"u8, ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n)) : DateTime.UnixEpoch;
    }

    /// <summary>Parses the text of the file.</summary>
    public static DateTime Parse(ReadOnlySpan<byte> text)
    {
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (fields.Next().SequenceEqual("btime"u8) && fields.TryNumber(out ulong seconds) && seconds < uint.MaxValue)
            {
                return DateTime.UnixEpoch.AddSeconds(seconds);
            }
        }

        return DateTime.UnixEpoch;
    }
}
