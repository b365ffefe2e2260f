using System.Globalization;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// The instances of databases that processes belong to: of Oracle by what a process is called or has in its environment, of PostgreSQL by
/// its postmaster; and of all others by the nearest process above them that is of one. So it counts where title and environment of a child
/// tell nothing.
/// </summary>
internal static class DatabaseInstances
{
    /// <summary>Finds them.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="threads">The most threads to read with.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The instances, by the ids of the processes that belong to one.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyDictionary<int, ProcessInstance> Find(ProcessTable table, int threads, CancellationToken cancellation)
    {
        var own = new Dictionary<int, ProcessInstance>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        List<PmonProcess> monitors = PmonProcess.Find(table, cancellation);
        ProcessTable.Load([.. monitors.Select(pmon => pmon.Process)], ProcessFacts.Cgroup | ProcessFacts.Owner, threads, cancellation);
        Dictionary<PmonProcess, ProcessInstance> oracle = monitors.ToDictionary(pmon => pmon, pmon => Describe("Oracle", pmon.Sid, pmon.Process, keys));
        foreach ((MemProcess process, PmonProcess pmon) in InstanceClaims.Find(table, monitors, threads, cancellation).All)
        {
            own[process.Id] = oracle[pmon];
        }

        foreach (ServerCluster cluster in ServerCluster.Find(table, threads, [], cancellation))
        {
            own[cluster.Postmaster.Id] = Describe("PostgreSQL", cluster.Facts.DataDirectory ?? cluster.Postmaster.ToString(), cluster.Postmaster, keys);
        }

        return own.Count == 0 ? own : WithDescendants(table, own);
    }

    /// <summary>Adds to each process the instance of the nearest above it, or its own.</summary>
    private static Dictionary<int, ProcessInstance> WithDescendants(ProcessTable table, Dictionary<int, ProcessInstance> own)
    {
        Dictionary<int, MemProcess> byId = table.Processes.ToDictionary(process => process.Id);
        var found = new Dictionary<int, ProcessInstance?>();
        var path = new List<int>();
        foreach (MemProcess process in table.Processes)
        {
            path.Clear();
            ProcessInstance? instance = null;
            for (MemProcess? at = process; at is not null && !found.TryGetValue(at.Id, out instance); at = byId.GetValueOrDefault(at.ParentId))
            {
                path.Add(at.Id);

                // Noted at once, so that a copy whose parents go round in a circle comes to an end.
                found[at.Id] = instance = own.GetValueOrDefault(at.Id);
                if (instance is not null)
                {
                    break;
                }
            }

            path.ForEach(id => found[id] = instance);
        }

        return found.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);
    }

    /// <summary>
    /// Names an instance. Its key holds when it is started anew, so that samples of two days can be compared; two that are alike in all of
    /// that are told apart by their processes.
    /// </summary>
    private static ProcessInstance Describe(string kind, string name, MemProcess first, HashSet<string> keys)
    {
        string place = first.Container ?? first.User ?? "unknown user";
        string key = string.Create(CultureInfo.InvariantCulture, $"{kind}/{first.Uid}/{first.ControlGroup?.Container?.Key}/{name}");
        key = keys.Add(key) ? key : string.Create(CultureInfo.InvariantCulture, $"{key}/{first.Id}");
        keys.Add(key);
        return new ProcessInstance(name, key, [$"{name} ({place})", $"{kind} {name} ({place})", string.Create(CultureInfo.InvariantCulture, $"{kind} {name} ({place}, pid {first.Id})")]);
    }
}
