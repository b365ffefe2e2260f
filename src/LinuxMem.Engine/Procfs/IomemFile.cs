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
    public static List<AddressRange> SystemRam(ProcTree root)
    {
        var ranges = new List<AddressRange>();
        using OpenedFile file = root.Open("iomem\0"u8);
        if (file.IsOpen)
        {
            var lines = new LineStream(file, new byte[16384], FileBounds.Lists, CancellationToken.None);
            while (lines.TryNext(out ReadOnlySpan<byte> line))
            {
                Add(ranges, line);
            }

            Add(ranges, lines.Rest);
        }

        ranges.Sort(Compare);
        return ranges;
    }

    /// <summary>Parses the text of the file.</summary>
    public static List<AddressRange> Parse(ReadOnlySpan<byte> text)
    {
        var ranges = new List<AddressRange>();
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            Add(ranges, line);
        }

        ranges.Sort(Compare);
        return ranges;
    }

    private static int Compare(AddressRange one, AddressRange other) => one.Start != other.Start ? one.Start.CompareTo(other.Start) : one.End.CompareTo(other.End);

    private static void Add(List<AddressRange> ranges, ReadOnlySpan<byte> line)
    {
        // "00100000-bfffffff : System RAM", indented inside another range (CXL, virtio).
        ReadOnlySpan<byte> rest = FieldReader.WithoutSpaces(line);
        int colon = rest.IndexOf(" : "u8);
        if (colon >= 0 && rest[(colon + 3)..].StartsWith("System RAM"u8)
            && Utf8Parser.TryParse(rest, out ulong start, out int used, 'x') && used < rest.Length && rest[used] == '-'
            && Utf8Parser.TryParse(rest[(used + 1)..], out ulong last, out _, 'x') && last > start && last < PhysicalEnd)
        {
            ranges.Add(new AddressRange(start, last + 1));
        }
    }
}

/// <summary>Addresses from <see cref="Start"/> to before <see cref="End"/>.</summary>
internal sealed record AddressRange(ulong Start, ulong End);
