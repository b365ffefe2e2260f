using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="OracleInstance"/>.</summary>
public static class OracleColumns
{
    private static readonly Column<OracleInstance> Sid = new("sid", nameof(OracleInstance.Sid), Text, instance => instance.Sid);
    private static readonly Column<OracleInstance> Sga = new("sga", nameof(OracleInstance.Sga), Size, instance => instance.Sga) { Help = "The SGA of the instance, as the instance tells." };
    private static readonly Column<OracleInstance> Pga = new("pga", nameof(OracleInstance.Pga), Size, instance => instance.Pga) { Help = "The PGA of the instance, as the instance tells." };
    private static readonly Column<OracleInstance> Processes = new("processes", nameof(OracleInstance.Processes), Number, instance => instance.Processes) { Cells = 7, Metric = MetricKind.Gauge, Help = "Processes of the instance." };
    private static readonly Column<OracleInstance> LargePages = new("large_pages", nameof(OracleInstance.LargePages), Text, instance => instance.LargePages);

    // An error message of the database may be long.
    private static readonly Column<OracleInstance> Status = new("status", nameof(OracleInstance.Status), Text, instance => instance.Status) { Widest = 60, ViewWidest = int.MaxValue };
    private static readonly Column<OracleInstance> User = new("user", nameof(OracleInstance.User), Text, instance => instance.User);
    private static readonly Column<OracleInstance> Home = new("home", nameof(OracleInstance.Home), Text, instance => instance.Home) { IsPath = true };
    private static readonly Column<OracleInstance> Kind = new("kind", nameof(OracleInstance.Kind), Text, instance => instance.Kind);
    private static readonly Column<OracleInstance> PmonPid = new("pmon_pid", nameof(OracleInstance.PmonPid), Number, instance => instance.PmonPid) { Cells = 7 };
    private static readonly Column<OracleInstance> MemHeld = new("mem_held", nameof(OracleInstance.MemHeld), Size, instance => instance.MemHeld) { Help = "All memory that the instance holds, each page once." };
    private static readonly Column<OracleInstance> MemFreed = new("mem_freed", nameof(OracleInstance.MemFreed), Size, instance => instance.MemFreed) { Help = "What comes back when the instance ends in good order." };
    private static readonly Column<OracleInstance> Private = new("private", nameof(OracleInstance.Private), Size, instance => instance.Private) { Help = "Private memory of all its processes together." };
    private static readonly Column<OracleInstance> PageTables = new("page_tables", nameof(OracleInstance.PageTables), Size, instance => instance.PageTables) { Help = "Page tables of its processes." };
    private static readonly Column<OracleInstance> SharedSize = new("shared_size", nameof(OracleInstance.SharedSize), Size, instance => instance.SharedSize) { Help = "Size of what its SGA lies in: segments, and files in /dev/shm." };
    private static readonly Column<OracleInstance> SharedMem = new("shared_mem", nameof(OracleInstance.SharedMem), Size, instance => instance.SharedMem) { Help = "How much of what its SGA lies in is in memory." };
    private static readonly Column<OracleInstance> SharedHuge = new("shared_huge", nameof(OracleInstance.SharedHuge), Size, instance => instance.SharedHuge) { Help = "How much of what its SGA lies in is in huge pages of a pool." };
    private static readonly Column<OracleInstance> SharedFiles = new("shared_files", nameof(OracleInstance.SharedFiles), Size, instance => instance.SharedFiles) { Help = "Size of its files in /dev/shm (Automatic Memory Management)." };
    private static readonly Column<OracleInstance> SwapHeld = new("swap_held", nameof(OracleInstance.SwapHeld), Size, instance => instance.SwapHeld) { Help = "What of it is swapped out." };
    private static readonly Column<OracleInstance> Container = new("container", nameof(OracleInstance.Container), Text, instance => instance.Container);
    private static readonly Column<OracleInstance> IpcNamespace = new("ipc_namespace", nameof(OracleInstance.IpcNamespace), Number, instance => instance.IpcNamespace) { Cells = 10 };
    private static readonly Column<OracleInstance> ProcessIds = new("process_ids", nameof(OracleInstance.ProcessIds), Values, instance => instance.ProcessIds);
    private static readonly Column<OracleInstance> Time = new("time", nameof(OracleInstance.Time), Other, instance => instance.Time);
    private static readonly Column<OracleInstance> ComputerName = new("computer_name", nameof(OracleInstance.ComputerName), Text, instance => instance.ComputerName);
    private static readonly Column<OracleInstance> ProcRoot = new("proc_root", nameof(OracleInstance.ProcRoot), Text, instance => instance.ProcRoot);

    private static readonly Column<OracleInstance>[] Measured = [MemHeld, MemFreed, Private, PageTables, SharedSize, SharedMem, SharedHuge, SharedFiles, SwapHeld];

    private static readonly Column<OracleInstance>[] Figures = [Sid, Sga, Pga, Processes, LargePages, Status, User, Home, Kind, PmonPid, .. Measured, Container, IpcNamespace];

    /// <summary>All columns of Oracle instances.</summary>
    public static ColumnSet<OracleInstance> All { get; } = new()
    {
        MetricName = "oracle",
        Data = [.. Figures, Time, ComputerName],
        Table = [Sid, Sga, Pga, Processes, LargePages, MemHeld, Status],
        TableWraps = true,
        List = [.. Figures, ProcessIds, Time, ComputerName, ProcRoot],
        Compact = [Sid with { Label = "name", ViewWidest = 15 }, Processes.As("procs"), Sga, Pga, MemHeld.As("held"), Status with { ViewWidest = 20 }],
        Full = [Sid, User, PmonPid, Sga, Pga, Processes, LargePages, .. Measured, Kind, Home, Container, IpcNamespace, Status],
        Keys = [nameof(OracleInstance.Sid), nameof(OracleInstance.PmonPid)],
        Summary = [nameof(OracleInstance.Sid), nameof(OracleInstance.Sga), nameof(OracleInstance.Pga), nameof(OracleInstance.Processes), nameof(OracleInstance.Status)],
    };
}
