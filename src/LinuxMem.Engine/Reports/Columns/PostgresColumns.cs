using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="PostgresInstance"/>.</summary>
public static class PostgresColumns
{
    private static readonly Column<PostgresInstance> DataDirectory = new("data_directory", nameof(PostgresInstance.DataDirectory), Text, one => one.DataDirectory) { Widest = 40, Cells = 16, IsPath = true };
    private static readonly Column<PostgresInstance> Version = new("version", nameof(PostgresInstance.Version), Text, one => one.Version) { Cells = 4 };
    private static readonly Column<PostgresInstance> Port = new("port", nameof(PostgresInstance.Port), Number, one => one.Port) { Cells = 5 };
    private static readonly Column<PostgresInstance> Processes = new("processes", nameof(PostgresInstance.Processes), Number, one => one.Processes) { Cells = 7, Metric = MetricKind.Gauge, Help = "Processes of the cluster." };
    private static readonly Column<PostgresInstance> MemHeld = new("mem_held", nameof(PostgresInstance.MemHeld), Size, one => one.MemHeld) { Help = "All memory that the cluster holds, each page once." };
    private static readonly Column<PostgresInstance> MemFreed = new("mem_freed", nameof(PostgresInstance.MemFreed), Size, one => one.MemFreed) { Help = "What comes back when it stops in good order." };
    private static readonly Column<PostgresInstance> SharedBuffers = new("shared_buffers", nameof(PostgresInstance.SharedBuffers), Size, one => one.SharedBuffers) { Help = "The setting shared_buffers, as it started with." };
    private static readonly Column<PostgresInstance> Private = new("private", nameof(PostgresInstance.Private), Size, one => one.Private) { Help = "Private memory of all its processes together." };
    private static readonly Column<PostgresInstance> PrivateMedian = new("private_median", nameof(PostgresInstance.PrivateMedian), Size, one => one.PrivateMedian) { Help = "Private memory of the median backend." };
    private static readonly Column<PostgresInstance> PrivateLargest = new("private_largest", nameof(PostgresInstance.PrivateLargest), Size, one => one.PrivateLargest) { Help = "Private memory of the largest backend." };
    private static readonly Column<PostgresInstance> PageTables = new("page_tables", nameof(PostgresInstance.PageTables), Size, one => one.PageTables) { Help = "Page tables of its processes." };
    private static readonly Column<PostgresInstance> HugePages = new("huge_pages", nameof(PostgresInstance.HugePages), Text, one => one.HugePages);
    private static readonly Column<PostgresInstance> SharedKind = new("shared_kind", nameof(PostgresInstance.SharedKind), Text, one => one.SharedKind);
    private static readonly Column<PostgresInstance> SharedInode = new("shared_inode", nameof(PostgresInstance.SharedInode), Number, one => one.SharedInode) { Cells = 10 };
    private static readonly Column<PostgresInstance> SharedSize = new("shared_size", nameof(PostgresInstance.SharedSize), Size, one => one.SharedSize) { Help = "Size of its main shared memory." };
    private static readonly Column<PostgresInstance> SharedMem = new("shared_mem", nameof(PostgresInstance.SharedMem), Size, one => one.SharedMem) { Help = "How much of its main shared memory is in memory." };
    private static readonly Column<PostgresInstance> SharedPageSize = new("shared_page_size", nameof(PostgresInstance.SharedPageSize), Size, one => one.SharedPageSize) { Help = "Size of the pages of its main shared memory." };
    private static readonly Column<PostgresInstance> DynamicShared = new("dynamic_shared", nameof(PostgresInstance.DynamicShared), Size, one => one.DynamicShared) { Help = "Dynamic shared memory of parallel queries, in memory." };
    private static readonly Column<PostgresInstance> SwapHeld = new("swap_held", nameof(PostgresInstance.SwapHeld), Size, one => one.SwapHeld) { Help = "What of it is swapped out." };
    private static readonly Column<PostgresInstance> FileCache = new("file_cache", nameof(PostgresInstance.FileCache), Size, one => one.FileCache) { Help = "Page cache of the files of its data directory; only where asked for." };
    private static readonly Column<PostgresInstance> WorkMem = new("work_mem", nameof(PostgresInstance.WorkMem), Size, one => one.WorkMem) { Help = "The setting work_mem." };
    private static readonly Column<PostgresInstance> MaxConnections = new("max_connections", nameof(PostgresInstance.MaxConnections), Number, one => one.MaxConnections) { Cells = 7, Metric = MetricKind.Gauge, Help = "The setting max_connections." };
    private static readonly Column<PostgresInstance> HugePagesSetting = new("huge_pages_setting", nameof(PostgresInstance.HugePagesSetting), Text, one => one.HugePagesSetting);
    private static readonly Column<PostgresInstance> Backends = new("backends", nameof(PostgresInstance.Backends), Number, one => one.Backends) { Cells = 7, Metric = MetricKind.Gauge, Help = "Processes that serve clients." };
    private static readonly Column<PostgresInstance> Autovacuum = new("autovacuum", nameof(PostgresInstance.Autovacuum), Number, one => one.Autovacuum) { Cells = 7 };
    private static readonly Column<PostgresInstance> WalSenders = new("wal_senders", nameof(PostgresInstance.WalSenders), Number, one => one.WalSenders) { Cells = 7 };
    private static readonly Column<PostgresInstance> ParallelWorkers = new("parallel_workers", nameof(PostgresInstance.ParallelWorkers), Number, one => one.ParallelWorkers) { Cells = 7 };
    private static readonly Column<PostgresInstance> BackgroundWorkers = new("background_workers", nameof(PostgresInstance.BackgroundWorkers), Number, one => one.BackgroundWorkers) { Cells = 7 };
    private static readonly Column<PostgresInstance> Auxiliary = new("auxiliary", nameof(PostgresInstance.Auxiliary), Number, one => one.Auxiliary) { Cells = 7 };
    private static readonly Column<PostgresInstance> Others = new("others", nameof(PostgresInstance.Others), Number, one => one.Others) { Cells = 7 };
    private static readonly Column<PostgresInstance> User = new("user", nameof(PostgresInstance.User), Text, one => one.User);
    private static readonly Column<PostgresInstance> Container = new("container", nameof(PostgresInstance.Container), Text, one => one.Container);
    private static readonly Column<PostgresInstance> PostmasterPid = new("postmaster_pid", nameof(PostgresInstance.PostmasterPid), Number, one => one.PostmasterPid) { Cells = 7 };
    private static readonly Column<PostgresInstance> Status = new("status", nameof(PostgresInstance.Status), Text, one => one.Status) { Widest = 60, ViewWidest = int.MaxValue };
    private static readonly Column<PostgresInstance> ProcessIds = new("process_ids", nameof(PostgresInstance.ProcessIds), Values, one => one.ProcessIds);
    private static readonly Column<PostgresInstance> Time = new("time", nameof(PostgresInstance.Time), Other, one => one.Time);
    private static readonly Column<PostgresInstance> ComputerName = new("computer_name", nameof(PostgresInstance.ComputerName), Text, one => one.ComputerName);
    private static readonly Column<PostgresInstance> ProcRoot = new("proc_root", nameof(PostgresInstance.ProcRoot), Text, one => one.ProcRoot);

