using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Processes;

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

    /// <summary>
    /// All RAM held, each page once: the frames mapped, and every page in memory of the shared memory objects held, whether
    /// somebody maps it or not. <see cref="MemRss"/> - <see cref="MemShared"/> + <see cref="SharedMem"/>; where the sizes of
    /// shared memory are not known, <see cref="MemRss"/> + <see cref="ShmMem"/>.
    /// </summary>
    public long? MemHeld => KnowsObjects ? MemRss - MemShared + SharedMem : MemRss + ShmMem;

    /// <summary>
    /// RAM that comes back when the group ends in good order: anonymous frames that no process outside maps, shared memory
    /// objects that no process outside holds (of named files of a tmpfs only those in /dev/shm), and the page tables. The
    /// page cache of files stays.
    /// </summary>
    public long? MemFreed => Bytes(Counts?.Frames.UniqueAnonymous)
        + (KnowsObjects ? Counts?.Objects.Freed + (Counts?.Segments.Unique - Counts?.Objects.Segments.Unique) : ShmUss)
        + (PageTables ?? 0);

    /// <summary>Distinct frames mapped, without those of SysV segments.</summary>
    public long? MemRss => Bytes(Counts?.Frames.Frames);

    /// <summary>Of <see cref="MemRss"/>, the anonymous frames.</summary>
    public long? MemAnon => Bytes(Counts?.Frames.Anonymous);

    /// <summary>Of <see cref="MemRss"/>, the page cache of files; null where shared memory is not told from files.</summary>
    public long? MemFile => KnowsObjects ? MemRss - MemAnon - MemShared : null;

    /// <summary>Of <see cref="MemRss"/>, the pages of shared memory objects; null where these are not told from files.</summary>
    public long? MemShared => KnowsObjects ? Bytes(Counts?.Frames.Shared) : null;

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

    /// <summary>
    /// <see cref="SwapRss"/> + <see cref="SharedSwap"/>: of shared memory that is swapped out, page tables know nothing. Null where
    /// the sizes of shared memory are not known.
    /// </summary>
    public long? SwapHeld => SwapRss + SharedSwap;

    /// <summary>Resident bytes of the distinct SysV segments attached.</summary>
    public long? ShmMem => Counts?.Segments.Resident;

    /// <summary>Swapped bytes of the distinct SysV segments attached.</summary>
    public long? ShmSwap => Counts?.Segments.Swapped;

    /// <summary>Of <see cref="ShmMem"/>, the segments that no process outside has attached.</summary>
    public long? ShmUss => Counts?.Segments.Unique;

    /// <summary>
    /// Bytes in memory of the distinct shared memory objects held, SysV segments among them, whether somebody maps a page or
    /// not; null where the sizes are not known.
    /// </summary>
    public long? SharedMem => Objects(all => all.Resident);

    /// <summary>Swapped bytes of these objects; null where the sizes are not known.</summary>
    public long? SharedSwap => Objects(all => all.Swapped);

    /// <summary>Of <see cref="SharedMem"/>, the objects that no process outside holds; null where the sizes are not known.</summary>
    public long? SharedUss => Objects(all => all.Unique);

    /// <summary>Size of the page tables (<c>VmPTE</c>); null when it is not known of a process.</summary>
    public long? PageTables => Counts?.PageTables ?? ListedPageTables;

    /// <summary>
    /// <see cref="MemHeld"/> in percent of <c>MemTotal</c>, with two decimals; null when either is not known.
    /// </summary>
    public double? MemHeldPercent => PercentOfRam(MemHeld);

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

    /// <summary>The page tables as they are known without a scan.</summary>
    private protected virtual long? ListedPageTables => null;

    private bool KnowsObjects => Counts?.Objects.IsKnown ?? false;

    /// <summary>Of all objects; segments that could not be looked at count by the kernel's table.</summary>
    private long? Objects(Func<SharedBytes, long> of) =>
        KnowsObjects && Counts is MemCounts counts ? of(counts.Objects.All) + of(counts.Segments) - of(counts.Objects.Segments) : null;

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

    /// <summary>Bytes of the SysV segments attached.</summary>
    public required SharedBytes Segments { get; init; }

    /// <summary>The shared memory objects held.</summary>
    public required ObjectCounts Objects { get; init; }

    /// <summary>Bytes of page tables; null when not known.</summary>
    public required long? PageTables { get; init; }

    /// <summary>The shmids of the segments, ascending.</summary>
    public required IReadOnlyList<long> SegmentIds { get; init; }

    /// <summary>The frames by NUMA node: the number of each, and how many it has; empty where nothing tells.</summary>
    public IReadOnlyList<NodeCount> ByNode { get; init; } = [];

    /// <summary><c>MemTotal</c> in bytes; null when it is not known.</summary>
    public required long? MemTotal { get; init; }
}
