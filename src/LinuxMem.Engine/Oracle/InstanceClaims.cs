using System.Collections.Concurrent;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// Which one instance a process says that it is of: the one that it is called after (<c>ora_smon_DB1</c>, <c>oracleDB1 (LOCAL=NO)</c>), or
/// else the one in its environment. It counts where the instance's pmon process is of the same user and in the same IPC namespace: others
/// cannot have its memory.
/// </summary>
internal static class InstanceClaims
{
    /// <summary>Finds them.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="monitors">The pmon processes in it.</param>
    /// <param name="threads">The most threads to read with.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyDictionary<MemProcess, PmonProcess> Find(ProcessTable table, IReadOnlyList<PmonProcess> monitors, int threads, CancellationToken cancellation)
    {
        var claims = new Dictionary<MemProcess, PmonProcess>();
        if (monitors.Count == 0)
        {
            return claims;
        }

        ProcessTable.Load(table.Processes, ProcessFacts.Owner, threads, cancellation);
        HashSet<long?> users = [.. monitors.Select(pmon => pmon.Process.Uid)];
        MemProcess[] candidates = [.. table.Processes.Where(process => users.Contains(process.Uid))];
        table.AskFor(["ORACLE_SID"]);
        ProcessTable.Load(candidates, ProcessFacts.Variables, threads, cancellation);
        var facts = new ConcurrentDictionary<MemProcess, (string Line, ulong? Ipc)>();
        ProcessInquiry.Each(candidates, threads, process => (InstanceProcesses.CalledAs(table.Root, process), IpcOf(table.Root, process)), (process, read) => facts[process] = read, cancellation);
        ILookup<(long? Uid, string Sid), PmonProcess> known = monitors.ToLookup(pmon => (pmon.Process.Uid, pmon.Sid));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((MemProcess process, (string line, ulong? ipc)) in facts)
        {
            names.Clear();
            InstanceProcesses.AddNames(line, names);
            EnvironmentVariable variable = process.Variable("ORACLE_SID");
            PmonProcess? claimed = monitors.FirstOrDefault(pmon => pmon.Process == process)
                ?? names.Select(Named).FirstOrDefault(one => one is not null)
                ?? (variable is { IsMasked: false, Value: { Length: <= InstanceProcesses.MaxName } sid } ? Named(sid) : null);
            if (claimed is not null)
            {
                claims[process] = claimed;
            }

            PmonProcess? Named(string sid) => known[(process.Uid, sid)].FirstOrDefault(pmon => ipc is not null && facts.GetValueOrDefault(pmon.Process).Ipc == ipc);
        }

        return claims;
    }

    private static ulong? IpcOf(Machine root, MemProcess process)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(Machine.ProcessPath(name, process.Id, default));
        return place.IsOpen && IpcNamespace.TryRead(place, out ulong number) ? number : null;
    }
}
