using System.Runtime.InteropServices;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// Reads pagemaps into PFNs and swap slots, batch by batch. One thread uses a reader, for one address space, or part of
/// one, at a time.
/// </summary>
/// <remarks>
/// It avoids reads: <c>PAGEMAP_SCAN</c> finds the holes of large mappings, which are never read; of a huge page one
/// entry is read; a large mapping that turns out to be full of base pages is read without the scan; small mappings
/// close together are read at once with the holes between them, because a few empty entries cost less than a system
/// call.
/// </remarks>
internal sealed unsafe class PagemapReader : IDisposable
{
    private const int EntrySize = sizeof(ulong);

    /// <summary>Entries per read: 64 KiB, which stay in the processor's cache.</summary>
    private const int BufferEntries = 8192;

    private const int BufferRegions = 512;

    /// <summary>The most pages that one <c>PAGEMAP_SCAN</c> reports, which bounds the time of a batch.</summary>
    private const ulong PagesPerBatch = 65536;

    /// <summary>A mapping of at most this many pages is read without a scan.</summary>
    private const ulong SmallMapping = 512;

    /// <summary>Holes of at most this many pages are read rather than skipped.</summary>
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

    /// <summary>Entries read, empty ones included.</summary>
    public long Entries { get; private set; }

    /// <summary>System calls made to read pagemaps.</summary>
    public long Calls { get; private set; }

    /// <summary>Reads on from the cursor, for a few milliseconds at most.</summary>
    /// <param name="file">The pagemap.</param>
    /// <param name="mappings">The mappings of the address space.</param>
    /// <param name="cursor">What is left to read; at its end when all has been read.</param>
    /// <param name="scan">Whether to use <c>PAGEMAP_SCAN</c>.</param>
    /// <returns>0, or the error number: ESRCH when the address space is gone, ENOTTY when the kernel has no
    /// scan.</returns>
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

    /// <summary>True while the address space exists, so that its pages can still be read.</summary>
    public bool IsAlive(Pagemap file, ReadOnlySpan<Mapping> mappings)
    {
        if (!processesEnd || mappings.IsEmpty)
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

        decoder.Dispose();
        NativeMemory.AlignedFree(entries);
        NativeMemory.AlignedFree(regions);
        entries = null;
        regions = null;
        budget.Return((BufferEntries * EntrySize) + (BufferRegions * 24));
    }

    private bool IsLarge(in Mapping mapping) => mapping.End - mapping.Start > SmallMapping * pageSize;

    /// <summary>Reads the mapping at the cursor and the small ones that follow closely, in one read.</summary>
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
    /// Reads on in a large mapping without a scan, which would add a third to the cost where every page is populated.
    /// Ends when holes or huge pages appear, which a scan saves reading.
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

    /// <summary>Reads on in a large mapping whose page count smaps told, until that many pages are found.</summary>
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

    /// <summary>Scans the large mappings from the cursor on for populated regions, and reads those.</summary>
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

        // Advance at least one page, so that a walk_end that does not move cannot loop.
        cursor.Address = Math.Max(argument.WalkEnd, cursor.Address + pageSize);
        cursor.IsDense = small >= (cursor.Address - begun) / pageSize / 2;
        while (cursor.Index < mappings.Length && mappings[cursor.Index].End <= cursor.Address)
        {
            cursor.MoveToNextMapping();
        }

        return 0;
    }

    /// <summary>
    /// When a scan stopped at its page limit inside a huge page, leaves that page to the next scan, so that it is seen
    /// whole. Returns the number of regions to read now.
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

    /// <summary>Reads a region of huge pages: one entry for each huge page of consecutive PFNs.</summary>
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
                // Split, swapped or moved since the scan, or cut off by the end of the mapping: read every entry.
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

    /// <summary>Reads all entries of a range and decodes those that lie in a mapping.</summary>
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
    /// Where a read of at most <paramref name="pages"/> pages should end: on a huge page boundary, so that no huge page
    /// is split between two reads and taken for base pages.
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
                // The kernel returns no entries for an address space that is gone; a copied file ends early when it was
                // cut off.
                return n < 0 ? -n : processesEnd ? Errno.ESRCH : Errno.EIO;
            }

            buffer = buffer[n..];
            offset += n;
        }

        return 0;
    }
}
