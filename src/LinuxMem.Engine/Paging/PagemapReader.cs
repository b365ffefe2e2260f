using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// Reads page maps into frames and swap slots. One thread uses a reader; it reads one address space, or a
/// part of one, at a time.
/// </summary>
/// <remarks>
/// How it reads least: holes of large mappings are found by <c>PAGEMAP_SCAN</c> and never read; of a huge page
/// one entry is read; small mappings that lie close together are read at once, holes and all, because a read
/// of a few empty entries costs less than a system call.
/// </remarks>
internal sealed unsafe class PagemapReader : IDisposable
{
    private const int EntrySize = sizeof(ulong);

    /// <summary>Entries per read: 64 KiB of them stay in the processor's cache.</summary>
    private const int BufferEntries = 8192;

    private const int BufferRegions = 512;

    /// <summary>Pages that one call of <c>PAGEMAP_SCAN</c> reports at the most: it bounds the time of a batch.</summary>
    private const ulong PagesPerBatch = 65536;

    /// <summary>A mapping of at most this many pages is read without a scan for its holes.</summary>
    private const ulong SmallMapping = 512;

    /// <summary>Holes of at most this many pages are read rather than jumped over.</summary>
    private const ulong SmallHole = 64;

    /// <summary>Entries that agree in these bits but for consecutive frames make a run.</summary>
    private const ulong RunMask = PagemapEntry.Present | PagemapEntry.File | PagemapEntry.FrameMask;

    private ulong* entries;
    private PagemapScan.Region* regions;
    private readonly MemoryBudget budget;
    private readonly PageFlags flags;
    private readonly ZeroFrames zero;
    private readonly ulong pageSize;
    private readonly ulong hugeSize;
    private readonly bool isLive;
    private PageMap pagemap = null!;

    public PagemapReader(PagingFacts facts, MemoryBudget budget)
    {
        const int Size = (BufferEntries * EntrySize) + (BufferRegions * 24);
        budget.Take(Size);
        this.budget = budget;
        flags = facts.Flags;
        zero = facts.Zero;
        pageSize = facts.PageSize;
        hugeSize = facts.HugeSize;
        isLive = facts.IsLive;
        entries = (ulong*)NativeMemory.AlignedAlloc(BufferEntries * EntrySize, 64);
        regions = (PagemapScan.Region*)NativeMemory.AlignedAlloc(BufferRegions * 24, 64);
        Frames = new FrameCollector(budget);
        Slots = new FrameCollector(budget);
    }

    /// <summary>The frames read since the collector was last cleared.</summary>
    public FrameCollector Frames { get; }

    /// <summary>The swap slots read since the collector was last cleared.</summary>
    public FrameCollector Slots { get; }

    /// <summary>Page table entries that referred to a frame or a slot, over all reads.</summary>
    public long References { get; private set; }

    /// <summary>
    /// Reads on from the cursor, for a few milliseconds at the most.
    /// </summary>
    /// <param name="file">The page map.</param>
    /// <param name="mappings">The mappings of the address space.</param>
    /// <param name="cursor">What is left to be read; at its end when all has been.</param>
    /// <param name="scan">Whether to use <c>PAGEMAP_SCAN</c>.</param>
    /// <returns>0, or the error number: ESRCH when the address space is gone, ENOTTY when there is no scan.</returns>
    public int ReadBatch(PageMap file, ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor, bool scan)
    {
        if (!cursor.MoveToReadable(mappings))
        {
            return 0;
        }

        pagemap = file;
        ref readonly Mapping mapping = ref mappings[cursor.Index];
        if (mapping.Populated == Mapping.Unknown)
        {
            return scan && IsLarge(mapping) ? ScanLarge(mappings, ref cursor) : ReadNeighbours(mappings, ref cursor);
        }

        return IsLarge(mapping) ? ReadUntilFound(mappings, ref cursor) : ReadNeighbours(mappings, ref cursor);
    }

    /// <summary>True while the address space exists: its pages can still be read.</summary>
    public bool IsAlive(PageMap file, ReadOnlySpan<Mapping> mappings)
    {
        if (!isLive || mappings.IsEmpty)
        {
            return true;
        }

        pagemap = file;
        return ReadExactly(entries, mappings[0].Start, 1) == 0;
    }

