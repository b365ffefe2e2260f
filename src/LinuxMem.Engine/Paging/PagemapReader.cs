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
    private const int BufferRegions = 512;

    /// <summary>Pages that one call of <c>PAGEMAP_SCAN</c> reports at the most: it bounds the time of a batch.</summary>
    private const ulong PagesPerBatch = 65536;

    /// <summary>A mapping of at most this many pages is read without a scan for its holes.</summary>
    private const ulong SmallMapping = 512;

    /// <summary>Holes of at most this many pages are read rather than jumped over.</summary>
    private const ulong SmallHole = 64;

    private PagemapScan.Region* regions;
    private readonly MemoryBudget budget;
    private readonly EntryReader reader;
    private readonly ulong pageSize;
    private readonly ulong hugeSize;
    private Pagemap pagemap = null!;
    private long scans;

    public PagemapReader(PagingFacts facts, MemoryBudget budget)
    {
        budget.Take(BufferRegions * 24);
        this.budget = budget;
        pageSize = facts.PageSize;
        hugeSize = facts.HugeSize;
        regions = (PagemapScan.Region*)NativeMemory.AlignedAlloc(BufferRegions * 24, 64);
        reader = new EntryReader(facts, budget);
    }

    /// <summary>Keeps what is read by the names of the mappings, too; null where no report is made by mapping.</summary>
    public NamedFrames? Names
    {
        get => reader.Names;
        set => reader.Names = value;
    }

    /// <summary>The frames read since the collector was last cleared.</summary>
    public FrameCollector Frames => reader.Frames;

    /// <summary>The swap slots read since the collector was last cleared.</summary>
    public FrameCollector Slots => reader.Slots;

    /// <summary>Page table entries that referred to a frame or a slot, over all reads.</summary>
    public long References => reader.References;

    /// <summary>Entries read in all, those of nothing included.</summary>
    public long Entries => reader.Entries;

    /// <summary>System calls made to read page maps.</summary>
    public long Calls => reader.Calls + scans;

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
        reader.Pagemap = file;
        ref readonly Mapping mapping = ref mappings[cursor.Index];
        if (mapping.Populated == Mapping.Unknown)
        {
            return !scan || !IsLarge(mapping) ? ReadNeighbours(mappings, ref cursor)
                : cursor.IsDense && !file.ScansAtOnce ? ReadDense(mappings, ref cursor)
                : ScanLarge(mappings, ref cursor);
        }

        return IsLarge(mapping) ? ReadUntilFound(mappings, ref cursor) : ReadNeighbours(mappings, ref cursor);
    }

    /// <summary>Hands over what was read under the last name; to be called when all has been read.</summary>
    public void EndNames() => reader.EndNames();

    /// <summary>Forgets what was read.</summary>
    public void Discard() => reader.Discard();

    public void Dispose()
    {
        if (regions == null)
        {
            return;
        }

        reader.Dispose();
        NativeMemory.AlignedFree(regions);
        regions = null;
        budget.Return(BufferRegions * 24);
    }

    private bool IsLarge(in Mapping mapping) => mapping.End - mapping.Start > SmallMapping * pageSize;

    /// <summary>Reads the mapping at the cursor, with the small ones that follow closely, in one go.</summary>
    private int ReadNeighbours(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        ulong start = cursor.Address;
        ulong limit = reader.EndOfRead(start, EntryReader.BufferEntries);
        int first = cursor.Index;
        int last = first;
        ulong end = Math.Min(mappings[first].End, cursor.Stop);
        if (end > limit)
        {
            cursor.Address = end = limit;
        }
        else
        {
            while (last + 1 < mappings.Length
                && mappings[last + 1].Start < cursor.Stop
                && mappings[last + 1].Start - end <= SmallHole * pageSize
                && Math.Min(mappings[last + 1].End, cursor.Stop) <= limit
                && !IsLarge(mappings[last + 1]))
            {
                end = Math.Min(mappings[++last].End, cursor.Stop);
            }

            cursor.Index = last + 1;
            cursor.Address = end;
            cursor.Found = 0;
        }

        return reader.ReadSpan(mappings, ref first, start, end, out _);
    }

    /// <summary>
    /// Reads on in a large mapping without a scan, which costs a third of the reading where all is populated;
    /// until that turns out not to be so, or huge pages come, of which a scan saves the reading.
    /// </summary>
    private int ReadDense(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        ulong start = cursor.Address;
        ulong end = Math.Min(Math.Min(mappings[cursor.Index].End, cursor.Stop), reader.EndOfRead(start, EntryReader.BufferEntries));
        int index = cursor.Index;
        long hugeBefore = reader.HugePages;
        int error = reader.ReadSpan(mappings, ref index, start, end, out ulong found);
        ulong pages = (end - start) / pageSize;
        ulong huge = (ulong)(reader.HugePages - hugeBefore) * (hugeSize / pageSize);
        cursor.IsDense = found >= pages / 4 && huge <= found / 2;
        cursor.Address = end;
        return error;
    }

    /// <summary>Reads on in a large mapping of which smaps told how many pages it holds, until all are found.</summary>
    private int ReadUntilFound(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        ref readonly Mapping mapping = ref mappings[cursor.Index];
        ulong end = Math.Min(Math.Min(mapping.End, cursor.Stop), reader.EndOfRead(cursor.Address, 8 * EntryReader.BufferEntries));
        int index = cursor.Index;
        int error = reader.ReadSpan(mappings, ref index, cursor.Address, end, out ulong found);
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
        scans++;
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
                error = reader.ReadHuge(mappings, ref index, start, end);
                i++;
            }
            else if ((regions[i].Categories & PagemapScan.Same) != 0)
            {
                error = reader.ReadSame(mappings, ref index, start, end);
                i++;
            }
            else
            {
                for (i++; i < n && (regions[i].Categories & (PagemapScan.Huge | PagemapScan.Same)) == 0
                    && regions[i].Start - end <= SmallHole * pageSize; i++)
                {
                    end = regions[i].End;
                }

                error = reader.ReadSpan(mappings, ref index, start, end, out ulong found);
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
}
