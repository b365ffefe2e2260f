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
/// one entry is read; where a large mapping turns out to be full of base pages the scan is left out; mappings that lie close together are read at once, holes and all, because a read
/// of a few empty entries costs less than a system call.
/// </remarks>
internal sealed class PagemapReader : IDisposable
{
    /// <summary>A mapping of at most this many pages is read without a scan for its holes.</summary>
    private const ulong SmallMapping = 512;

    /// <summary>Holes of at most this many pages are read rather than jumped over: 192 empty entries cost less than a call.</summary>
    private const ulong SmallHole = 192;

    /// <summary>
    /// Where at least one page of so many is populated, a scan costs more than it saves: 10 ns for each page that is, of
    /// 3 ns for each entry of a page that is not.
    /// </summary>
    private const ulong DenseShare = 4;

    /// <summary>A mapping of an object of fewer bytes is read as any: to keep its frames would cost more than it saves.</summary>
    private const ulong LeastIndexed = 4 << 20;

    private readonly EntryReader reader;
    private readonly RegionScanner scanner;
    private readonly IndexedReader indexed;
    private readonly ulong pageSize;
    private readonly ulong hugeSize;
    private Pagemap pagemap = null!;

    public PagemapReader(PagingFacts facts, MemoryBudget budget)
    {
        pageSize = facts.PageSize;
        hugeSize = facts.HugeSize;
        scanner = new RegionScanner(facts, budget);
        reader = new EntryReader(facts, budget);
        indexed = new IndexedReader(reader, scanner, pageSize);
    }

    /// <summary>Keeps what is read by the names of the mappings, too; null where no report is made by mapping.</summary>
    public NamedFrames? Names
    {
        get => reader.Names;
        set => reader.Names = value;
    }

    /// <summary>Tells whether a mapping still is what it was, where some are read by the pages of their objects (<see cref="Mapping.Pages"/>).</summary>
    public IMappingCheck? Check
    {
        set => reader.Check = value;
    }

    /// <summary>True for a process of which so much is populated that its large mappings are first read without a scan.</summary>
    /// <param name="resident">Its pages in memory.</param>
    /// <param name="pages">The pages of its mappings.</param>
    public static bool IsDense(ulong resident, ulong pages) => resident >= pages / DenseShare;

    /// <summary>True for a mapping of an object that is large enough to keep its frames.</summary>
    public static bool IsWorthIndexing(ulong size) => size >= LeastIndexed;

    /// <summary>The frames read since the collector was last cleared.</summary>
    public FrameCollector Frames => reader.Frames;

    /// <summary>The swap slots read since the collector was last cleared.</summary>
    public FrameCollector Slots => reader.Slots;

    /// <summary>Page table entries that referred to a frame or a slot, over all reads.</summary>
    public long References => reader.References;

    /// <summary>Entries read in all, those of nothing included.</summary>
    public long Entries => reader.Entries;

    /// <summary>System calls made to read page maps.</summary>
    public long Calls => reader.Calls + scanner.Calls;

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
            bool dense = scan && cursor.IsDense && !file.ScansAtOnce;
            return !scan || !IsLarge(mapping) ? ReadNeighbours(mappings, ref cursor, dense)
                : mapping.Pages is not null && !IsUnknown(mapping, cursor) ? indexed.Read(pagemap, mappings, ref cursor)
                : dense ? ReadNeighbours(mappings, ref cursor, dense)
                : ScanLarge(mappings, ref cursor);
        }

        return IsLarge(mapping) ? ReadUntilFound(mappings, ref cursor) : ReadNeighbours(mappings, ref cursor, dense: false);
    }

    /// <summary>Hands over what was read under the last name; to be called when all has been read.</summary>
    public void EndNames() => reader.EndNames();

    /// <summary>Forgets what was read.</summary>
    public void Discard() => reader.Discard();

    public void Dispose()
    {
        reader.Dispose();
        scanner.Dispose();
    }

    /// <summary>True when nothing is known of what is read next of an object: then all of it is read as ever.</summary>
    private bool IsUnknown(in Mapping mapping, in ReadCursor cursor)
    {
        ulong end = Math.Min(Math.Min(mapping.End, cursor.Stop), reader.EndOfRead(cursor.Address, EntryReader.BufferEntries));
        return mapping.Pages!.IsUnknown(mapping.PageAt(cursor.Address, pageSize), (end - cursor.Address) / pageSize);
    }

    private bool IsLarge(in Mapping mapping) => mapping.End - mapping.Start > SmallMapping * pageSize;

    /// <summary>Reads the mapping at the cursor, with those that follow closely, in one go.</summary>
    /// <param name="mappings">The mappings of the address space.</param>
    /// <param name="cursor">Is moved on.</param>
    /// <param name="dense">
    /// Whether large ones are read so, too, without a scan: until that finds few pages, or huge ones, of which a scan saves the reading.
    /// </param>
    private int ReadNeighbours(ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor, bool dense)
    {
        ulong start = cursor.Address;
        ulong limit = reader.EndOfRead(start, EntryReader.BufferEntries);
        int first = cursor.Index;
        int last = first;
        bool isLarge = IsLarge(mappings[first]);
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
                && (!IsLarge(mappings[last + 1]) || (dense && mappings[last + 1].Pages is null && mappings[last + 1].Kind != MappingKind.Skipped)))
            {
                end = Math.Min(mappings[++last].End, cursor.Stop);
                isLarge |= IsLarge(mappings[last]);
            }

            cursor.Index = last + 1;
            cursor.Address = end;
            cursor.Found = 0;
        }

        long hugeBefore = reader.HugePages;
        int error = reader.ReadSpan(mappings, ref first, start, end, out ulong found);
        if (dense && isLarge)
        {
            ulong huge = (ulong)(reader.HugePages - hugeBefore) * (hugeSize / pageSize);
            cursor.IsDense = found >= (end - start) / pageSize / DenseShare && huge <= found / 2;
        }

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
            && mappings[last + 1].Pages is null
            && IsLarge(mappings[last + 1]))
        {
            last++;
        }

        int error = scanner.Scan(pagemap, cursor.Address, Math.Min(mappings[last].End, cursor.Stop), PagemapScan.Present | PagemapScan.Swapped);
        if (error != 0)
        {
            return error;
        }

        ReadOnlySpan<PagemapScan.Region> regions = scanner.Regions;
        ulong begun = cursor.Address;
        ulong small = 0;
        int index = cursor.Index;
        for (int i = 0; i < regions.Length;)
        {
            if ((regions[i].Categories & PagemapScan.ZeroFrame) != 0)
            {
                i++;
                continue;
            }

            ulong start = regions[i].Start;
            ulong end = regions[i].End;
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
                for (i++; i < regions.Length && (regions[i].Categories & (PagemapScan.Huge | PagemapScan.Same)) == 0
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
        cursor.Address = Math.Max(scanner.WalkEnd, cursor.Address + pageSize);
        // Once it has proved to be sparse, not at the least doubt.
        cursor.IsDense = small >= (cursor.Address - begun) / pageSize / 2;
        while (cursor.Index < mappings.Length && mappings[cursor.Index].End <= cursor.Address)
        {
            cursor.MoveToNextMapping();
        }

        return 0;
    }
}
