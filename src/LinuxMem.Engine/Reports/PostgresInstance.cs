using System.Globalization;
using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// A running cluster of PostgreSQL: a postmaster and all that descends from it. Its memory is counted by a scan, its settings come from its
/// files; nobody connects to it. Sizes are bytes; what is not known is null.
/// </summary>
public sealed class PostgresInstance
{
    private readonly ServerCluster cluster;
    private readonly Dictionary<ServerProcessKind, int> kinds;

    internal PostgresInstance(ServerCluster cluster)
    {
        this.cluster = cluster;
        kinds = cluster.Members.Values.CountBy(kind => kind).ToDictionary();
        ProcessIds = new([.. cluster.Members.Keys.Select(process => process.Id).Order()]);
        (User, Container) = (cluster.Postmaster.User, cluster.Postmaster.Container);
    }

    /// <summary>The data directory, as the postmaster sees it.</summary>
    public string? DataDirectory => cluster.Facts.DataDirectory;

    /// <summary>The version of its data (<c>PG_VERSION</c>): 17, 9.6.</summary>
    public string? Version => cluster.Facts.Version;

    /// <summary>The port that it serves.</summary>
    public int? Port => cluster.Facts.Port;

    /// <summary>The number of its processes, the postmaster and programs that it runs among them.</summary>
    public int Processes => cluster.Members.Count;

    /// <summary>All memory that they hold, each page once (<see cref="MemFigures.MemHeld"/>).</summary>
    public long? MemHeld => Counted?.MemHeld;

    /// <summary>What comes back when it stops (<see cref="MemFigures.MemFreed"/>).</summary>
    public long? MemFreed => Counted?.MemFreed;

    /// <summary>
    /// The setting <c>shared_buffers</c>. Null also where the files tell more than the main shared memory has room for: they have been
    /// changed since it was started.
    /// </summary>
    public long? SharedBuffers => IsOutdated ? null : cluster.Facts.SharedBuffers;

    /// <summary>Anonymous memory of all its processes together, each page once.</summary>
    public long? Private => Counted?.MemAnon;

    /// <summary>Anonymous memory that the median client backend has alone.</summary>
    public long? PrivateMedian => Memory.Median;

    /// <summary>Anonymous memory that the largest client backend has alone.</summary>
    public long? PrivateLargest => Memory.Largest;

    /// <summary>The page tables of all its processes.</summary>
    public long? PageTables => Counted?.PageTables;

    /// <summary>
    /// <c>on</c>, <c>off</c>, or <c>tried and failed</c>: asked for (<c>huge_pages = try</c>, the default), and its main shared memory has none.
    /// </summary>
    public string? HugePages => Memory.Main is { IsMeasured: true } main
        ? main.PageSize > Memory.PageSize ? "on"
            : cluster.Facts.HugePages == "try" && main.Kind == SharedMemoryKind.SharedAnonymous ? "tried and failed"
            : cluster.Facts.HugePages is null ? null : "off"
        : null;

    /// <summary>What made the main shared memory: <c>Anonymous</c> (mmap) or <c>SysV</c>.</summary>
    public string? SharedKind => Memory.Main?.Kind.ToString();

    /// <summary>The main shared memory's shmid or inode.</summary>
    public long? SharedInode => (long?)Memory.Main?.Key.Inode;

    /// <summary>The size of the main shared memory.</summary>
    public long? SharedSize => Memory.Main is { IsMeasured: true } main ? main.Size : null;

    /// <summary>How much of it is in memory.</summary>
    public long? SharedMem => Memory.Main is { IsMeasured: true } main ? main.Resident : null;

    /// <summary>The size of its pages.</summary>
    public long? SharedPageSize => Memory.Main is { IsMeasured: true } main ? main.PageSize : null;

    /// <summary>What of dynamic shared memory (of parallel queries) is in memory: POSIX objects, and files that are mapped instead.</summary>
    public long? DynamicShared => Memory.Dynamic;

    /// <summary>What of all that is swapped out (<see cref="MemFigures.SwapHeld"/>).</summary>
    public long? SwapHeld => Counted?.SwapHeld;

    /// <summary>How much of the page cache its data directory's files are in; null when it was not asked for.</summary>
    public long? FileCache => cluster.Facts.FileCache;

    /// <summary>The setting <c>work_mem</c>.</summary>
    public long? WorkMem => cluster.Facts.WorkMem;

    /// <summary>The setting <c>max_connections</c>.</summary>
    public int? MaxConnections => cluster.Facts.MaxConnections;

    /// <summary>The setting <c>huge_pages</c>: on, off or try.</summary>
    public string? HugePagesSetting => cluster.Facts.HugePages;

    /// <summary>How many of its processes serve clients.</summary>
    public int Backends => kinds.GetValueOrDefault(ServerProcessKind.Backend);

    /// <summary>How many are autovacuum's: launcher and workers.</summary>
    public int Autovacuum => kinds.GetValueOrDefault(ServerProcessKind.Autovacuum);

    /// <summary>How many send the log to others.</summary>
    public int WalSenders => kinds.GetValueOrDefault(ServerProcessKind.WalSender);

    /// <summary>How many are workers of parallel queries.</summary>
    public int ParallelWorkers => kinds.GetValueOrDefault(ServerProcessKind.Parallel);

    /// <summary>How many are other background workers.</summary>
    public int BackgroundWorkers => kinds.GetValueOrDefault(ServerProcessKind.BackgroundWorker);

    /// <summary>How many are the server's own: checkpointer, writers, archiver, …</summary>
    public int Auxiliary => kinds.GetValueOrDefault(ServerProcessKind.Auxiliary);

    /// <summary>How many have no title of PostgreSQL's: programs that it runs, and those that begin just now.</summary>
    public int Others => kinds.GetValueOrDefault(ServerProcessKind.Other);

    /// <summary>The user that it runs as.</summary>
    public string? User { get; }

    /// <summary>The container that it runs in; null outside of containers.</summary>
    public string? Container { get; }

    /// <summary>The id of the postmaster.</summary>
    public int PostmasterPid => cluster.Postmaster.Id;

    /// <summary><c>OK</c>, or what could not be found out.</summary>
    public string Status => Clauses() is { Length: > 0 } clauses ? string.Join("; ", clauses) : "OK";

    /// <summary>The ids of its processes, ascending.</summary>
    public ValueList<int> ProcessIds { get; }

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>Its group in a scan; null without one.</summary>
    internal MemGroup? Counted { get; init; }

    /// <summary>What the scan found beside that.</summary>
    internal ServerMemory Memory { get; init; } = ServerMemory.Unknown;

    private bool IsOutdated => SharedSize is long size && cluster.Facts.SharedBuffers > size;

    /// <summary>Data directory and <see cref="MemHeld"/>.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{DataDirectory}: {MemHeld} bytes in {Processes} processes"));

    private string[] Clauses() => IsOutdated ? [.. cluster.Facts.Missing, "its files say more for shared_buffers than it was started with"] : [.. cluster.Facts.Missing];
}
