using System.Runtime.InteropServices;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>Finds the populated regions of address spaces (<c>PAGEMAP_SCAN</c>). One thread uses it.</summary>
internal sealed unsafe class RegionScanner : IDisposable
{
    private const int BufferRegions = 512;
    private const int BufferSize = BufferRegions * 24;

    /// <summary>Pages that one call reports at the most: it bounds the time of a batch.</summary>
    private const ulong PagesPerBatch = 65536;

    private readonly MemoryBudget budget;
    private readonly ulong hugeSize;
    private PagemapScan.Region* regions;

    public RegionScanner(PagingFacts facts, MemoryBudget budget)
    {
        budget.Take(BufferSize);
        this.budget = budget;
        hugeSize = facts.HugeSize;
        regions = (PagemapScan.Region*)NativeMemory.AlignedAlloc(BufferSize, 64);
    }

    /// <summary>The regions found last.</summary>
    public ReadOnlySpan<PagemapScan.Region> Regions => new(regions, Count);

    /// <summary>System calls made.</summary>
    public long Calls { get; private set; }

    /// <summary>How far the last scan has come.</summary>
    public ulong WalkEnd { get; private set; }

    private int Count { get; set; }

    /// <summary>Finds the first regions of a range that have pages of some categories.</summary>
    /// <returns>0, or the error number.</returns>
    public int Scan(Pagemap pagemap, ulong start, ulong end, ulong categories)
    {
        Count = 0;
        var argument = new PagemapScan.Arguments
        {
            Size = (ulong)sizeof(PagemapScan.Arguments),
            Start = start,
            End = end,
            Regions = (ulong)regions,
            RegionCount = BufferRegions,
            MaxPages = PagesPerBatch,
            CategoryAnyOfMask = categories,
            ReturnMask = PagemapScan.Huge | PagemapScan.ZeroFrame,
        };
        int n = pagemap.Scan(ref argument, new Span<PagemapScan.Region>(regions, BufferRegions));
        Calls++;
        if (n < 0)
        {
            return -n;
        }

        Count = LeaveCutHugePage(n, start, ref argument);
        WalkEnd = argument.WalkEnd;
        return 0;
    }

    public void Dispose()
    {
        if (regions != null)
        {
            NativeMemory.AlignedFree(regions);
            regions = null;
            Count = 0;
            budget.Return(BufferSize);
        }
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
