using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>Makes each process of a database a group of its own, and of all others one.</summary>
internal sealed class DatabaseSplit : Split
{
    private static readonly GroupKey Others = new(null, "Other");

    private readonly HashSet<int> members;

    private DatabaseSplit(IReadOnlyList<ServerCluster> clusters, List<PmonProcess> monitors, InstanceProcesses instances, HashSet<int> members) =>
        (Clusters, Monitors, Instances, this.members) = (clusters, monitors, instances, members);

    /// <summary>The clusters of PostgreSQL.</summary>
    public IReadOnlyList<ServerCluster> Clusters { get; }

    /// <summary>The process monitors of instances of Oracle.</summary>
    public List<PmonProcess> Monitors { get; }

    /// <summary>The processes of these.</summary>
    public InstanceProcesses Instances { get; }

    /// <inheritdoc/>
    public override string Name => "Databases";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <summary>Finds the databases of a listing: clusters of PostgreSQL, and instances of Oracle by their pmon processes.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="threads">The most threads to read with.</param>
    /// <param name="warnings">Takes what could not be found out.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DatabaseSplit Find(ProcessTable table, int threads, List<string> warnings, CancellationToken cancellation)
    {
        IReadOnlyList<ServerCluster> clusters = ServerCluster.Find(table, threads, warnings, cancellation);
        List<PmonProcess> monitors = PmonProcess.Find(table, cancellation);
        HashSet<int> members = [.. clusters.SelectMany(cluster => cluster.Members.Keys).Select(process => process.Id)];
        InstanceProcesses instances = InstanceProcesses.Find(table, monitors, cancellation);
        foreach (PmonProcess pmon in monitors)
        {
            members.Add(pmon.Process.Id);
            members.UnionWith(instances.Of(pmon));
        }

        return new DatabaseSplit(clusters, monitors, instances, members);
    }

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        members.Contains(process.Id) ? new GroupKey(process.Id, process.ToString()) : Others;

    /// <summary>The shared memory of the databases, each piece once.</summary>
    /// <param name="groups">Groups of one process each, and others.</param>
    /// <param name="pidOf">The process that one of these is; null for the others.</param>
    public IReadOnlyList<DatabaseMemory> Memory(GroupPages[] groups, Func<GroupKey, int?> pidOf)
    {
        Dictionary<int, GroupPages> each = groups.Where(group => pidOf(group.Key) is int pid && members.Contains(pid) && group.Counts is not null).ToDictionary(group => pidOf(group.Key)!.Value);
        var found = new Dictionary<SharedObject, DatabaseMemory>();
        foreach (ServerCluster cluster in Clusters)
        {
            if (each.TryGetValue(cluster.Postmaster.Id, out GroupPages? postmaster) && ServerMemory.MainOf(postmaster) is SharedObject { IsMeasured: true } main)
            {
                found.TryAdd(main, Describe(main, cluster.Postmaster, cluster.Facts.DataDirectory ?? cluster.Postmaster.ToString(), isOracle: false));
            }
        }

        foreach (PmonProcess pmon in Monitors.Where(pmon => each.ContainsKey(pmon.Process.Id)))
        {
            foreach (SharedObject segment in each[pmon.Process.Id].Objects.Where(one => one is { Kind: SharedMemoryKind.SysV, IsMeasured: true }))
            {
                found.TryAdd(segment, Describe(segment, pmon.Process, pmon.Sid, isOracle: true));
            }
        }

        return [.. found.Values.OrderBy(piece => piece.IsOracle).ThenBy(piece => piece.Owner, StringComparer.Ordinal)];

        DatabaseMemory Describe(SharedObject one, MemProcess process, string name, bool isOracle) => new($"{name} (user {process.User})", isOracle, one.Size, one.PageSize)
        {
            Holders = [.. each.Where(pair => pair.Value.Objects.Contains(one)).Select(pair => Holder(pair.Key, pair.Value, one))],
        };

        // The frames of a group have none of segments.
        static (int Pid, long? PageTables, long? SharedPages, long OtherPages) Holder(int pid, GroupPages pages, SharedObject one) =>
            (pid, pages.PageTables, one.Kind == SharedMemoryKind.SysV ? null : pages.Counts!.Frames.Shared, pages.Counts!.Frames.Frames - pages.Counts.Frames.Shared);
    }
}
