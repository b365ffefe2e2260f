using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/iomem</c> (proc_iomem(5)): the map of physical addresses.</summary>
internal static class IomemFile
{
    /// <summary>A bound above all physical addresses, so that rounding up to whole pages cannot overflow.</summary>
    private const ulong PhysicalEnd = 1UL << 56;

    /// <summary>
    /// The ranges of System RAM by ascending address, in bytes, end exclusive. Empty when the file is missing or its
    /// addresses are hidden (from users without CAP_SYS_ADMIN).
    /// </summary>
    public static List<(ulong Start, ulong End)> SystemRam(ProcTree root)
    {
        var ranges = new List<(ulong Start, ulong End)>();
        using OpenedFile file = root.Open("iomem\0"u8);
        if (file.IsOpen)
        {
            var lines = new LineStream(file, new byte[16384]);
            while (lines.TryNext(out ReadOnlySpan<byte> line))
            {
                Add(ranges, line);
            }

            Add(ranges, lines.Rest);
        }

        ranges.Sort();
        return ranges;
    }

    /// <summary>Parses the text of the file.</summary>
    public static List<(ulong Start, ulong End)> Parse(ReadOnlySpan<byte> text)
    {
        var ranges = new List<(ulong Start, ulong End)>();
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            Add(ranges, line);
        }

        ranges.Sort();
        return ranges;
    }

    private static void Add(List<(ulong Start, ulong End)> ranges, ReadOnlySpan<byte> line)
    {
        // "00100000-bfffffff : System RAM", indented inside another range (CXL, virtio).
        ReadOnlySpan<byte> rest = line.TrimStart((byte)' ');
        int colon = rest.IndexOf(" : "u8);
        if (colon >= 0 && rest[(colon + 3)..].StartsWith("System RAM"u8)
            && Utf8Parser.TryParse(rest, out ulong start, out int used, 'x') && used < rest.Length && rest[used] == '-'
            && Utf8Parser.TryParse(rest[(used + 1)..], out ulong last, out _, 'x') && last > start && last < PhysicalEnd)
        {
            ranges.Add((start, last + 1));
        }
    }
}
