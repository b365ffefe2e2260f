using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemGroup"/>.</summary>
public static class GroupColumns
{
    private static readonly Column<MemGroup> Split = new("split", nameof(MemGroup.Split), Text, group => group.Split);
    private static readonly Column<MemGroup> Report = new("report", nameof(MemGroup.Report), Number, group => group.Report);
    private static readonly Column<MemGroup> GroupName = new("group_name", nameof(MemGroup.GroupName), Text, group => group.GroupName) { IsGroupName = true, Cells = 22 };
    private static readonly Column<MemGroup> Procs = new("procs", nameof(MemGroup.Procs), Number, group => group.Procs) { Cells = 7, Metric = MetricKind.Gauge, Help = "Processes of the group." };
    private static readonly Column<MemGroup> Key = new Column<MemGroup>("key", nameof(MemGroup.Key), Any, group => group.Key).As("group_key");
    private static readonly Column<MemGroup> Identity = new("identity", nameof(MemGroup.Identity), Text, group => group.Identity);
    private static readonly Column<MemGroup> IsTotal = new("is_total", nameof(MemGroup.IsTotal), Other, group => group.IsTotal);
    private static readonly Column<MemGroup> ProcessIds = new("process_ids", nameof(MemGroup.ProcessIds), Values, group => group.ProcessIds);
    private static readonly Column<MemGroup> MemByNode = new("mem_by_node", nameof(MemGroup.MemByNode), NodeSizes, group => group.MemByNode);
    private static readonly Column<MemGroup> Time = new("time", nameof(MemGroup.Time), Other, group => group.Time);
    private static readonly Column<MemGroup> ComputerName = new("computer_name", nameof(MemGroup.ComputerName), Text, group => group.ComputerName);
    private static readonly Column<MemGroup> ProcRoot = new("proc_root", nameof(MemGroup.ProcRoot), Text, group => group.ProcRoot);

    /// <summary>All columns of groups.</summary>
    public static ColumnSet<MemGroup> All { get; } = new()
    {
        Data = [Split, GroupName, Procs, .. FigureColumns.InData<MemGroup>(), Key, Identity, Report, MemByNode, ProcessIds, Time, ComputerName],
        Table = [GroupName, Procs, .. FigureColumns.In<MemGroup>(FigureColumns.Tables.Groups)],
        List = [Split, Report, GroupName, Procs, .. FigureColumns.All<MemGroup>(), Key, IsTotal, MemByNode, ProcessIds, Time, ComputerName, ProcRoot],
        Compact = [GroupName with { Label = "name", Cells = 16, ViewWidest = 24 }, Procs, .. FigureColumns.Compact<MemGroup>()],
        Swap = [GroupName, Procs, .. FigureColumns.In<MemGroup>(FigureColumns.Tables.Swap)],
        Shared = [GroupName, Procs, .. FigureColumns.In<MemGroup>(FigureColumns.Tables.Shared)],
        Full = [GroupName, Procs, .. FigureColumns.All<MemGroup>()],
        Keys = [nameof(MemGroup.Report), nameof(MemGroup.Key), nameof(MemGroup.IsTotal)],
        Summary = [nameof(MemGroup.GroupName), nameof(MemGroup.Procs), nameof(MemGroup.MemRss), nameof(MemGroup.MemUss), nameof(MemGroup.SwapRss), nameof(MemGroup.ShmMem)],
        Title = nameof(MemGroup.GroupName),
        Section = [nameof(MemGroup.Time), nameof(MemGroup.ComputerName), nameof(MemGroup.Report), nameof(MemGroup.Split)],
    };
}
