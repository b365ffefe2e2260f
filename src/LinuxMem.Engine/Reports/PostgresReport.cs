using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>Lists the running clusters of PostgreSQL with what they hold. Connects to none, and changes nothing.</summary>
public static class PostgresReport
{
    /// <summary>Lists them, largest first.</summary>
    /// <exception cref="LinuxMemException">The path is not a /proc tree or snapshot.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PostgresResult Read(PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int threads = options.Threads ?? Environment.ProcessorCount;
        var warnings = new List<string>();
        try
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, Cancellation = options.Cancellation, Deadlines = options.Deadlines });
            IReadOnlyList<ServerCluster> found = Find(scan.Table, options, threads, warnings);
            return found.Count > 0 ? Scan(scan, found, warnings) : None(scan.Table, warnings);
        }
        catch (LinuxMemException e) when (e.Kind == LinuxMemError.PermissionDenied)
        {
            warnings.Clear();
        }

        using Machine machine = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
        ProcessTable table = ProcessTable.List(machine, threads, options.Cancellation);
        IReadOnlyList<ServerCluster> clusters = Find(table, options, threads, warnings);
        if (clusters.Count > 0)
        {
            warnings.Add("What the clusters hold is not known: the kernel hides frame numbers from this user. Run this as root.");
        }

        if (table.Processes.Count(process => process.Unread is null && process.Comm is "postgres" or "postmaster" && process.Exe is null) is int hidden and > 0)
        {
            warnings.Add($"Of {hidden} processes that are called postgres, this user may not see which program they run: they are in no cluster. Run this as root.");
        }

        return None(table, warnings) with { Instances = Describe(clusters, table.Origin) };
    }

    /// <summary>The data directories of the clusters there are, and the ids of their postmasters.</summary>
    /// <exception cref="LinuxMemException">The folder is no /proc tree.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<(string DataDirectory, int PostmasterPid)> List(Machine root, CancellationToken cancellation = default) =>
    [
        .. from cluster in ServerCluster.Find(ProcessTable.List(root, cancellation: cancellation), Environment.ProcessorCount, [], cancellation)
           where cluster.Facts.DataDirectory is not null
           select (cluster.Facts.DataDirectory, cluster.Postmaster.Id),
    ];

    /// <summary>What a snapshot keeps of the clusters, beside their pages; what it has no room for is added to the warnings.</summary>
    internal static System.Text.Json.JsonElement Record(ProcessTable table, int threads, List<string> warnings, CancellationToken cancellation) =>
        RecordedClusters.ToJson(ServerCluster.Find(table, threads, [], cancellation), warnings);

    private static PostgresResult None(ProcessTable table, List<string> warnings) =>
        new([]) { Warnings = table.Root.NotRead is string notRead ? [.. warnings, notRead] : warnings, Unread = table.Unread };

    private static IReadOnlyList<ServerCluster> Find(ProcessTable table, PostgresOptions options, int threads, List<string> warnings)
    {
        IReadOnlyList<ServerCluster> clusters = ServerCluster.Find(table, threads, warnings, options.Cancellation);
        foreach (ServerCluster cluster in options.IncludeFileCache ? clusters : [])
        {
            (long? bytes, string? why) = DataFileCache.Count(table.Root, cluster.Postmaster, options.Cancellation);
            cluster.Facts = cluster.Facts with { FileCache = bytes ?? cluster.Facts.FileCache, Missing = why is null ? cluster.Facts.Missing : [.. cluster.Facts.Missing, why] };
        }

        return clusters;
    }

    private static PostgresResult Scan(MemScan scan, IReadOnlyList<ServerCluster> clusters, List<string> warnings)
    {
        Dictionary<int, ServerMemory> memory = [];
        ScanResult result = scan.Run(
            scan.Table.Processes,
            [new PostgresSplit(clusters, byProcess: false), new PostgresSplit(clusters, byProcess: true)],
            reading => memory = MemoryOf(clusters, reading.Groups[0], reading.Groups[1], key => key.Value as int?, (long)scan.Table.Root.PageSize));
        return new PostgresResult(Describe(clusters, scan.Table.Origin, result.Reports[0], memory)) { Warnings = [.. result.Warnings, .. warnings], Scan = result };
    }

    /// <summary>What the clusters hold, by the ids of their postmasters; to be taken while the reading is there.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="whole">The groups of <see cref="PostgresSplit"/>, by cluster.</param>
    /// <param name="single">Groups of one process each, and others.</param>
    /// <param name="pidOf">The process that one of these is; null for the others.</param>
    /// <param name="page">The size of a base page.</param>
    internal static Dictionary<int, ServerMemory> MemoryOf(IReadOnlyList<ServerCluster> clusters, GroupPages[] whole, GroupPages[] single, Func<GroupKey, int?> pidOf, long page)
    {
        Dictionary<int, GroupPages> all = ById(whole, key => key.Value as int?), each = ById(single, pidOf);
        return clusters.ToDictionary(cluster => cluster.Postmaster.Id, cluster => ServerMemory.Of(cluster, all.GetValueOrDefault(cluster.Postmaster.Id), each, page));
    }

    private static Dictionary<int, GroupPages> ById(GroupPages[] groups, Func<GroupKey, int?> idOf) =>
        groups.Where(group => idOf(group.Key) is not null && group.Counts is not null).ToDictionary(group => idOf(group.Key)!.Value);

    /// <summary>The clusters as a scan found them, largest first.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="origin">The machine.</param>
    /// <param name="report">The report of <see cref="PostgresSplit"/>, by cluster.</param>
    /// <param name="memory">What they hold, by the ids of their postmasters.</param>
    internal static IReadOnlyList<PostgresInstance> Describe(IReadOnlyList<ServerCluster> clusters, Origin origin, MemReport report, Dictionary<int, ServerMemory> memory) =>
        Describe(clusters, origin, report.Groups.Where(group => group.Key is int).ToDictionary(group => (int)group.Key!), memory);

    private static IReadOnlyList<PostgresInstance> Describe(IReadOnlyList<ServerCluster> clusters, Origin origin, Dictionary<int, MemGroup>? groups = null, Dictionary<int, ServerMemory>? memory = null) =>
    [
        .. clusters
            .Select(cluster => new PostgresInstance(cluster) { Counted = groups?.GetValueOrDefault(cluster.Postmaster.Id), Memory = memory?.GetValueOrDefault(cluster.Postmaster.Id) ?? ServerMemory.Unknown, Origin = origin })
            .OrderByDescending(one => one.MemHeld ?? 0).ThenBy(one => one.DataDirectory, StringComparer.Ordinal).ThenBy(one => one.PostmasterPid),
    ];
}