    private static readonly Column<PostgresInstance>[] Figures =
    [
        DataDirectory, Version, Port, Processes, MemHeld, SharedBuffers, Private, PageTables, HugePages, MemFreed, SharedSize, SharedMem, SharedKind, SharedInode,
        SharedPageSize, DynamicShared, PrivateMedian, PrivateLargest, SwapHeld, FileCache, WorkMem, MaxConnections, HugePagesSetting, Backends, Autovacuum, WalSenders,
        ParallelWorkers, BackgroundWorkers, Auxiliary, Others, User, Container, PostmasterPid, Status,
    ];

    /// <summary>All columns of the clusters of PostgreSQL.</summary>
    public static ColumnSet<PostgresInstance> All { get; } = new()
    {
        MetricName = "postgres",
        Labels = [nameof(PostgresInstance.Port)],
        Data = [.. Figures, Time, ComputerName],
        Table = [DataDirectory, Version, Port, Processes.As("procs"), MemHeld, SharedBuffers, SharedMem, Private, PageTables, HugePages, User],
        List = [.. Figures, ProcessIds, Time, ComputerName, ProcRoot],
        Compact = [DataDirectory with { ViewWidest = 24 }, Processes.As("procs"), MemHeld.As("held"), SharedMem.As("shared"), Private, HugePages with { ViewWidest = 16 }],
        Full = Figures,
        Keys = [nameof(PostgresInstance.PostmasterPid)],
        Summary = [nameof(PostgresInstance.DataDirectory), nameof(PostgresInstance.Port), nameof(PostgresInstance.Processes), nameof(PostgresInstance.MemHeld), nameof(PostgresInstance.Private), nameof(PostgresInstance.HugePages)],
    };
}
