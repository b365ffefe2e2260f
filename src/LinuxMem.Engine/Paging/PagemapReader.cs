using System.Runtime.InteropServices;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// Reads page maps into frames and swap slots. One thread uses a reader; it reads one address space, or a
/// part of one, at a time.
/// </summary>
/// <remarks>
/// How it reads least: holes of large mappings are found by <c>PAGEMAP_SCAN</c> and never read; of a huge page
/// one entry is read; where a large mapping turns out to be full of base pages the scan is left out; small mappings that lie close together are read at once, holes and all, because a read
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

    private ulong* entries;
    private PagemapScan.Region* regions;
    private readonly MemoryBudget budget;
    private readonly EntryDecoder decoder;
    private readonly ulong pageSize;
    private readonly ulong hugeSize;
    private readonly bool processesEnd;
    private Pagemap pagemap = null!;

    public PagemapReader(PagingFacts facts, MemoryBudget budget)
    {
        const int Size = (BufferEntries * EntrySize) + (BufferRegions * 24);
        budget.Take(Size);
        this.budget = budget;
        pageSize = facts.PageSize;
        hugeSize = facts.HugeSize;
        processesEnd = facts.ProcessesEnd;
        entries = (ulong*)NativeMemory.AlignedAlloc(BufferEntries * EntrySize, 64);
        regions = (PagemapScan.Region*)NativeMemory.AlignedAlloc(BufferRegions * 24, 64);
        decoder = new EntryDecoder(facts, budget);
    }

    /// <summary>The frames read since the collector was last cleared.</summary>
    public FrameCollector Frames => decoder.Frames;

    /// <summary>The swap slots read since the collector was last cleared.</summary>
    public FrameCollector Slots => decoder.Slots;

    /// <summary>Page table entries that referred to a frame or a slot, over all reads.</summary>
    public long References => decoder.References;

    /// <summary>Entries read in all, those of nothing included.</summary>
    public long Entries { get; private set; }

    /// <summary>System calls made to read page maps.</summary>
    public long Calls { get; private set; }

    /// <summary>
    /// Reads on from the cursor, for a few milliseconds at the most.
    /// </summary>
    /// <param name="file">The page map.</param>
    /// <param name="mappings">The mappings of the address space.</param>
    /// <param name="cursor">What is left to be read; at its end when all has been.</param>
    /// <param name="scan">Whether to use <c>PAGEMAP_SCAN</c>.</param>
    /// <returns>0, or the error number: ESRCH when the address space is gone, ENOTTY when there is no scan.</returns>
    public int ReadBatch(Pagemap file, ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor, bool scan)
    {
        if (!cursor.MoveToReadable(mappings))
        {
            return 0;
        }

        pagemap = file;
        ref readonly Mapping mapping = ref mappings[cursor.Index];
        if (mapping.Populated == Mapping.Unknown)
        {
            return !scan || !IsLarge(mapping) ? ReadNeighbours(mappings, ref cursor)
                : cursor.IsDense ? ReadDense(mappings, ref cursor)
                : ScanLarge(mappings, ref cursor);
        }

        return IsLarge(mapping) ? ReadUntilFound(mappings, ref cursor) : ReadNeighbours(mappings, ref cursor);
    }

    public void Dispose()
    {
        if (entries == null)
        {
            return;
        }

        decoder.Dispose();
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

    /// <summary>
    /// Reads on in a large mapping without a scan, which costs a third of the reading where all is populated;
    /// until that turns out not to be so, or huge pages come, of which a scan saves the reading.
    /// </summary>
    private int ReadDense(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        ulong start = cursor.Address;
        ulong end = Math.Min(Math.Min(mappings[cursor.Index].End, cursor.Stop), EndOfRead(start, BufferEntries));
        int index = cursor.Index;
        long hugeBefore = decoder.HugePages;
        int error = ReadSpan(mappings, ref index, start, end, out ulong found);
        ulong pages = (end - start) / pageSize;
        ulong huge = (ulong)(decoder.HugePages - hugeBefore) * (hugeSize / pageSize);
        cursor.IsDense = found >= pages / 4 && huge <= found / 2;
        cursor.Address = end;
        return error;
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
        int n = pagemap.Scan(ref argument, new Span<PagemapScan.Region>(regions, BufferRegions));
        Calls++;
        if (n < 0)
        {
            return -n;
        }

        n = LeaveCutHugePage(n, cursor.Address, ref argument);
        ulong begun = cursor.Address;
        ulong small = 0;
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

                error = ReadSpan(mappings, ref index, start, end, out ulong found);
                small += found;
            }

            if (error != 0)
            {
                return error;
            }
        }

        // A scan that comes to no end would be one that does not move: the rest is then read plainly.
        cursor.Address = Math.Max(argument.WalkEnd, cursor.Address + pageSize);
        cursor.IsDense = small >= (cursor.Address - begun) / pageSize / 2;
        while (cursor.Index < mappings.Length && mappings[cursor.Index].End <= cursor.Address)
        {
            cursor.MoveToNextMapping();
        }

        return 0;
    }

    /// <summary>
    /// Where a scan ended for its number of pages within what may be a huge page, leaves that page to the next scan, so
    /// that it is read as one. Returns the number of regions that stay. Whether it is one is not asked: a snapshot does
    /// not tell.
    /// </summary>
    private int LeaveCutHugePage(int n, ulong from, ref PagemapScan.Arguments argument)
    {
        ulong whole = argument.WalkEnd & ~(hugeSize - 1);
        if (n == 0 || argument.WalkEnd >= argument.End || whole == argument.WalkEnd || whole <= from
            || regions[n - 1].End != argument.WalkEnd)
        {
            return n;
        }

        argument.WalkEnd = whole;
        while (n > 0 && regions[n - 1].Start >= whole)
        {
            n--;
        }

        if (n > 0)
        {
            regions[n - 1].End = Math.Min(regions[n - 1].End, whole);
        }

        return n;
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
                decoder.TakeInHuge(entry, mapping.Kind);
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
                    found += (ulong)decoder.TakeIn(entries + ((from - start) / pageSize), (int)((to - from) / pageSize), mapping.Kind, from);
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
        Entries += count;
        long offset = (long)(address / pageSize * EntrySize);
        var buffer = new Span<byte>(target, count * EntrySize);
        while (!buffer.IsEmpty)
        {
            int n = pagemap.Read(buffer, offset);
            Calls++;
            if (n <= 0)
            {
                // The kernel reads nothing of an address space that is gone; a copy has an end where it was cut off.
                return n < 0 ? -n : processesEnd ? Errno.ESRCH : Errno.EIO;
            }

            buffer = buffer[n..];
            offset += n;
        }

        return 0;
    }
}
