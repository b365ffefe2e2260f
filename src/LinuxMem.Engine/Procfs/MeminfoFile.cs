
using System.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/meminfo</c> (proc_meminfo(5)), and the <c>meminfo</c> of a node in sysfs, which has the same lines.</summary>
internal static class MeminfoFile
{
    /// <summary>More lines than any kernel has.</summary>
    private const int MaxLines = 512;

    /// <summary>Longer than any name of a line.</summary>
    private const int MaxName = 64;

    /// <summary>More bytes than any machine has, and than any address space; sums of such are numbers still.</summary>
    public const long MaxBytes = 1L << 58;

    /// <summary>
    /// All lines by their names: bytes where the line has a unit, else the number as it is (<c>HugePages_Total</c>). Of a line that
    /// comes twice, the first; what is no such line, or more than there can be, is left out.
    /// </summary>
    public static Dictionary<string, long> ParseAll(ReadOnlySpan<byte> text)
    {
        var all = new Dictionary<string, long>(StringComparer.Ordinal);
        while (all.Count < MaxLines && FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith("Node "u8))
            {
                var node = new FieldReader(line);
                node.Skip(2);
                line = FieldReader.WithoutSpaces(node.Rest);
            }

            int colon = line.IndexOf((byte)':');
            if (colon is <= 0 or > MaxName)
            {
                continue;
            }

            var fields = new FieldReader(line[(colon + 1)..]);
            if (fields.TryNumber(out ulong number))
            {
                bool isKib = fields.Next().SequenceEqual("kB"u8);
                if (number <= (ulong)(isKib ? MaxBytes / 1024 : MaxBytes))
                {
                    all.TryAdd(Encoding.ASCII.GetString(line[..colon]), (long)number * (isKib ? 1024 : 1));
                }
            }
        }

        return all;
    }

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
