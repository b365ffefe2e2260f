using static LinuxMem.Engine.Reports.Columns.ColumnKind;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="Listed"/>.</summary>
public static class SharedMemoryColumns
{
    private static readonly Column<Listed> Kind = new("kind", nameof(Listed.Kind), Text, one => one.Kind) { Cells = 9 };
    private static readonly Column<Listed> Name = new("name", nameof(Listed.Name), Text, one => one.Name) { Widest = 40, Cells = 16, IsPath = true };
    private static readonly Column<Listed> Device = new("device", nameof(Listed.Device), Text, one => one.Device);
    private static readonly Column<Listed> Inode = new("inode", nameof(Listed.Inode), Number, one => one.Inode) { Cells = 20 };
    private static readonly Column<Listed> Bytes = new("size", nameof(Listed.Size), Size, one => one.Size) { Help = "Size of the object." };
    private static readonly Column<Listed> Rss = new("rss", nameof(Listed.Rss), Size, one => one.Rss) { Help = "The object, in memory." };
    private static readonly Column<Listed> Swap = new("swap", nameof(Listed.Swap), Size, one => one.Swap) { Help = "The object, swapped out." };
    private static readonly Column<Listed> PageSize = new("page_size", nameof(Listed.PageSize), Number, one => one.PageSize) { Cells = 10 };
    private static readonly Column<Listed> Mapped = new("mapped", nameof(Listed.Mapped), Size, one => one.Mapped) { Help = "What processes map of the object, each page once." };
    private static readonly Column<Listed> Holders = new("holders", nameof(Listed.Holders), Number, one => one.Holders) { Cells = 7, Metric = MetricKind.Gauge, Help = "Processes that hold the object." };
    private static readonly Column<Listed> Pids = new("pids", nameof(Listed.Pids), Values, one => one.Pids) { Widest = 40 };
    private static readonly Column<Listed> OpenPids = new("open_pids", nameof(Listed.OpenPids), Values, one => one.OpenPids);
    private static readonly Column<Listed> Removed = new("removed", nameof(Listed.Removed), Other, one => one.Removed);
    private static readonly Column<Listed> Time = new("time", nameof(Listed.Time), Other, one => one.Time);
    private static readonly Column<Listed> ComputerName = new("computer_name", nameof(Listed.ComputerName), Text, one => one.ComputerName);
    private static readonly Column<Listed> ProcRoot = new("proc_root", nameof(Listed.ProcRoot), Text, one => one.ProcRoot);

    /// <summary>All columns of shared memory objects.</summary>
    public static ColumnSet<Listed> All { get; } = new()
    {
        Labels = [nameof(Listed.Kind)],
        Data = [Kind, Name, Device, Inode, Bytes, Rss, Swap, PageSize, Mapped, Holders, Pids, Removed, OpenPids, Time, ComputerName],
        Table = [Kind, Name, Bytes, Rss, Swap, Mapped, Holders, Pids],
        List = [Kind, Name, Device, Inode, Bytes, Rss, Swap, PageSize, Mapped, Holders, Pids, OpenPids, Removed, Time, ComputerName, ProcRoot],
        Compact = [Kind, Name with { ViewWidest = 24 }, Rss, Swap, Mapped, Holders.As("procs")],
        Full = [Kind, Name, Device, Inode, Bytes, Rss, Swap, PageSize, Mapped, Holders, Removed, Pids],
        Title = nameof(Listed.Name),
        Keys = [nameof(Listed.Device), nameof(Listed.Inode)],
        Summary = [nameof(Listed.Kind), nameof(Listed.Name), nameof(Listed.Rss), nameof(Listed.Swap), nameof(Listed.Mapped), nameof(Listed.Holders)],
    };
}
