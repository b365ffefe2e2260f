using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemProcess"/>.</summary>
public static class ProcessColumns
{
    /// <summary>
    /// The PowerShell type name of processes listed without a scan; it selects the view without figures.
    /// </summary>
    public const string ListedType = "LinuxMem.MemProcess#Listed";

    /// <summary>4194304, the most that the kernel gives.</summary>
    private const int PidCells = 7;

    /// <summary>4294967295.</summary>
    private const int UserIdCells = 10;

    private static readonly Column<MemProcess> Pid = new("pid", nameof(MemProcess.Id), Number, process => process.Id) { Cells = PidCells };
    private static readonly Column<MemProcess> Ppid = new("ppid", nameof(MemProcess.ParentId), Number, process => process.ParentId) { Cells = PidCells };
    private static readonly Column<MemProcess> Uid = new("uid", nameof(MemProcess.Uid), Number, process => process.Uid) { Cells = UserIdCells };
    private static readonly Column<MemProcess> RealUid = new("real_uid", nameof(MemProcess.RealUid), Number, process => process.RealUid) { Cells = UserIdCells };
    private static readonly Column<MemProcess> Gid = new("gid", nameof(MemProcess.Gid), Number, process => process.Gid) { Cells = UserIdCells };
    private static readonly Column<MemProcess> User = new("user", nameof(MemProcess.User), Text, process => process.User);
    private static readonly Column<MemProcess> Comm = new("comm", nameof(MemProcess.Comm), Text, process => process.Comm) { Cells = 15 };

    // One long command line would make every row of the table as wide.
    private static readonly Column<MemProcess> CommandLine = new("command_line", nameof(MemProcess.CommandLine), Text, process => process.CommandLine)
    {
        Widest = 80,
        ViewWidest = int.MaxValue,
    };

    private static readonly Column<MemProcess> Exe = new("exe", nameof(MemProcess.Exe), Text, process => process.Exe) { IsPath = true };
    private static readonly Column<MemProcess> Cgroup = new("cgroup", nameof(MemProcess.Cgroup), Text, process => process.Cgroup) { IsPath = true };
    private static readonly Column<MemProcess> Unit = new("unit", nameof(MemProcess.Unit), Text, process => process.Unit);
    private static readonly Column<MemProcess> Container = new("container", nameof(MemProcess.Container), Text, process => process.Container);
    private static readonly Column<MemProcess> Pod = new("pod", nameof(MemProcess.Pod), Text, process => process.Pod);
    private static readonly Column<MemProcess> Instance = new("instance", nameof(MemProcess.Instance), Text, process => process.Instance);
    private static readonly Column<MemProcess> StartTime = new("start_time", nameof(MemProcess.StartTime), Other, process => process.StartTime);
    private static readonly Column<MemProcess> ShmIds = new("shm_ids", nameof(MemProcess.ShmIds), Other, process => process.ShmIds);
    private static readonly Column<MemProcess> Time = new("time", nameof(MemProcess.Time), Other, process => process.Time);
    private static readonly Column<MemProcess> ComputerName = new("computer_name", nameof(MemProcess.ComputerName), Text, process => process.ComputerName);
    private static readonly Column<MemProcess> ProcRoot = new("proc_root", nameof(MemProcess.ProcRoot), Text, process => process.ProcRoot);

    /// <summary>All columns of processes.</summary>
    public static ColumnSet<MemProcess> All { get; } = new()
    {
        Labels = [nameof(MemProcess.User)],
        Data =
        [
            Pid, Ppid, Uid, User, Comm, .. FigureColumns.InData<MemProcess>(), RealUid, Gid, CommandLine, Exe, Cgroup, Unit, Container, Pod, Instance, StartTime,
            Time, ComputerName,
        ],
        Table = [Pid, User, Comm, .. FigureColumns.In<MemProcess>(FigureColumns.Tables.Processes)],
        Listed = [Pid, Ppid, Uid, User, Comm, CommandLine],
        List = [Pid, Ppid, Uid, RealUid, Gid, User, Comm, CommandLine, Exe, Cgroup, Unit, Container, Pod, Instance, StartTime, .. FigureColumns.All<MemProcess>(), ShmIds, Time, ComputerName, ProcRoot],
        Compact =
        [
            Pid, Comm with { Label = "name", ViewWidest = 15 }, User with { ViewWidest = 12 },
            .. FigureColumns.Compact<MemProcess>().Where(column => column.Property != nameof(MemProcess.MemRss)),
        ],
        Swap = [Pid, User, Comm, .. FigureColumns.In<MemProcess>(FigureColumns.Tables.Swap)],
        Shared = [Pid, User, Comm, .. FigureColumns.In<MemProcess>(FigureColumns.Tables.Shared)],
        Full = [Pid, Ppid, User, Comm, .. FigureColumns.All<MemProcess>(), CommandLine],
        Title = nameof(MemProcess.Comm),
        Keys = [nameof(MemProcess.Id), nameof(MemProcess.StartTime)],
        Summary = [nameof(MemProcess.Id), nameof(MemProcess.User), nameof(MemProcess.Comm), nameof(MemProcess.MemHeld), nameof(MemProcess.MemFreed), nameof(MemProcess.SwapRss)],
    };
}
