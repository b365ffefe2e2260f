using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemCgroup"/>.</summary>
public static class CgroupColumns
{
    private static readonly Column<MemCgroup> Name = new("name", nameof(MemCgroup.Name), Text, one => one.Name) { Widest = 40, Cells = 16, IsPath = true };
    private static readonly Column<MemCgroup> Path = new("path", nameof(MemCgroup.Path), Text, one => one.Path) { IsPath = true };
    private static readonly Column<MemCgroup> Procs = new("procs", nameof(MemCgroup.Procs), Number, one => one.Procs) { Cells = 7, Metric = MetricKind.Gauge, Help = "Processes of the control group." };
    private static readonly Column<MemCgroup> MemHeld = new("mem_held", nameof(MemCgroup.MemHeld), Size, one => one.MemHeld) { Help = "What its processes hold, each page once." };
    private static readonly Column<MemCgroup> Current = new("current", nameof(MemCgroup.Current), Size, one => one.Current) { Help = "What the kernel has charged to it and to the groups below it." };
    private static readonly Column<MemCgroup> Peak = new("peak", nameof(MemCgroup.Peak), Size, one => one.Peak) { Help = "The most that was charged to it." };
    private static readonly Column<MemCgroup> Limit = new("limit", nameof(MemCgroup.Limit), Size, one => one.Limit) { Help = "The limit that binds it, its own or of a group around it; absent without one." };
    private static readonly Column<MemCgroup> Anon = new("anon", nameof(MemCgroup.Anon), Size, one => one.Anon) { MetricStem = "charged_anon", Help = "Anonymous memory charged to it." };
    private static readonly Column<MemCgroup> File = new("file", nameof(MemCgroup.File), Size, one => one.File) { MetricStem = "charged_file", Help = "Cache of files charged to it." };
    private static readonly Column<MemCgroup> Shmem = new("shmem", nameof(MemCgroup.Shmem), Size, one => one.Shmem) { MetricStem = "charged_shmem", Help = "Shared memory charged to it." };
    private static readonly Column<MemCgroup> Kernel = new("kernel", nameof(MemCgroup.Kernel), Size, one => one.Kernel) { MetricStem = "charged_kernel", Help = "Memory of the kernel charged to it." };
    private static readonly Column<MemCgroup> Swap = new("swap", nameof(MemCgroup.Swap), Size, one => one.Swap) { MetricStem = "charged_swap", Help = "Swap charged to it." };
    private static readonly Column<MemCgroup> Slab = new("slab", nameof(MemCgroup.Slab), Size, one => one.Slab) { MetricStem = "charged_slab", Help = "Slab charged to it." };
    private static readonly Column<MemCgroup> Sock = new("sock", nameof(MemCgroup.Sock), Size, one => one.Sock) { MetricStem = "charged_sock", Help = "Buffers of sockets charged to it." };
    private static readonly Column<MemCgroup> LimitPercent = new("limit_percent", nameof(MemCgroup.LimitPercent), Number, one => one.LimitPercent);
    private static readonly Column<MemCgroup> OfLimit = LimitPercent with { Label = "limit %", Kind = Percent };
    private static readonly Column<MemCgroup> LimitPath = new("limit_path", nameof(MemCgroup.LimitPath), Text, one => one.LimitPath) { IsPath = true };
    private static readonly Column<MemCgroup> Left = new("left", nameof(MemCgroup.Left), Size, one => one.Left) { Help = "What may still be charged before a limit is reached; absent without one." };
    private static readonly Column<MemCgroup> High = new("high", nameof(MemCgroup.High), Size, one => one.High) { Help = "Where the kernel begins to throttle it (memory.high); absent without one." };
    private static readonly Column<MemCgroup> Mostly = new("mostly", nameof(MemCgroup.Mostly), Text, one => one.Mostly);
    private static readonly Column<MemCgroup> OomKills = new("oom_kills", nameof(MemCgroup.OomKills), Number, one => one.OomKills) { Cells = 20, Metric = MetricKind.Counter, Help = "Processes of it that were killed for want of memory." };
    private static readonly Column<MemCgroup> LimitHits = new("limit_hits", nameof(MemCgroup.LimitHits), Number, one => one.LimitHits) { Cells = 20, Metric = MetricKind.Counter, Help = "How often its own limit was reached." };
    private static readonly Column<MemCgroup> PressureSome = new("pressure_some", nameof(MemCgroup.PressureSome), Number, one => one.PressureSome) { Metric = MetricKind.Ratio, Help = "Part of the last 10 seconds in which some of it waited for memory." };
    private static readonly Column<MemCgroup> PressureFull = new("pressure_full", nameof(MemCgroup.PressureFull), Number, one => one.PressureFull) { Metric = MetricKind.Ratio, Help = "Part of the last 10 seconds in which all of it waited for memory." };
    private static readonly Column<MemCgroup> MemAnon = new("mem_anon", nameof(MemCgroup.MemAnon), Size, one => one.MemAnon) { MetricStem = "held_anon", Help = "Anonymous memory that its processes map." };
    private static readonly Column<MemCgroup> MemFile = new("mem_file", nameof(MemCgroup.MemFile), Size, one => one.MemFile) { MetricStem = "held_file", Help = "Page cache of files that its processes map." };
    private static readonly Column<MemCgroup> SharedMem = new("shared_mem", nameof(MemCgroup.SharedMem), Size, one => one.SharedMem) { MetricStem = "held_shared", Help = "Shared memory objects that its processes hold, in memory." };
    private static readonly Column<MemCgroup> Version = new("version", nameof(MemCgroup.Version), Number, one => one.Version);
    private static readonly Column<MemCgroup> Status = new("status", nameof(MemCgroup.Status), Text, one => one.Status) { ViewWidest = int.MaxValue };
    private static readonly Column<MemCgroup> ProcessIds = new("process_ids", nameof(MemCgroup.ProcessIds), Values, one => one.ProcessIds);
    private static readonly Column<MemCgroup> Time = new("time", nameof(MemCgroup.Time), Other, one => one.Time);
    private static readonly Column<MemCgroup> ComputerName = new("computer_name", nameof(MemCgroup.ComputerName), Text, one => one.ComputerName);
    private static readonly Column<MemCgroup> ProcRoot = new("proc_root", nameof(MemCgroup.ProcRoot), Text, one => one.ProcRoot);