    public void Dispose()
    {
        if (entries == null)
        {
            return;
        }

        Frames.Dispose();
        Slots.Dispose();
        NativeMemory.AlignedFree(entries);
        NativeMemory.AlignedFree(regions);
        entries = null;
        regions = null;
        budget.Return((BufferEntries * EntrySize) + (BufferRegions * 24));
    }

    private bool IsLarge(in Mapping mapping) => mapping.End - mapping.Start > SmallMapping * pageSize;

    /// <summary>Reads the mapping at the cursor, with the small ones that follow closely, in one go.</summary>
    private int ReadNeighbours(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        ulong start = cursor.Address;
        ulong most = EndOfRead(start, BufferEntries);
        int first = cursor.Index;
        int last = first;
        ulong end = Math.Min(mappings[first].End, cursor.Stop);
        if (end > most)
        {
            cursor.Address = end = most;
        }
        else
        {
            while (last + 1 < mappings.Length
                && mappings[last + 1].Start < cursor.Stop
                && mappings[last + 1].Start - end <= SmallHole * pageSize
                && Math.Min(mappings[last + 1].End, cursor.Stop) <= most
                && !IsLarge(mappings[last + 1]))
            {
                end = Math.Min(mappings[++last].End, cursor.Stop);
            }

            cursor.Index = last + 1;
            cursor.Address = end;
            cursor.Found = 0;
        }

        return ReadSpan(mappings, ref first, start, end, out _);
    }

    /// <summary>Reads on in a large mapping of which smaps told how many pages it holds, until all are found.</summary>
    private int ReadUntilFound(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        ref readonly Mapping mapping = ref mappings[cursor.Index];
        ulong end = Math.Min(Math.Min(mapping.End, cursor.Stop), EndOfRead(cursor.Address, 8 * BufferEntries));
        int index = cursor.Index;
        int error = ReadSpan(mappings, ref index, cursor.Address, end, out ulong found);
        cursor.Found += found;
        cursor.Address = end;
        if (cursor.Found >= mapping.Populated)
        {
            cursor.MoveToNextMapping();
        }

        return error;
    }

    /// <summary>Finds the populated regions of the large mappings from the cursor on, and reads those.</summary>
    private int ScanLarge(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        int last = cursor.Index;
        while (last + 1 < mappings.Length
            && mappings[last + 1].Start < cursor.Stop
            && mappings[last + 1].Kind != MappingKind.Skipped
            && IsLarge(mappings[last + 1]))
        {
            last++;
        }

        var argument = new PagemapScan.Arguments
        {
            Size = (ulong)sizeof(PagemapScan.Arguments),
            Start = cursor.Address,
            End = Math.Min(mappings[last].End, cursor.Stop),
            Regions = (ulong)regions,
            RegionCount = BufferRegions,
            MaxPages = PagesPerBatch,
            CategoryAnyOfMask = PagemapScan.Present | PagemapScan.Swapped,
            ReturnMask = PagemapScan.Huge | PagemapScan.ZeroFrame,
        };
        int n = pagemap.Scan(ref argument);
        if (n < 0)
        {
            return -n;
        }

        n = LeaveCutHugePage(n, cursor.Address, ref argument);
        int index = cursor.Index;
        for (int i = 0; i < n;)
        {
            if ((regions[i].Categories & PagemapScan.ZeroFrame) != 0)
            {
                i++;
                continue;
            }

            ulong start = regions[i].Start;
            ulong end = regions[i].End;
            int error;
            if ((regions[i].Categories & PagemapScan.Huge) != 0)
            {
                error = ReadHuge(mappings, ref index, start, end);
                i++;
            }
            else
            {
                for (i++; i < n && (regions[i].Categories & PagemapScan.Huge) == 0
                    && regions[i].Start - end <= SmallHole * pageSize; i++)
                {
                    end = regions[i].End;
                }

                error = ReadSpan(mappings, ref index, start, end, out _);
            }

            if (error != 0)
            {
                return error;
            }
        }

        // A scan that comes to no end would be one that does not move: the rest is then read plainly.
        cursor.Address = Math.Max(argument.WalkEnd, cursor.Address + pageSize);
        while (cursor.Index < mappings.Length && mappings[cursor.Index].End <= cursor.Address)
        {
            cursor.MoveToNextMapping();
        }

        return 0;
    }

