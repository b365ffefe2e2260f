using System.Collections.Concurrent;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Postgres;

/// <summary>A running cluster: its postmaster and all that descends from it, also other programs that it runs.</summary>
/// <param name="postmaster">The postmaster.</param>
/// <param name="facts">What its files tell.</param>
internal sealed class ServerCluster(MemProcess postmaster, ClusterFacts facts)
{
    private static readonly string[] Programs = ["postgres", "postmaster", "edb-postgres"];

    /// <summary>The postmaster.</summary>
    public MemProcess Postmaster { get; } = postmaster;

    /// <summary>What its files tell.</summary>
    public ClusterFacts Facts { get; set; } = facts;

    /// <summary>Its processes with their kinds, the postmaster among them.</summary>
    public Dictionary<MemProcess, ServerProcessKind> Members { get; } = [];

    /// <summary>Finds the clusters of a listing, by what their postmasters run and never by a name alone.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="threads">The most threads to read with.</param>
    /// <param name="warnings">Takes what could not be found out.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<ServerCluster> Find(ProcessTable table, int threads, List<string> warnings, CancellationToken cancellation)
    {
        Machine root = table.Root;
        ProcessTable.Load(table.Processes, ProcessFacts.Exe, threads, cancellation);
        var byId = table.Processes.ToDictionary(process => process.Id);
        var known = new ConcurrentDictionary<int, ClusterFacts>();
        foreach (ClusterFacts recorded in RecordedClusters.Read(root) ?? [])
        {
            known[recorded.PostmasterId] = recorded;
        }

        if (known.IsEmpty)
        {
            MemProcess[] servers = [.. table.Processes.Where(IsServer)];
            ProcessTable.Load(servers, ProcessFacts.CommandLine | ProcessFacts.Owner, threads, cancellation);
            MemProcess[] first = [.. servers.Where(process => !(byId.TryGetValue(process.ParentId, out MemProcess? parent) && IsServer(parent)))];
            MemProcess[] left = [.. first.Where(process => ServerTitle.IsOne(process.CommandLine))];
            if (left.Length > 0)
            {
                warnings.Add($"{left.Length} {(left.Length == 1 ? "process" : "processes")} of PostgreSQL outlive their postmaster, and belong to no cluster: {Examples.Of(left)}.");
            }

            ProcessInquiry.Each(
                [.. first.Where(process => !ServerTitle.IsOne(process.CommandLine) && !RunsAlone(process.CommandLine))],
                threads,
                process => ClusterFiles.Read(root, process),
                (process, read) =>
                {
                    if (read is not null)
                    {
                        known[process.Id] = read;
                    }
                },
                cancellation);
        }

        Dictionary<int, ServerCluster> clusters = known.Values.Where(one => byId.ContainsKey(one.PostmasterId)).ToDictionary(one => one.PostmasterId, one => new ServerCluster(byId[one.PostmasterId], one));
        foreach (MemProcess process in clusters.Count > 0 ? table.Processes : [])
        {
            if (ClusterOf(process, byId, clusters) is ServerCluster cluster)
            {
                cluster.Members[process] = ServerProcessKind.Other;
            }
        }

        foreach (ServerCluster cluster in clusters.Values)
        {
            ProcessTable.Load([.. cluster.Members.Keys], ProcessFacts.CommandLine | ProcessFacts.Cgroup | ProcessFacts.Owner, threads, cancellation);
            foreach (MemProcess process in cluster.Members.Keys.ToArray())
            {
                cluster.Members[process] = process == cluster.Postmaster ? ServerProcessKind.Postmaster : ServerTitle.Of(process.CommandLine, cluster.Facts.ClusterName);
            }
        }

        return [.. clusters.Values.OrderBy(cluster => cluster.Postmaster.Id)];
    }

    /// <summary>The nearest postmaster above a process, or itself.</summary>
    private static ServerCluster? ClusterOf(MemProcess process, Dictionary<int, MemProcess> byId, Dictionary<int, ServerCluster> clusters)
    {
        MemProcess? at = process;
        for (int steps = 0; at is not null && steps < 4096; steps++)
        {
            if (clusters.TryGetValue(at.Id, out ServerCluster? found))
            {
                return found;
            }

            at = byId.GetValueOrDefault(at.ParentId);
        }

        return null;
    }

    private static bool IsServer(MemProcess process)
    {
        const string Deleted = " (deleted)";
        ReadOnlySpan<char> exe = process.Unread is null ? process.Exe : null;
        exe = exe.EndsWith(Deleted, StringComparison.Ordinal) ? exe[..^Deleted.Length] : exe;
        ReadOnlySpan<char> name = exe[(exe.LastIndexOf('/') + 1)..];
        foreach (string program in Programs)
        {
            if (name.SequenceEqual(program))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for a server that is its own and only process, such as initdb runs.</summary>
    private static bool RunsAlone(string? commandLine) =>
        commandLine?.Split(' ', 3) is [_, "--single" or "--boot" or "--check" or "--describe-config" or "-C", ..];
}
