using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// A plain and slow count of what processes map, to hold the engine against: every entry of
/// <c>/proc/PID/pagemap</c> of every mapping goes into ordinary sets. Shares no code with the engine.
/// </summary>
internal static class IndependentCount
{
    /// <summary>On any kernel, types below this are swap areas.</summary>
    private const int LeastSwapAreas = 23;

    private const ulong FrameBits = (1UL << 55) - 1;
    private const ulong FileBit = 1UL << 61;
    private const ulong SwapBit = 1UL << 62;
    private const ulong PresentBit = 1UL << 63;
    private const ulong KpfAnon = 1UL << 12;
    private const ulong KpfZeroPage = 1UL << 24;
    private const int ChunkBytes = 1 << 20;

    /// <summary>Bytes of a page.</summary>
    public static int PageSize { get; } = Environment.SystemPageSize;

    /// <summary>Counts one process.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="thread">A living thread of it, where the main thread has ended.</param>
    /// <param name="byMapping">Whether to keep what is counted by mapping, too.</param>
    public static ProcessPages Read(int pid, int? thread = null, bool byMapping = false)
    {
        string folder = thread is int t ? $"/proc/{pid}/task/{t}" : $"/proc/{pid}";
        // Of those above, as many as are in use now: tests take them into use in order, and none out.
        var pages = new ProcessPages { Pid = pid, SwapAreas = (ulong)Math.Max(LeastSwapAreas, File.Exists("/proc/swaps") ? Staging.SwapAreas.CountInUse() : 0) };
        using FileStream pageMap = Open(folder + "/pagemap");
        using FileStream flags = Open("/proc/kpageflags");
        byte[] chunk = new byte[ChunkBytes];
        foreach (string line in Lines(folder + "/maps"))
        {
            // 7f2eacb86000-7f2eacb90000 rw-s 00000000 00:01 131073        /SYSV00000000 (deleted)
            string[] fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            string name = fields.Length > 5 ? fields[5] : "";
            string[] range = fields[0].Split('-');
            ulong start = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ulong end = ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            pages.Current = null;
            if (byMapping)
            {
                pages.Mapped.Add(pages.Current = new MappedPages(fields[1], fields[3], fields[4], name, end - start));
            }

            if (name == "[vsyscall]")
            {
                continue;
            }

            HashSet<ulong>? segment = null;
            if (name.StartsWith("/SYSV", StringComparison.Ordinal) && name.Length == 23 && name.EndsWith(" (deleted)", StringComparison.Ordinal))
            {
                long id = long.Parse(fields[4], CultureInfo.InvariantCulture);
                pages.Segments.TryAdd(id, []);
                segment = pages.Segments[id];
                if (IsHuge(folder, fields[0]))
                {
                    pages.HugeSegments.Add(id);
                }
            }

            ReadMapping(pages, segment, pageMap, flags, chunk, start, end);
        }

        return pages;
    }

    private static void ReadMapping(ProcessPages pages, HashSet<ulong>? segment, FileStream pageMap, FileStream flags, byte[] chunk, ulong start, ulong end)
    {
        long at = (long)(start / (ulong)PageSize) * 8;
        long stop = (long)(end / (ulong)PageSize) * 8;
        while (at < stop)
        {
            int length = (int)Math.Min(chunk.Length, stop - at);
            pageMap.Position = at;
            pageMap.ReadExactly(chunk, 0, length);
            at += length;
            for (int i = 0; i < length; i += 8)
            {
                ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(chunk.AsSpan(i));
                if (entry != 0)
                {
                    Add(pages, segment, flags, entry);
                }
            }
        }
    }

    private static void Add(ProcessPages pages, HashSet<ulong>? segment, FileStream flags, ulong entry)
    {
        if ((entry & PresentBit) != 0)
        {
            ulong frame = entry & FrameBits;
            if (segment is not null)
            {
                segment.Add(frame);
            }
            else if (IsStranger(FlagsOf(flags, frame), ofFile: (entry & FileBit) != 0))
            {
                pages.Strangers++;
            }
            else
            {
                pages.Repeated += pages.Frames.Add(frame) ? 0 : 1;
                pages.Current?.Frames.Add(frame);
                if ((entry & FileBit) == 0)
                {
                    pages.Current?.Anonymous.Add(frame);
                    pages.Anonymous.Add(frame);
                }
            }
        }
        else if ((entry & SwapBit) != 0 && (entry & 31) < pages.SwapAreas && segment is null)
        {
            pages.Slots.Add(entry & FrameBits);
            pages.Current?.Slots.Add(entry & FrameBits);
            if ((entry & FileBit) == 0)
            {
                pages.AnonymousSlots.Add(entry & FrameBits);
            }
        }
    }

    /// <summary>
    /// True for a frame that the kernel counts for nobody: the zero page and the huge zero page, and one that is
    /// neither anonymous nor of a file (the kernel's own data, a device).
    /// </summary>
    private static bool IsStranger(ulong flags, bool ofFile) => (flags & KpfZeroPage) != 0 || (!ofFile && (flags & KpfAnon) == 0);

    /// <summary>The flags of a frame (Documentation/admin-guide/mm/pagemap.rst); none for one beyond all RAM.</summary>
    private static ulong FlagsOf(FileStream flags, ulong frame)
    {
        Span<byte> value = stackalloc byte[8];
        flags.Position = (long)frame * 8;
        return flags.ReadAtLeast(value, 8, throwOnEndOfStream: false) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(value) : 0;
    }

    /// <summary>A path may hold any bytes but a line feed, a carriage return among them.</summary>
    private static IEnumerable<string> Lines(string path) => Encoding.Latin1.GetString(File.ReadAllBytes(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>True when smaps gives the mapping pages larger than the base page.</summary>
    private static bool IsHuge(string folder, string range)
    {
        string size = Lines(folder + "/smaps")
            .SkipWhile(line => !line.StartsWith(range, StringComparison.Ordinal))
            .First(line => line.StartsWith("KernelPageSize:", StringComparison.Ordinal));
        return long.Parse(size.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 > PageSize;
    }
}
