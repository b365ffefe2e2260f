using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LinuxMem.Families;

/// <summary>
/// A plain and slow count of what processes map: every entry of <c>/proc/PID/pagemap</c> of every mapping, by
/// ordinary reads, into ordinary sets. Shares no code with the engine.
/// </summary>
internal sealed class PlainCount : IDisposable
{
    /// <summary>Swap types below this are swap areas on every kernel; families use one area.</summary>
    private const ulong SwapAreas = 23;

    private const ulong FrameBits = (1UL << 55) - 1;
    private const ulong FileBit = 1UL << 61;
    private const ulong SwapBit = 1UL << 62;
    private const ulong PresentBit = 1UL << 63;
    private const ulong KpfAnon = 1UL << 12;
    private const ulong KpfZeroPage = 1UL << 24;
    private const int ChunkFrames = 512;

    private readonly FileStream flags = Open("/proc/kpageflags");
    private readonly Dictionary<ulong, ulong[]> known = [];
    private readonly ulong[] chunk = new ulong[1 << 16];

    private PlainCount()
    {
    }

    /// <summary>Bytes of a page.</summary>
    public static int PageSize { get; } = Environment.SystemPageSize;

    /// <summary>Counts processes.</summary>
    public static PlainProcess[] Of(IReadOnlyList<int> pids)
    {
        using var count = new PlainCount();
        return [.. pids.Select(count.Read)];
    }

    public void Dispose() => flags.Dispose();

    private PlainProcess Read(int pid)
    {
        var process = new PlainProcess { Pid = pid };
        using FileStream map = Open($"/proc/{pid}/pagemap");
        foreach (string line in Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{pid}/maps")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // 7f2eacb86000-7f2eacb90000 rw-s 00000000 00:01 131073        /SYSV00000000 (deleted)
            string[] fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            string name = fields.Length > 5 ? fields[5] : string.Empty;
            if (name != "[vsyscall]")
            {
                bool isSegment = name.StartsWith("/SYSV", StringComparison.Ordinal) && name.Length == 23 && name.EndsWith(" (deleted)", StringComparison.Ordinal);
                process.Mappings.Add(ReadMapping(process, map, fields[0], isSegment, ofFile: fields[4] != "0"));
            }
        }

        return process;
    }

    private PlainMapping ReadMapping(PlainProcess process, FileStream map, string range, bool isSegment, bool ofFile)
    {
        ulong[] ends = [.. range.Split('-').Select(end => ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / (ulong)PageSize)];
        long pages = 0, anonymous = 0, swapped = 0;
        for (ulong at = ends[0]; at < ends[1];)
        {
            Span<ulong> entries = chunk.AsSpan(0, (int)Math.Min((ulong)chunk.Length, ends[1] - at));
            map.Position = (long)at * sizeof(ulong);
            map.ReadExactly(MemoryMarshal.AsBytes(entries));
            at += (ulong)entries.Length;
            foreach (ulong entry in entries)
            {
                ulong frame = entry & FrameBits;
                bool isFile = (entry & FileBit) != 0;
                if ((entry & PresentBit) != 0)
                {
                    if (IsMemory(frame, isFile))
                    {
                        pages++;
                        anonymous += isFile ? 0 : 1;
                        Take(process, isSegment, frame, isFile, isSlot: false);
                    }
                }
                else if ((entry & SwapBit) != 0 && frame % 32 < SwapAreas)
                {
                    swapped++;
                    Take(process, isSegment, frame, isFile, isSlot: true);
                }
            }
        }

        return new PlainMapping(range, isSegment, ofFile, pages, anonymous, swapped);
    }

    private static void Take(PlainProcess process, bool isSegment, ulong number, bool isFile, bool isSlot)
    {
        if (isSegment)
        {
            return;
        }

        (isSlot ? process.Slots : process.Frames).Add(number);
        if (!isFile)
        {
            (isSlot ? process.AnonymousSlots : process.Anonymous).Add(number);
        }
    }

    /// <summary>
    /// False for what the kernel counts for nobody: the zero page and the huge zero page, and what is neither anonymous
    /// nor of a file (the kernel's own data, a device).
    /// </summary>
    private bool IsMemory(ulong frame, bool isFile)
    {
        ulong of = FlagsOf(frame);
        return (of & KpfZeroPage) == 0 && (isFile || (of & KpfAnon) != 0);
    }

    private ulong FlagsOf(ulong frame)
    {
        if (!known.TryGetValue(frame / ChunkFrames, out ulong[]? of))
        {
            // Beyond all RAM there are none.
            known[frame / ChunkFrames] = of = new ulong[ChunkFrames];
            flags.Position = (long)(frame / ChunkFrames) * ChunkFrames * sizeof(ulong);
            flags.ReadAtLeast(MemoryMarshal.AsBytes(of.AsSpan()), ChunkFrames * sizeof(ulong), throwOnEndOfStream: false);
        }

        return of[frame % ChunkFrames];
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
}
