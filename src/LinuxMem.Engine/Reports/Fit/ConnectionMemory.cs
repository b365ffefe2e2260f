using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports.Fit;

/// <summary>What the connections of the databases that run take each. Sizes are bytes.</summary>
/// <param name="Connections">How many there are.</param>
/// <param name="Instances">Of how many instances that have some.</param>
/// <param name="Median">The private memory of the median one.</param>
/// <param name="Largest">That of the largest.</param>
internal sealed record ConnectionMemory(int Connections, int Instances, long Median, long Largest)
{
    /// <summary>The page tables of the median connection.</summary>
    public long PageTables { get; init; }

    /// <summary>The least page tables of any process of these instances: what own memory, programs and libraries need.</summary>
    public long OwnTables { get; init; }

    /// <summary>The largest shared memory of these instances whose pages are base pages; 0 for none.</summary>
    public long SharedSize { get; init; }

    /// <summary>Measures those of one kind of database.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="isOracle">Oracle, or PostgreSQL.</param>
    /// <param name="warnings">Takes what could not be found out.</param>
    /// <returns>What they take; null when there is no connection.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (ConnectionMemory? Memory, ScanResult? Scan) Measure(MemScan scan, bool isOracle, List<string> warnings)
    {
        (List<MemProcess> members, HashSet<MemProcess> connections, List<MemProcess> first) = isOracle ? OfOracle(scan) : OfPostgres(scan, warnings);
        if (connections.Count == 0)
        {
            return default;
        }

        long page = (long)scan.Table.Root.PageSize;
        ConnectionMemory? memory = null;
        ScanResult result = scan.Run(members, [new ProcessSplit()], reading =>
        {
            Dictionary<MemProcess, GroupPages> each = reading.Groups[0].Where(group => group is { Key.Value: MemProcess, Counts: not null }).ToDictionary(group => (MemProcess)group.Key.Value!);
            long[] own = [.. connections.Where(each.ContainsKey).Select(one => Math.Min(each[one].Counts!.Frames.UniqueAnonymous, FitOptions.MaxConnectionMemory / page) * page).Order()];
            long[] tables = [.. connections.Where(each.ContainsKey).Select(one => Bounded(each[one].PageTables)).Order()];
            if (own.Length > 0)
            {
                memory = new ConnectionMemory(own.Length, first.Count, own[own.Length / 2], own[^1])
                {
                    PageTables = tables[tables.Length / 2],
                    OwnTables = each.Values.Min(group => Bounded(group.PageTables)),
                    SharedSize = first.Where(each.ContainsKey).Select(one => SharedOf(each[one], isOracle, page)).DefaultIfEmpty(0).Max(),
                };
            }
        });
        return (memory, result);
    }

    /// <summary>What a damaged snapshot tells is no number that cannot be added up.</summary>
    private static long Bounded(long? bytes) => Math.Clamp(bytes ?? 0, 0, FitOptions.MaxConnectionMemory);

    private static long SharedOf(GroupPages first, bool isOracle, long page) => isOracle
        ? first.Objects.Where(one => one is { Kind: SharedMemoryKind.SysV, IsMeasured: true } && one.PageSize == page).Sum(one => one.Size)
        : ServerMemory.MainOf(first) is { IsMeasured: true } main && main.PageSize == page ? main.Size : 0;

    private static (List<MemProcess> Members, HashSet<MemProcess> Connections, List<MemProcess> First) OfPostgres(MemScan scan, List<string> warnings)
    {
        ServerCluster[] clusters = [.. ServerCluster.Find(scan.Table, scan.Threads, warnings, scan.Options.Cancellation).Where(cluster => cluster.Members.ContainsValue(ServerProcessKind.Backend))];
        return (
            [.. clusters.SelectMany(cluster => cluster.Members.Keys)],
            [.. clusters.SelectMany(cluster => cluster.Members).Where(member => member.Value == ServerProcessKind.Backend).Select(member => member.Key)],
            [.. clusters.Select(cluster => cluster.Postmaster)]);
    }

    private static (List<MemProcess> Members, HashSet<MemProcess> Connections, List<MemProcess> First) OfOracle(MemScan scan)
    {
        List<PmonProcess> monitors = PmonProcess.Find(scan.Table, scan.Options.Cancellation);
        IReadOnlyDictionary<MemProcess, PmonProcess> claims = InstanceClaims.Find(scan.Table, monitors, scan.Threads, scan.Options.Cancellation).All;
        MemProcess[] members = [.. claims.Keys.OrderBy(process => process.Id)];
        ProcessTable.Load(members, ProcessFacts.CommandLine, scan.Threads, scan.Options.Cancellation);

        // Servers of sessions are called oracleSID; their background is ora_NAME_SID.
        MemProcess[] sessions = [.. members.Where(process => process.CommandLine?.StartsWith("oracle", StringComparison.Ordinal) == true)];
        return ([.. members], [.. sessions], [.. sessions.Select(session => claims[session].Process).Distinct()]);
    }
}
