using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Scanning;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>What the one scan of a machine tells of databases and of huge pages: the splits that it takes, and what is made of them.</summary>
internal sealed class DatabaseOverview : IDisposable
{
    private readonly MemScan scan;
    private readonly DatabaseSplit databases;
    private readonly HugePageFigures hugePages;
    private readonly OracleFigures? oracle;
    private readonly OracleOptions options;
    private readonly int byProcess;
    private readonly List<Split> splits = [new HolderSplit()];
    private Dictionary<int, ServerMemory> servers = [];

    /// <summary>Finds the databases.</summary>
    /// <param name="scan">The scan that is to come.</param>
    /// <param name="first">The number that the first of <see cref="Splits"/> will have in it.</param>
    /// <param name="byProcess">The number of its <see cref="ProcessSplit"/>.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DatabaseOverview(MemScan scan, int first, int byProcess)
    {
        CancellationToken cancellation = scan.Options.Cancellation;
        (this.scan, Holders, this.byProcess) = (scan, first, byProcess);
        options = new OracleOptions { WhyNotAsked = "a report of the whole machine runs no programs", Cancellation = cancellation };
        databases = DatabaseSplit.Find(scan.Table, scan.Threads, [], cancellation);
        if (databases.Monitors.Count > 0)
        {
            oracle = new OracleFigures(scan.Table, databases.Monitors, databases.Instances, options);
            splits.Add(oracle.Split);
        }

        if (databases.Clusters.Count > 0)
        {
            splits.Add(new PostgresSplit(databases.Clusters, byProcess: false));
        }

        hugePages = new HugePageFigures(scan.Table.Root, databases, cancellation);
    }

    /// <summary>The splits.</summary>
    public IReadOnlyList<Split> Splits => splits;

    /// <summary>The number of the split by who holds huge pages.</summary>
    public int Holders { get; }

    private int Servers => Holders + splits.Count - 1;

    /// <summary>Counts who has huge pages, where a report is that.</summary>
    /// <param name="index">The number of the report.</param>
    /// <param name="report">The report.</param>
    /// <param name="groups">Its groups.</param>
    /// <param name="facts">What they are counted by.</param>
    public void Count(int index, MemReport report, IReadOnlyList<GroupPages> groups, ReportFacts facts)
    {
        if (index == Holders)
        {
            hugePages.CountHolders(report, groups, facts);
        }
    }

    /// <summary>Takes what databases hold, while the reading is there.</summary>
    /// <param name="reading">The reading.</param>
    public void Look(PageReading reading)
    {
        bool isKnown = reading.State.Objects.IsKnown;
        GroupPages[] single = reading.Groups[byProcess];
        hugePages.Look(reading.Groups[Holders], single, PidOf, isKnown);
        oracle?.Look(single, isKnown, PidOf);
        if (databases.Clusters.Count > 0)
        {
            servers = PostgresReport.MemoryOf(databases.Clusters, reading.Groups[Servers], single, PidOf, (long)scan.Table.Root.PageSize);
        }

        static int? PidOf(GroupKey key) => (key.Value as MemProcess)?.Id;
    }

    /// <summary>The instances of Oracle, of which none is asked.</summary>
    /// <param name="result">The scan.</param>
    public IReadOnlyList<OracleInstance> Oracle(ScanResult result) =>
        oracle?.Instances(result.Reports[Holders + 1], scan.Threads) ?? OracleFigures.Recorded(scan.Table, options) ?? [];

    /// <summary>The clusters of PostgreSQL.</summary>
    /// <param name="result">The scan.</param>
    public IReadOnlyList<PostgresInstance> Postgres(ScanResult result) =>
        databases.Clusters.Count > 0 ? PostgresReport.Describe(databases.Clusters, scan.Table.Origin, result.Reports[Servers], servers) : [];

    /// <summary>The pools of huge pages.</summary>
    /// <param name="segments">The segments that no process holds.</param>
    /// <exception cref="LinuxMemException">There is no <c>meminfo</c>.</exception>
    public IReadOnlyList<HugePagePool> HugePages(IEnumerable<Listed> segments) =>
        HugePageReport.Describe(scan.Table.Root, hugePages.Use(() => segments), scan.Options.Cancellation).Pools;

    /// <inheritdoc/>
    public void Dispose() => hugePages.Dispose();
}