    /// <summary>All columns of control groups.</summary>
    public static ColumnSet<MemCgroup> All { get; } = new()
    {
        MetricName = "cgroup",
        Data =
        [
            Name, Path, Procs, MemHeld, Current, Peak, Limit, Anon, File, Shmem, Kernel, Swap, Slab, Sock, LimitPath, LimitPercent, Left, High, Mostly,
            OomKills, LimitHits, PressureSome, PressureFull, MemAnon, MemFile, SharedMem, Version, Status, Time, ComputerName,
        ],
        // How near to its limit it is, and by what: that is what one looks for, so it is there at 80 columns.
        Table = [Name, Procs, MemHeld, Current, OfLimit, Mostly, Limit, Anon, File, Shmem, Kernel, Swap, OomKills],
        List =
        [
            Name, Path, Procs, MemHeld, Current, Peak, Limit, LimitPath, LimitPercent, Left, High, Mostly, Anon, File, Shmem, Kernel, Slab, Sock, Swap,
            OomKills, LimitHits, PressureSome, PressureFull, MemAnon, MemFile, SharedMem, Version, Status, ProcessIds, Time, ComputerName, ProcRoot,
        ],
        Compact = [Name with { ViewWidest = 24 }, Procs, MemHeld.As("held"), Current, OfLimit, Mostly],
        Full =
        [
            Name, Procs, MemHeld, Current, Peak, Limit, LimitPercent, Left, High, Mostly, Anon, File, Shmem, Kernel, Slab, Sock, Swap,
            OomKills, LimitHits, PressureSome, PressureFull, MemAnon, MemFile, SharedMem, Version, LimitPath, Path, Status,
        ],
        Keys = [nameof(MemCgroup.Path)],
        Summary = [nameof(MemCgroup.Name), nameof(MemCgroup.Procs), nameof(MemCgroup.MemHeld), nameof(MemCgroup.Current), nameof(MemCgroup.Limit), nameof(MemCgroup.Mostly)],
    };
}
