using LinuxMem.Engine.Frames;

namespace LinuxMem;

/// <summary>
/// How much memory something uses: a group of processes, or one process, which is a group of one. Sizes are bytes;
/// every physical page and every swap slot counts once, however often it is mapped. All figures are null before a scan.
/// </summary>
/// <remarks>
/// The figures rest on <c>/proc/PID/pagemap</c> (Documentation/admin-guide/mm/pagemap.rst) and
/// <c>/proc/sysvipc/shm</c> (proc_sysvipc_shm(5)). "Outside" means among the processes scanned.
/// </remarks>
public abstract class MemFigures
{
    private protected MemFigures()
    {
    }

    /// <summary>Distinct physical frames mapped, without SysV segments.</summary>
    public long? MemRss => Bytes(Counts?.Frames.Frames);

    /// <summary>Of <see cref="MemRss"/>, the anonymous frames.</summary>
    public long? MemAnon => Bytes(Counts?.Frames.Anonymous);

    /// <summary>Of <see cref="MemRss"/>, the frames that no process outside maps.</summary>
    public long? MemUss => Bytes(Counts?.Frames.Unique);

    /// <summary>
    /// <see cref="MemRss"/> with each frame divided by the number of groups of the report (or of processes) that map it.
    /// The column adds up to all memory mapped, each page once: bytes left over by the division go to those with the
    /// largest remainders.
    /// </summary>
    public long? MemPss => Counts?.ProportionalBytes;

    /// <summary>Of <see cref="SwapRss"/>, the slots of anonymous pages.</summary>
    public long? SwapAnon => Bytes(Counts?.Slots.Anonymous);

    /// <summary>Distinct swap slots referred to.</summary>
    public long? SwapRss => Bytes(Counts?.Slots.Frames);

    /// <summary>Of <see cref="SwapRss"/>, the slots that no process outside refers to.</summary>
    public long? SwapUss => Bytes(Counts?.Slots.Unique);

    /// <summary>Resident bytes of the distinct SysV segments attached.</summary>
    public long? ShmMem => Counts?.SegmentBytes;

    /// <summary>Swapped bytes of the distinct SysV segments attached.</summary>
    public long? ShmSwap => Counts?.SegmentSwap;

    /// <summary>Of <see cref="ShmMem"/>, the segments that no process outside has attached.</summary>
    public long? ShmUss => Counts?.UniqueSegmentBytes;

    /// <summary><see cref="MemRss"/> in percent of the machine's memory (<c>MemTotal</c>), with two decimals; null where that is not known.</summary>
    public double? MemRssPercent => PercentOfRam(MemRss);

    /// <summary><see cref="MemUss"/> in percent of the machine's memory (<c>MemTotal</c>), with two decimals; null where that is not known.</summary>
    public double? MemUssPercent => PercentOfRam(MemUss);

    /// <summary>The shmids of the SysV segments behind <see cref="ShmMem"/>.</summary>
    /// <remarks>Exports list what a type declares itself before what it inherits: to stand last, this stands here.</remarks>
    public IReadOnlyList<long>? ShmIds => Counts?.SegmentIds;

    /// <summary>
    /// True for the row that stands for all groups of its report together: every page once, so that it is not
    /// the sum of their <see cref="MemRss"/>.
    /// </summary>
    public bool IsTotal { get; init; }

    /// <summary>What a scan counted; null before.</summary>
    internal MemCounts? Counts { get; set; }

    private long? Bytes(long? pages) => pages * Counts?.PageSize;

    private double? PercentOfRam(long? bytes) =>
        bytes is long size && Counts?.MemTotal is long total and > 0 ? Math.Round(size * 100.0 / total, 2) : null;
}

/// <summary>What a scan counted of one group or process. Its figures are worked out of it.</summary>
internal sealed class MemCounts
{
    /// <summary>Processes scanned.</summary>
    public required int Processes { get; init; }

    /// <summary>Bytes of a frame and of a swap slot.</summary>
    public required long PageSize { get; init; }

    /// <summary>The frames mapped.</summary>
    public required FrameTotals Frames { get; init; }

    /// <summary>The swap slots referred to.</summary>
    public required FrameTotals Slots { get; init; }

    /// <summary>Bytes of the frames, each divided by the number of groups that map it.</summary>
    public required long ProportionalBytes { get; init; }

    /// <summary>Resident bytes of the SysV segments attached.</summary>
    public required long SegmentBytes { get; init; }

    /// <summary>Of those, the bytes of segments that no other group has attached.</summary>
    public required long UniqueSegmentBytes { get; init; }

    /// <summary>Swapped bytes of the SysV segments attached.</summary>
    public required long SegmentSwap { get; init; }

    /// <summary>The shmids of these segments, in order.</summary>
    public required IReadOnlyList<long> SegmentIds { get; init; }

    /// <summary>The machine's memory in bytes; null where it is not known.</summary>
    public required long? MemTotal { get; init; }
}
