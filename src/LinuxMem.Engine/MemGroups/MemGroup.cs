namespace LinuxMem;

/// <summary>
/// The memory of one group of processes in one report. Sizes are bytes; every physical page and every swap
/// slot counts once in the group, however many of its processes map it.
/// </summary>
/// <remarks>
/// The figures rest on <c>/proc/PID/pagemap</c> (Documentation/admin-guide/mm/pagemap.rst) and
/// <c>/proc/sysvipc/shm</c> (proc_sysvipc_shm(5)).
/// </remarks>
public sealed class MemGroup
{
    /// <summary>The report the group belongs to: <c>UID</c>, <c>environment variable ORACLE_SID</c>, …</summary>
    public required string Split { get; init; }

    /// <summary>
    /// The number of the report among those of the same call, from 1: two reports of custom filters have the
    /// same title.
    /// </summary>
    public required int Report { get; init; }

    /// <summary>The name to show: a user, a value, a filter's text, <c>Other</c>, …</summary>
    public required string GroupName { get; init; }

    /// <summary>
    /// What the processes of the group have in common: the user id, the variable's value, … Null for the
    /// processes that have none (a variable that is not set), so that they differ from those whose value
    /// reads the same as the name shown.
    /// </summary>
    public object? Key { get; init; }

    /// <summary>The number of processes scanned in the group.</summary>
    public required int Procs { get; init; }

    /// <summary>Distinct physical frames that at least one process of the group maps, without SysV segments.</summary>
    public required long MemRss { get; init; }

    /// <summary>Of <see cref="MemRss"/>, the anonymous frames.</summary>
    public required long MemAnon { get; init; }

    /// <summary>Of <see cref="MemRss"/>, the frames that no scanned process outside the group maps.</summary>
    public required long MemUss { get; init; }

    /// <summary>
    /// <see cref="MemRss"/> with each frame divided by the number of groups of the report that map it. The
    /// column adds up to all memory mapped, each page once: bytes left over by the division go to the groups
    /// with the largest remainders.
    /// </summary>
    public required long MemPss { get; init; }

    /// <summary>Of <see cref="SwapRss"/>, the slots of anonymous pages.</summary>
    public required long SwapAnon { get; init; }

    /// <summary>Distinct swap slots that at least one process of the group refers to.</summary>
    public required long SwapRss { get; init; }

    /// <summary>Of <see cref="SwapRss"/>, the slots that no scanned process outside the group refers to.</summary>
    public required long SwapUss { get; init; }

    /// <summary>Resident bytes of the distinct SysV segments that the group has attached.</summary>
    public required long ShmMem { get; init; }

    /// <summary>Swapped bytes of the distinct SysV segments that the group has attached.</summary>
    public required long ShmSwap { get; init; }

    /// <summary>Of <see cref="ShmMem"/>, the segments that no scanned process outside the group has attached.</summary>
    public required long ShmUss { get; init; }

    /// <summary><see cref="MemRss"/> in percent of the machine's memory (<c>MemTotal</c>), with two decimals; null where that is not known.</summary>
    public double? MemRssPercent => PercentOfRam(MemRss, MemTotal);

    /// <summary><see cref="MemUss"/> in percent of the machine's memory (<c>MemTotal</c>), with two decimals; null where that is not known.</summary>
    public double? MemUssPercent => PercentOfRam(MemUss, MemTotal);

    /// <summary>
    /// True for the row that stands for all groups of its report together: every page once, so that it is not
    /// the sum of their <see cref="MemRss"/>.
    /// </summary>
    public bool IsTotal { get; init; }

    /// <summary>The machine's memory in bytes; null where it is not known.</summary>
    internal long? MemTotal { get; init; }

    /// <summary>The shmids of the segments behind <see cref="ShmMem"/>.</summary>
    internal IReadOnlyList<long> ShmIds { get; init; } = [];

    /// <summary>The group as text: its name, and how much memory it uses.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{GroupName}: {MemRss} bytes in {Procs} processes");

    internal static double? PercentOfRam(long? bytes, long? memTotal) =>
        bytes is long size && memTotal is long total and > 0 ? Math.Round(size * 100.0 / total, 2) : null;

    /// <summary>The same figures as the row of all groups of a report.</summary>
    internal MemGroup AsTotalOf(string split, int report) => new()
    {
        Split = split,
        Report = report,
        GroupName = "Total",
        IsTotal = true,
        Procs = Procs,
        MemRss = MemRss,
        MemAnon = MemAnon,
        MemUss = MemUss,
        MemPss = MemPss,
        SwapAnon = SwapAnon,
        SwapRss = SwapRss,
        SwapUss = SwapUss,
        ShmMem = ShmMem,
        ShmSwap = ShmSwap,
        ShmUss = ShmUss,
        MemTotal = MemTotal,
        ShmIds = ShmIds,
    };
}