    /// <summary>
    /// Where a scan ended for its number of pages within a huge page, leaves that page to the next scan, so that
    /// it is read as one. Returns the number of regions that stay.
    /// </summary>
    private int LeaveCutHugePage(int n, ulong from, ref PagemapScan.Arguments argument)
    {
        ulong whole = argument.WalkEnd & ~(hugeSize - 1);
        if (n == 0 || argument.WalkEnd >= argument.End || whole == argument.WalkEnd || whole <= from
            || regions[n - 1].End != argument.WalkEnd || (regions[n - 1].Categories & PagemapScan.Huge) == 0)
        {
            return n;
        }

        argument.WalkEnd = whole;
        regions[n - 1].End = whole;
        return regions[n - 1].Start < whole ? n : n - 1;
    }

    /// <summary>Reads a region of huge pages: one entry for each stretch of consecutive frames.</summary>
    private int ReadHuge(ReadOnlySpan<Mapping> mappings, ref int index, ulong start, ulong end)
    {
        ulong hugePages = hugeSize / pageSize;
        for (ulong address = start; address < end;)
        {
            while (index < mappings.Length && mappings[index].End <= address)
            {
                index++;
            }

            if (index == mappings.Length)
            {
                return 0;
            }

            ref readonly Mapping mapping = ref mappings[index];
            if (mapping.Start > address)
            {
                address = mapping.Start;
                continue;
            }

            ulong stretchEnd = Math.Min(Math.Min((address + hugeSize) & ~(hugeSize - 1), mapping.End), end);
            ulong entry;
            int error = ReadExactly(&entry, address, 1);
            if (error != 0)
            {
                return error;
            }

            bool isWhole = stretchEnd - address == hugeSize && (address & (hugeSize - 1)) == 0;
            ulong frame = entry & PagemapEntry.FrameMask;
            if (isWhole && (entry & PagemapEntry.Present) != 0 && frame % hugePages == 0 && mapping.Kind != MappingKind.PrivateDevice)
            {
                if (!IsHugeZero(entry))
                {
                    AddRun(mapping.Kind, frame, (int)hugePages, (entry & PagemapEntry.File) != 0);
                }
            }
            else
            {
                // Split, swapped or moved since the scan, or cut by the mapping's end: read all of it.
                int here = index;
                error = ReadSpan(mappings, ref here, address, stretchEnd, out _);
                if (error != 0)
                {
                    return error;
                }
            }

            address = stretchEnd;
        }

        return 0;
    }

    /// <summary>Reads all entries of a range and takes in those that lie in a mapping.</summary>
    private int ReadSpan(ReadOnlySpan<Mapping> mappings, ref int index, ulong start, ulong end, out ulong found)
    {
        found = 0;
        while (start < end)
        {
            ulong stop = Math.Min(end, EndOfRead(start, BufferEntries));
            int error = ReadExactly(entries, start, (int)((stop - start) / pageSize));
            if (error != 0)
            {
                return error;
            }

            for (ulong at = start; at < stop;)
            {
                while (index < mappings.Length && mappings[index].End <= at)
                {
                    index++;
                }

                if (index == mappings.Length || mappings[index].Start >= stop)
                {
                    break;
                }

                ref readonly Mapping mapping = ref mappings[index];
                ulong from = Math.Max(at, mapping.Start);
                ulong to = Math.Min(stop, mapping.End);
                if (mapping.Kind != MappingKind.Skipped)
                {
                    found += (ulong)TakeIn(entries + ((from - start) / pageSize), (int)((to - from) / pageSize), mapping.Kind, from);
                }

                at = to;
            }

            start = stop;
        }

        return 0;
    }

    /// <summary>
    /// Where a read of at most <paramref name="pages"/> pages ends: between huge pages, so that none of them is
    /// seen in two halves, neither of which looks like one.
    /// </summary>
    private ulong EndOfRead(ulong start, ulong pages)
    {
        ulong most = start + Math.Min(pages * pageSize, (ulong.MaxValue - start) & ~(pageSize - 1));
        ulong aligned = most & ~(hugeSize - 1);
        return aligned > start ? aligned : most;
    }

