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
    private static readonly Column<OracleInstance> Time = new("time", nameof(OracleInstance.Time), Other, instance => instance.Time);
    private static readonly Column<OracleInstance> ComputerName = new("computer_name", nameof(OracleInstance.ComputerName), Text, instance => instance.ComputerName);
    private static readonly Column<OracleInstance> ProcRoot = new("proc_root", nameof(OracleInstance.ProcRoot), Text, instance => instance.ProcRoot);

    /// <summary>All columns of Oracle instances.</summary>
    public static ColumnSet<OracleInstance> All { get; } = new()
    {
        MetricName = "oracle",
        Data = [Sid, Sga, Pga, Processes, LargePages, Status, User, Home, Kind, PmonPid, Time, ComputerName],
        Table = [Sid, Sga, Pga, Processes, LargePages, Status],
        TableWraps = true,
        List = [Sid, Sga, Pga, Processes, LargePages, Status, User, Home, Kind, PmonPid, Time, ComputerName, ProcRoot],
        Compact = [Sid with { Label = "name", ViewWidest = 15 }, Processes.As("procs"), Sga, Pga, Status with { ViewWidest = 30 }],
        Full = [Sid, User, PmonPid, Sga, Pga, Processes, LargePages, Kind, Home, Status],
        Keys = [nameof(OracleInstance.Sid), nameof(OracleInstance.PmonPid)],
        Summary = [nameof(OracleInstance.Sid), nameof(OracleInstance.Sga), nameof(OracleInstance.Pga), nameof(OracleInstance.Processes), nameof(OracleInstance.Status)],
    };
}
