using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemFit"/>. None is a metric: it is told of what is not there.</summary>
internal static class FitColumns
{
    private static readonly Column<MemFit> Verdict = new("verdict", nameof(MemFit.Verdict), Other, fit => fit.Verdict) { Cells = 10 };
    private static readonly Column<MemFit> Margin = Bytes("margin", nameof(MemFit.Margin), fit => fit.Margin) with { IsSigned = true };
    private static readonly Column<MemFit> MarginMost = Bytes("margin_most", nameof(MemFit.MarginMost), fit => fit.MarginMost) with { IsSigned = true };
    private static readonly Column<MemFit> LimitedBy = new("limited_by", nameof(MemFit.LimitedBy), Text, fit => fit.LimitedBy) { Cells = 13 };
    private static readonly Column<MemFit> Kind = new("kind", nameof(MemFit.Kind), Text, fit => fit.Kind) { Cells = 10 };
    private static readonly Column<MemFit> Asked = Bytes("size", nameof(MemFit.Size), fit => fit.Size);
    private static readonly Column<MemFit> Connections = new("connections", nameof(MemFit.Connections), Number, fit => fit.Connections) { Cells = 6, Metric = MetricKind.None };
    private static readonly Column<MemFit> SharedMemory = Bytes("shared_memory", nameof(MemFit.SharedMemory), fit => fit.SharedMemory);
    private static readonly Column<MemFit> Private = Bytes("private", nameof(MemFit.Private), fit => fit.Private);
    private static readonly Column<MemFit> PrivateMost = Bytes("private_most", nameof(MemFit.PrivateMost), fit => fit.PrivateMost);
    private static readonly Column<MemFit> PageTables = Bytes("page_tables", nameof(MemFit.PageTables), fit => fit.PageTables);
    private static readonly Column<MemFit> PageTablesMost = Bytes("page_tables_most", nameof(MemFit.PageTablesMost), fit => fit.PageTablesMost);
    private static readonly Column<MemFit> PageTablesHuge = Bytes("page_tables_huge", nameof(MemFit.PageTablesHuge), fit => fit.PageTablesHuge);
    private static readonly Column<MemFit> HugePages = new("huge_pages", nameof(MemFit.HugePages), Other, fit => fit.HugePages);
    private static readonly Column<MemFit> HugePagesNeeded = new("huge_pages_needed", nameof(MemFit.HugePagesNeeded), Number, fit => fit.HugePagesNeeded) { Metric = MetricKind.None };
    private static readonly Column<MemFit> HugePagesFree = new("huge_pages_free", nameof(MemFit.HugePagesFree), Number, fit => fit.HugePagesFree) { Metric = MetricKind.None };
    private static readonly Column<MemFit> Needed = Bytes("needed", nameof(MemFit.Needed), fit => fit.Needed);
    private static readonly Column<MemFit> NeededMost = Bytes("needed_most", nameof(MemFit.NeededMost), fit => fit.NeededMost);
    private static readonly Column<MemFit> MemAvailable = Bytes("mem_available", nameof(MemFit.MemAvailable), fit => fit.MemAvailable);
    private static readonly Column<MemFit> MemFree = Bytes("mem_free", nameof(MemFit.MemFree), fit => fit.MemFree);
    private static readonly Column<MemFit> Reclaimable = Bytes("reclaimable", nameof(MemFit.Reclaimable), fit => fit.Reclaimable);
    private static readonly Column<MemFit> CgroupPath = new("cgroup_path", nameof(MemFit.CgroupPath), Text, fit => fit.CgroupPath);
    private static readonly Column<MemFit> CgroupLimit = Bytes("cgroup_limit", nameof(MemFit.CgroupLimit), fit => fit.CgroupLimit);
    private static readonly Column<MemFit> CgroupLeft = Bytes("cgroup_left", nameof(MemFit.CgroupLeft), fit => fit.CgroupLeft) with { IsSigned = true };
    private static readonly Column<MemFit> CommitLeft = Bytes("commit_left", nameof(MemFit.CommitLeft), fit => fit.CommitLeft) with { IsSigned = true };
    private static readonly Column<MemFit> SegmentsLeft = Bytes("segments_left", nameof(MemFit.SegmentsLeft), fit => fit.SegmentsLeft);
    private static readonly Column<MemFit> SegmentMax = Bytes("segment_max", nameof(MemFit.SegmentMax), fit => fit.SegmentMax);
    private static readonly Column<MemFit> Reasons = new("reasons", nameof(MemFit.Reasons), Sentences, fit => fit.Reasons) { Widest = 60, ViewWidest = int.MaxValue };
    private static readonly Column<MemFit> Time = new("time", nameof(MemFit.Time), Other, fit => fit.Time);
    private static readonly Column<MemFit> ComputerName = new("computer_name", nameof(MemFit.ComputerName), Text, fit => fit.ComputerName);
    private static readonly Column<MemFit> ProcRoot = new("proc_root", nameof(MemFit.ProcRoot), Text, fit => fit.ProcRoot);

    private static readonly Column<MemFit>[] Figures =
    [
        Kind, Asked, Connections, SharedMemory, Private, PrivateMost, PageTables, PageTablesMost, PageTablesHuge, HugePages, HugePagesNeeded, HugePagesFree, Needed, NeededMost,
        MemAvailable, MemFree, Reclaimable, CgroupPath, CgroupLimit, CgroupLeft, CommitLeft, SegmentsLeft, SegmentMax,
    ];

    /// <summary>All columns of verdicts.</summary>
    public static ColumnSet<MemFit> All { get; } = new()
    {
        IsList = true,
        Data = [Verdict, Margin, MarginMost, LimitedBy, .. Figures, Reasons, Time, ComputerName],
        Table = [Verdict, Margin, MarginMost, LimitedBy, Kind, Asked, Connections, SharedMemory, Needed, NeededMost, MemAvailable],
        List = [Verdict, Margin, MarginMost, LimitedBy, Reasons, .. Figures, Time, ComputerName, ProcRoot],
        Compact = [Verdict, Margin, LimitedBy, Kind, Asked, Connections, Needed],
        Full = [Verdict, Margin, MarginMost, LimitedBy, .. Figures],
        Keys = [nameof(MemFit.Verdict)],
        Summary = [nameof(MemFit.Verdict), nameof(MemFit.Margin), nameof(MemFit.LimitedBy), nameof(MemFit.Needed), nameof(MemFit.MemAvailable)],
    };

    private static Column<MemFit> Bytes(string heading, string property, Func<MemFit, object?> value) => new(heading, property, Size, value) { Metric = MetricKind.None };
}
