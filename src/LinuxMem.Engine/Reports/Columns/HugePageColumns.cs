using static LinuxMem.Engine.Reports.Columns.ColumnKind;
using Pool = LinuxMem.HugePagePool;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="Pool"/>.</summary>
public static class HugePageColumns
{
    private static readonly Column<Pool> PageSize = new("page_size", nameof(Pool.PageSize), Size, pool => pool.PageSize);
    private static readonly Column<Pool> Node = new("node", nameof(Pool.Node), Number, pool => pool.Node) { Cells = 4 };
    private static readonly Column<Pool> Kind = new("kind", nameof(Pool.Kind), Text, pool => pool.Kind) { Cells = 11 };
    private static readonly Column<Pool> Holder = new("holder", nameof(Pool.Holder), Text, pool => pool.Holder) { Widest = 40, ViewWidest = 30, Cells = 12 };
    private static readonly Column<Pool> Total = Pages("total", nameof(Pool.Total), pool => pool.Total, "pages", "Pages of the pool, surplus ones among them.");
    private static readonly Column<Pool> Free = Pages("free", nameof(Pool.Free), pool => pool.Free, "free_pages", "Pages that hold nothing.");
    private static readonly Column<Pool> Reserved = Pages("reserved", nameof(Pool.Reserved), pool => pool.Reserved, "reserved_pages", "Free pages that are promised to mappings.");
    private static readonly Column<Pool> Surplus = Pages("surplus", nameof(Pool.Surplus), pool => pool.Surplus, "surplus_pages", "Pages beyond the size that was set.");
    private static readonly Column<Pool> Used = Pages("used", nameof(Pool.Used), pool => pool.Used, "used_pages", "Pages that hold something.");
    private static readonly Column<Pool> Recommended = Pages("recommended", nameof(Pool.Recommended), pool => pool.Recommended, "recommended_pages", "Pages that the shared memory of databases needs.");
    private static readonly Column<Pool> Overcommit = Pages("overcommit", nameof(Pool.Overcommit), pool => pool.Overcommit, "overcommit_pages", "How many surplus pages there may be.");
    private static readonly Column<Pool> Idle = new("idle", nameof(Pool.Idle), Size, pool => pool.Idle) { Help = "Free pages that are promised to nobody." };
    private static readonly Column<Pool> Segments = new("segments", nameof(Pool.Segments), Size, pool => pool.Segments) { Help = "What SysV segments have of the pool." };
    private static readonly Column<Pool> Objects = new("objects", nameof(Pool.Objects), Size, pool => pool.Objects) { Help = "What other shared memory that processes hold has of the pool." };
    private static readonly Column<Pool> Private = new("private", nameof(Pool.Private), Size, pool => pool.Private) { Help = "What private mappings have of the pool." };
    private static readonly Column<Pool> Others = new("other", nameof(Pool.Other), Size, pool => pool.Other) { Help = "Used pages that are none of these, such as files that no process holds." };
    private static readonly Column<Pool> Files = new("files", nameof(Pool.Files), Size, pool => pool.Files) { Help = "What the page cache of files has in transparent huge pages." };
    private static readonly Column<Pool> PageTables = new("page_tables", nameof(Pool.PageTables), Size, pool => pool.PageTables) { Help = "Page tables of the processes of databases whose shared memory has no huge pages." };
    private static readonly Column<Pool> PageTablesSaved = new("page_tables_saved", nameof(Pool.PageTablesSaved), Size, pool => pool.PageTablesSaved) { Help = "The most of these that huge pages would save." };
    private static readonly Column<Pool> RecommendedFor = new("recommended_for", nameof(Pool.RecommendedFor), Text, pool => pool.RecommendedFor) { Widest = 60, ViewWidest = int.MaxValue };
    private static readonly Column<Pool> Time = new("time", nameof(Pool.Time), Other, pool => pool.Time);
    private static readonly Column<Pool> ComputerName = new("computer_name", nameof(Pool.ComputerName), Text, pool => pool.ComputerName);
    private static readonly Column<Pool> ProcRoot = new("proc_root", nameof(Pool.ProcRoot), Text, pool => pool.ProcRoot);

    private static readonly Column<Pool>[] Figures =
    [
        PageSize, Node, Total, Free, Reserved, Surplus, Used, Recommended, Kind, Holder, Overcommit, Idle, Segments, Objects, Private, Others, Files, PageTables, PageTablesSaved, RecommendedFor,
    ];

    /// <summary>All columns of pools of huge pages.</summary>
    public static ColumnSet<Pool> All { get; } = new()
    {
        MetricName = "hugepages",
        Data = [.. Figures, Time, ComputerName],
        Table = [PageSize, Kind, Holder, Node, Total, Free, Reserved, Surplus, Used, Recommended, Idle, Segments, Objects, Private, Others, Files],
        List = [.. Figures, Time, ComputerName, ProcRoot],
        Compact = [PageSize, Kind, Holder, Total.As("pages"), Used, Reserved, Recommended.As("needed")],
        Full = Figures,
        Keys = [nameof(Pool.PageSize), nameof(Pool.Kind), nameof(Pool.Holder), nameof(Pool.Node)],
        Summary = [nameof(Pool.PageSize), nameof(Pool.Kind), nameof(Pool.Holder), nameof(Pool.Total), nameof(Pool.Used), nameof(Pool.Reserved), nameof(Pool.Recommended)],
    };

    private static Column<Pool> Pages(string heading, string property, Func<Pool, object?> value, string stem, string help) =>
        new(heading, property, Number, value) { Cells = 8, Metric = MetricKind.Gauge, MetricStem = stem, Help = help };
}