    private int ReadExactly(ulong* target, ulong address, int count)
    {
        long offset = (long)(address / pageSize * EntrySize);
        var buffer = new Span<byte>(target, count * EntrySize);
        while (!buffer.IsEmpty)
        {
            int n = pagemap.Read(buffer, offset);
            if (n <= 0)
            {
                // The kernel reads nothing of an address space that is gone; a copy has an end where it was cut off.
                return n < 0 ? -n : isLive ? Errno.ESRCH : Errno.EIO;
            }

            buffer = buffer[n..];
            offset += n;
        }

        return 0;
    }

    /// <summary>Takes in the entries of one mapping; returns how many referred to a frame or slot that counts.</summary>
    private int TakeIn(ulong* entry, int count, MappingKind kind, ulong address)
    {
        int found = 0;
        int hugePages = (int)(hugeSize / pageSize);
        for (int i = 0; i < count;)
        {
            ulong value = entry[i];
            if ((long)value >= 0)
            {
                if ((value & PagemapEntry.Swapped) != 0)
                {
                    found += TakeInSlot(value);
                }

                i++;
                continue;
            }

            ulong first = value & RunMask;
            ulong next = first + 1;
            int j = i + 1;
            while (j < count && (entry[j] & RunMask) == next)
            {
                j++;
                next++;
            }

            int length = j - i;
            bool isFile = (value & PagemapEntry.File) != 0;
            ulong frame = value & PagemapEntry.FrameMask;
            if (length >= hugePages)
            {
                found += TakeInLongRun(entry + i, length, kind, address + ((ulong)i * pageSize));
            }
            else if (isFile || kind == MappingKind.Private)
            {
                if (isFile || frame - zero.First > zero.Last - zero.First)
                {
                    Frames.Add(frame, length, isFile);
                    References += length;
                    found += length;
                }
            }
            else
            {
                found += AddRun(kind, frame, length, isFile: false);
            }

            i = j;
        }

        return found;
    }

    /// <summary>A run long enough to hold whole huge pages: the huge zero page among them does not count.</summary>
    private int TakeInLongRun(ulong* entry, int length, MappingKind kind, ulong address)
    {
        int hugePages = (int)(hugeSize / pageSize);
        int found = 0;
        int from = 0;
        bool isFile = (*entry & PagemapEntry.File) != 0;
        ulong frame = *entry & PagemapEntry.FrameMask;
        int aligned = (int)(((hugeSize - (address & (hugeSize - 1))) & (hugeSize - 1)) / pageSize);
        if ((frame + (ulong)aligned) % (ulong)hugePages == 0)
        {
            for (int i = aligned; i + hugePages <= length; i += hugePages)
            {
                if (IsHugeZero(entry[i]))
                {
                    found += AddRun(kind, frame + (ulong)from, i - from, isFile);
                    from = i + hugePages;
                }
            }
        }

        return found + AddRun(kind, frame + (ulong)from, length - from, isFile);
    }

    private int AddRun(MappingKind kind, ulong frame, int length, bool isFile)
    {
        if (!isFile)
        {
            if (kind == MappingKind.Shared)
            {
                return 0;
            }

            if (kind == MappingKind.PrivateDevice)
            {
                return AddAnonymousOnly(frame, length);
            }
        }

        if (length > 0)
        {
            Frames.Add(frame, length, isFile);
            References += length;
        }

        return length;
    }

    private int AddAnonymousOnly(ulong frame, int length)
    {
        int found = 0;
        for (ulong f = frame; f < frame + (ulong)length; f++)
        {
            if (flags.IsAnonymous(f) && !flags.IsZeroPage(f))
            {
                Frames.Add(f, 1, isFile: false);
                References++;
                found++;
            }
        }

        return found;
    }

    /// <summary>The huge zero page is shared by all: the flags of a page mapped once need no look.</summary>
    private bool IsHugeZero(ulong entry) =>
        (entry & PagemapEntry.Exclusive) == 0 && flags.IsZeroPage(entry & PagemapEntry.FrameMask);

    private int TakeInSlot(ulong entry)
    {
        ulong area = entry & ((1UL << PagemapEntry.SwapTypeBits) - 1);
        if (area >= PagemapEntry.SwapAreas)
        {
            return 0;
        }

        ulong slot = (entry & PagemapEntry.FrameMask) >> PagemapEntry.SwapTypeBits;
        Slots.Add((area << PagemapEntry.SlotAreaShift) | slot, 1, (entry & PagemapEntry.File) != 0);
        References++;
        return 1;
    }
}
