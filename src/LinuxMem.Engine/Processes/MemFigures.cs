using LinuxMem.Engine.Frames;

namespace LinuxMem;

/// <summary>
/// The memory figures that groups and processes have alike; a process counts as a group of one. Sizes are bytes. Every
/// physical page and every swap slot counts once per group, however often it is mapped. All figures are null before a
/// scan.
/// </summary>
/// <remarks>
/// Sources: <c>/proc/PID/pagemap</c> (Documentation/admin-guide/mm/pagemap.rst) and <c>/proc/sysvipc/shm</c>
/// (proc_sysvipc_shm(5)). "Outside" means other scanned processes than the group's.
/// </remarks>
public abstract class MemFigures
{
    private protected MemFigures()
    {
    }

    /// <summary>Distinct frames mapped, without those of SysV segments.</summary>
    public long? MemRss => Bytes(Counts?.Frames.Frames);

    /// <summary>Of <see cref="MemRss"/>, the anonymous frames.</summary>
    public long? MemAnon => Bytes(Counts?.Frames.Anonymous);

    /// <summary>Of <see cref="MemRss"/>, the frames that no process outside maps.</summary>
    public long? MemUss => Bytes(Counts?.Frames.Unique);

    /// <summary>
    /// <see cref="MemRss"/> with each frame divided by the number of groups of the report (or of processes) that map
    /// it. The column adds up to all memory mapped, each page once; bytes that rounding leaves over go to the largest
    /// remainders.
    /// </summary>
    public long? MemPss => Counts?.ProportionalBytes;

    /// <summary>Of <see cref="SwapRss"/>, the slots that hold anonymous pages.</summary>
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

    /// <summary>
    /// <see cref="MemRss"/> in percent of <c>MemTotal</c>, with two decimals; null when either is not known.
    /// </summary>
    public double? MemRssPercent => PercentOfRam(MemRss);

    /// <summary>
    /// <see cref="MemUss"/> in percent of <c>MemTotal</c>, with two decimals; null when either is not known.
    /// </summary>
    public double? MemUssPercent => PercentOfRam(MemUss);

    /// <summary>The shmids of the SysV segments behind <see cref="ShmMem"/>.</summary>
    /// <remarks>
    /// Declared in this base class so that it stands last in exports, which list a type's own properties first.
    /// </remarks>
    public IReadOnlyList<long>? ShmIds => Counts?.SegmentIds;

    /// <summary>
    /// True for the row that covers all groups of its report. It counts every page once, so it is not the sum of the
    /// groups' <see cref="MemRss"/>.
    /// </summary>
    public bool IsTotal { get; init; }

    /// <summary>The counts behind the figures; null before a scan.</summary>
    internal MemCounts? Counts { get; set; }

    private long? Bytes(long? pages) => pages * Counts?.PageSize;

    private double? PercentOfRam(long? bytes) =>
        bytes is long size && Counts?.MemTotal is long total and > 0 ? Math.Round(size * 100.0 / total, 2) : null;
}

/// <summary>
/// What a scan counted for one group or process; <see cref="MemFigures"/> derives the figures from it.
/// </summary>
internal sealed class MemCounts
{
    /// <summary>The number of processes scanned.</summary>
    public required int Processes { get; init; }

    /// <summary>The size of a frame, and of a swap slot, in bytes.</summary>
    public required long PageSize { get; init; }

    /// <summary>The frames mapped.</summary>
    public required FrameTotals Frames { get; init; }

    /// <summary>The swap slots referred to.</summary>
    public required FrameTotals Slots { get; init; }

    /// <summary>Bytes of the frames, each frame divided by the number of groups that map it.</summary>
    public required long ProportionalBytes { get; init; }

    /// <summary>Resident bytes of the SysV segments attached.</summary>
    public required long SegmentBytes { get; init; }

    /// <summary>Of these, bytes of segments that no other group has attached.</summary>
    public required long UniqueSegmentBytes { get; init; }

    /// <summary>Swapped bytes of the SysV segments attached.</summary>
    public required long SegmentSwap { get; init; }

    /// <summary>The shmids of these segments, ascending.</summary>
    public required IReadOnlyList<long> SegmentIds { get; init; }

    /// <summary><c>MemTotal</c> in bytes; null when it is not known.</summary>
    public required long? MemTotal { get; init; }
}
