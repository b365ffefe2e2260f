using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemCgroup"/>.</summary>
public static class CgroupColumns
{
    private static readonly Column<MemCgroup> Name = new("name", nameof(MemCgroup.Name), Text, one => one.Name) { Widest = 40, Cells = 16 };
    private static readonly Column<MemCgroup> Path = new("path", nameof(MemCgroup.Path), Text, one => one.Path);
    private static readonly Column<MemCgroup> Procs = new("procs", nameof(MemCgroup.Procs), Number, one => one.Procs) { Cells = 7 };
    private static readonly Column<MemCgroup> MemHeld = new("mem_held", nameof(MemCgroup.MemHeld), Size, one => one.MemHeld);
    private static readonly Column<MemCgroup> Current = new("current", nameof(MemCgroup.Current), Size, one => one.Current);
    private static readonly Column<MemCgroup> Peak = new("peak", nameof(MemCgroup.Peak), Size, one => one.Peak);
    private static readonly Column<MemCgroup> Limit = new("limit", nameof(MemCgroup.Limit), Size, one => one.Limit);
    private static readonly Column<MemCgroup> Anon = new("anon", nameof(MemCgroup.Anon), Size, one => one.Anon);
    private static readonly Column<MemCgroup> File = new("file", nameof(MemCgroup.File), Size, one => one.File);
    private static readonly Column<MemCgroup> Shmem = new("shmem", nameof(MemCgroup.Shmem), Size, one => one.Shmem);
    private static readonly Column<MemCgroup> Kernel = new("kernel", nameof(MemCgroup.Kernel), Size, one => one.Kernel);
    private static readonly Column<MemCgroup> Swap = new("swap", nameof(MemCgroup.Swap), Size, one => one.Swap);
    private static readonly Column<MemCgroup> Slab = new("slab", nameof(MemCgroup.Slab), Size, one => one.Slab);
    private static readonly Column<MemCgroup> Sock = new("sock", nameof(MemCgroup.Sock), Size, one => one.Sock);
    private static readonly Column<MemCgroup> LimitPercent = new("limit_percent", nameof(MemCgroup.LimitPercent), Number, one => one.LimitPercent);
    private static readonly Column<MemCgroup> LimitPath = new("limit_path", nameof(MemCgroup.LimitPath), Text, one => one.LimitPath);
    private static readonly Column<MemCgroup> Left = new("left", nameof(MemCgroup.Left), Size, one => one.Left);
    private static readonly Column<MemCgroup> High = new("high", nameof(MemCgroup.High), Size, one => one.High);
    private static readonly Column<MemCgroup> Mostly = new("mostly", nameof(MemCgroup.Mostly), Text, one => one.Mostly);
    private static readonly Column<MemCgroup> OomKills = new("oom_kills", nameof(MemCgroup.OomKills), Number, one => one.OomKills) { Cells = 20 };
    private static readonly Column<MemCgroup> LimitHits = new("limit_hits", nameof(MemCgroup.LimitHits), Number, one => one.LimitHits) { Cells = 20 };
    private static readonly Column<MemCgroup> PressureSome = new("pressure_some", nameof(MemCgroup.PressureSome), Number, one => one.PressureSome);
    private static readonly Column<MemCgroup> PressureFull = new("pressure_full", nameof(MemCgroup.PressureFull), Number, one => one.PressureFull);
    private static readonly Column<MemCgroup> MemAnon = new("mem_anon", nameof(MemCgroup.MemAnon), Size, one => one.MemAnon);
    private static readonly Column<MemCgroup> MemFile = new("mem_file", nameof(MemCgroup.MemFile), Size, one => one.MemFile);
    private static readonly Column<MemCgroup> SharedMem = new("shared_mem", nameof(MemCgroup.SharedMem), Size, one => one.SharedMem);
    private static readonly Column<MemCgroup> Version = new("version", nameof(MemCgroup.Version), Number, one => one.Version);
    private static readonly Column<MemCgroup> Status = new("status", nameof(MemCgroup.Status), Text, one => one.Status) { ViewWidest = int.MaxValue };
    private static readonly Column<MemCgroup> ProcessIds = new("process_ids", nameof(MemCgroup.ProcessIds), Values, one => one.ProcessIds);
    private static readonly Column<MemCgroup> Time = new("time", nameof(MemCgroup.Time), Other, one => one.Time);
    private static readonly Column<MemCgroup> ComputerName = new("computer_name", nameof(MemCgroup.ComputerName), Text, one => one.ComputerName);
    private static readonly Column<MemCgroup> ProcRoot = new("proc_root", nameof(MemCgroup.ProcRoot), Text, one => one.ProcRoot);

    /// <summary>All columns of control groups.</summary>
    public static ColumnSet<MemCgroup> All { get; } = new()
    {
        Data =
        [
            Name, Path, Procs, MemHeld, Current, Peak, Limit, Anon, File, Shmem, Kernel, Swap, Slab, Sock, LimitPath, LimitPercent, Left, High, Mostly,
            OomKills, LimitHits, PressureSome, PressureFull, MemAnon, MemFile, SharedMem, Version, Status, Time, ComputerName,
        ],
        Table = [Name, Procs, MemHeld, Current, Limit, LimitPercent, Mostly, Anon, File, Shmem, Kernel, Swap, OomKills],
        List =
        [
            Name, Path, Procs, MemHeld, Current, Peak, Limit, LimitPath, LimitPercent, Left, High, Mostly, Anon, File, Shmem, Kernel, Slab, Sock, Swap,
            OomKills, LimitHits, PressureSome, PressureFull, MemAnon, MemFile, SharedMem, Version, Status, ProcessIds, Time, ComputerName, ProcRoot,
        ],
        Compact = [Name with { ViewWidest = 24 }, Procs, MemHeld.As("held"), Current, LimitPercent with { Label = "limit %", Kind = Percent }, Mostly],
        Full =
        [
            Name, Procs, MemHeld, Current, Peak, Limit, LimitPercent, Left, High, Mostly, Anon, File, Shmem, Kernel, Slab, Sock, Swap,
            OomKills, LimitHits, PressureSome, PressureFull, MemAnon, MemFile, SharedMem, Version, LimitPath, Path, Status,
        ],
        Keys = [nameof(MemCgroup.Path)],
        Summary = [nameof(MemCgroup.Name), nameof(MemCgroup.Procs), nameof(MemCgroup.MemHeld), nameof(MemCgroup.Current), nameof(MemCgroup.Limit), nameof(MemCgroup.Mostly)],
    };
}
