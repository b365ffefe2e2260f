using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemPart"/>.</summary>
public static class PartColumns
{
    private static readonly Column<MemPart> Part = new("part", nameof(MemPart.Part), Text, one => one.Part) { Cells = 30, ViewWidest = 39 };
    private static readonly Column<MemPart> Bytes = new("bytes", nameof(MemPart.Bytes), Size, one => one.Bytes) { Help = "A part of the memory of the machine; the parts add up to MemTotal." };
    private static readonly Column<MemPart> Share = new("percent", nameof(MemPart.Percent), Percent, one => one.Percent);
    private static readonly Column<MemPart> InGroups = new("in_groups", nameof(MemPart.InGroups), Size, one => one.InGroups) { Help = "What processes hold of that part." };
    private static readonly Column<MemPart> InFree = new("in_free", nameof(MemPart.InFree), Text, one => one.InFree) { Cells = 10, ViewWidest = 18 };
    private static readonly Column<MemPart> Source = new("source", nameof(MemPart.Source), Text, one => one.Source) { Widest = 60, ViewWidest = int.MaxValue };
    private static readonly Column<MemPart> See = new("see", nameof(MemPart.See), Text, one => one.SeeInShell) { Widest = 60, Cells = 16, ViewWidest = 60 };
    private static readonly Column<MemPart> MemByNode = new("mem_by_node", nameof(MemPart.MemByNode), NodeSizes, one => one.MemByNode);
    private static readonly Column<MemPart> Time = new("time", nameof(MemPart.Time), Other, one => one.Time);
    private static readonly Column<MemPart> ComputerName = new("computer_name", nameof(MemPart.ComputerName), Text, one => one.ComputerName);
    private static readonly Column<MemPart> ProcRoot = new("proc_root", nameof(MemPart.ProcRoot), Text, one => one.ProcRoot);

    /// <summary>All columns of the parts of a machine's memory.</summary>
    public static ColumnSet<MemPart> All { get; } = new()
    {
        MetricName = "machine_part",
        Data = [Part, Bytes, Share, InGroups, InFree, Source, See, MemByNode, Time, ComputerName],
        Table = [Part, Bytes, Share, InGroups, InFree, See],
        List = [Part, Bytes, Share, InGroups, InFree, Source, See, MemByNode, Time, ComputerName, ProcRoot],
        Compact = [Part, Bytes, Share with { Label = "%" }, InGroups],
        Full = [Part, Bytes, Share, InGroups, InFree, See, MemByNode, Source],
        Keys = [nameof(MemPart.Part)],
        Summary = [nameof(MemPart.Part), nameof(MemPart.Bytes), nameof(MemPart.Percent), nameof(MemPart.InGroups), nameof(MemPart.InFree)],
    };
}
