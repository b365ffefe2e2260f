using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemMapping"/>.</summary>
public static class MappingColumns
{
    /// <summary>The type name of lines that are all of one kind: with it in front, the view <c>ByKind</c> applies, which shows the kind once.</summary>
    public const string ByKindType = "LinuxMem.MemMapping#ByKind";

    private static readonly Column<MemMapping> GroupName = new("group_name", nameof(MemMapping.GroupName), Text, line => line.GroupName);
    private static readonly Column<MemMapping> Mapping = new("mapping", nameof(MemMapping.Mapping), Text, line => line.Mapping) { Widest = 60, Cells = 22, IsPath = true };
    private static readonly Column<MemMapping> Kind = new("kind", nameof(MemMapping.Kind), Text, line => line.Kind) { Cells = 15 };
    private static readonly Column<MemMapping> Procs = new("procs", nameof(MemMapping.Procs), Number, line => line.Procs) { Metric = MetricKind.Gauge, Help = "Processes of the group that map it." };
    private static readonly Column<MemMapping> Mappings = new("mappings", nameof(MemMapping.Mappings), Number, line => line.Mappings) { Cells = 8, Metric = MetricKind.Gauge, Help = "Mappings of it, in all these processes." };
    private static readonly Column<MemMapping> Bytes = new("size", nameof(MemMapping.Size), Size, line => line.Size) { Help = "Address space of it, in all these processes." };
    private static readonly Column<MemMapping> Device = new("device", nameof(MemMapping.Device), Text, line => line.Device);
    private static readonly Column<MemMapping> Inode = new("inode", nameof(MemMapping.Inode), Number, line => line.Inode);
    private static readonly Column<MemMapping> Deleted = new("deleted", nameof(MemMapping.Deleted), Other, line => line.Deleted);
    private static readonly Column<MemMapping> IsRest = new("is_rest", nameof(MemMapping.IsRest), Other, line => line.IsRest);
    private static readonly Column<MemMapping> Split = new("split", nameof(MemMapping.Split), Text, line => line.Split);
    private static readonly Column<MemMapping> Key = new Column<MemMapping>("key", nameof(MemMapping.Key), Any, line => line.Key).As("group_key");
    private static readonly Column<MemMapping> Time = new("time", nameof(MemMapping.Time), Other, line => line.Time);
    private static readonly Column<MemMapping> ComputerName = new("computer_name", nameof(MemMapping.ComputerName), Text, line => line.ComputerName);
    private static readonly Column<MemMapping> ProcRoot = new("proc_root", nameof(MemMapping.ProcRoot), Text, line => line.ProcRoot);

    /// <summary>The figures that stand first in JSON and CSV.</summary>
    private static readonly string[] First = ["mem_rss", "mem_anon", "mem_uss", "mem_pss", "swap_rss"];

    /// <summary>All columns of mappings.</summary>
    public static ColumnSet<MemMapping> All { get; } = new()
    {
        Labels = [nameof(MemMapping.Split), nameof(MemMapping.Key), nameof(MemMapping.Kind)],
        Data =
        [
            GroupName, Mapping, Kind, Procs, Mappings, Bytes,
            .. FigureColumns.InData<MemMapping>().OrderBy(figure => Array.IndexOf(First, figure.Heading) is >= 0 and var place ? place : First.Length),
            Device, Inode, Deleted, IsRest, Split, Key, Time, ComputerName,
        ],

        // Memory first: in 80 columns the rest has no room.
        Table = [Mapping, Kind, Procs, .. FigureColumns.In<MemMapping>(FigureColumns.Tables.Mappings), Mappings, Bytes],
        List =
        [
            GroupName, Mapping, Kind, Procs, Mappings, Bytes, .. FigureColumns.All<MemMapping>(), Device, Inode, Deleted, IsRest, Split, Key, Time, ComputerName, ProcRoot,
        ],
        ByKind = [Mapping.As("kind") with { Cells = 15 }, Procs, .. FigureColumns.In<MemMapping>(FigureColumns.Tables.Mappings), Mappings, Bytes],
        Compact = [Mapping with { Cells = 16, ViewWidest = 24 }, Procs, .. FigureColumns.Compact<MemMapping>()],
        Swap = [Mapping, Kind, .. FigureColumns.In<MemMapping>(FigureColumns.Tables.Swap)],
        Shared = [Mapping, Kind, .. FigureColumns.In<MemMapping>(FigureColumns.Tables.Shared)],
        Full = [Mapping, Kind, Procs, .. FigureColumns.All<MemMapping>(), Mappings, Bytes, Device, Inode, Deleted],
        Keys = [nameof(MemMapping.GroupName), nameof(MemMapping.Mapping)],
        Summary = [nameof(MemMapping.GroupName), nameof(MemMapping.Mapping), nameof(MemMapping.Kind), nameof(MemMapping.MemRss), nameof(MemMapping.MemUss), nameof(MemMapping.MemPss)],
        Title = nameof(MemMapping.Mapping),
        Section = [nameof(MemMapping.GroupName)],
    };
}
