using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Cgroups;

/// <summary>Which control group of the memory controller's hierarchy each process is in, and what that tells.</summary>
internal static class CgroupTable
{
    /// <summary>The path of each process in the hierarchy; those are missing that have ended, or are in none.</summary>
    public static Dictionary<MemProcess, string> Paths(Machine machine, IReadOnlyList<MemProcess> processes, int version, CancellationToken cancellation)
    {
        var paths = new Dictionary<MemProcess, string>();
        ProcessInquiry.Each(processes, Environment.ProcessorCount, Ask, Take, cancellation);
        return paths;

        string? Ask(MemProcess process)
        {
            Span<byte> name = stackalloc byte[64];
            byte[] buffer = new byte[4096];
            int n = machine.ReadRecord(ProcTree.ProcessPath(name, process.Id, "/cgroup"u8), ref buffer);
            return PathIn(n > 0 ? buffer.AsSpan(0, n) : default, version);
        }

        void Take(MemProcess process, string? path)
        {
            if (path is not null)
            {
                lock (paths)
                {
                    paths[process] = path;
                }
            }
        }
    }

    /// <summary>The path in the text of <c>/proc/PID/cgroup</c>; null for none.</summary>
    public static string? PathIn(ReadOnlySpan<byte> text, int version)
    {
        string? path = version switch
        {
            2 => CgroupFile.PathOf(text, default),
            1 => CgroupFile.PathOf(text, "memory"u8),
            _ => CgroupFile.PathOf(text, "memory"u8) ?? CgroupFile.Parse(text)?.Path,
        };
        return path is { Length: > 0 } ? path : null;
    }

    /// <summary>Reads what is told of the groups of processes, and of those around them, for a snapshot.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="processes">The processes in the snapshot.</param>
    /// <param name="warnings">Takes what there is no room for.</param>
    /// <param name="cancellation">Ends it.</param>
    public static RecordedCgroups Record(Machine machine, IReadOnlyList<MemProcess> processes, List<string> warnings, CancellationToken cancellation)
    {
        using CgroupTree tree = machine.OpenCgroups();
        var groups = new Dictionary<string, CgroupUsage>(StringComparer.Ordinal);
        int beyond = 0;
        if (tree.WhyNot is null)
        {
            Dictionary<MemProcess, string> paths = Paths(machine, processes, tree.Version, cancellation);

            // Of more than are written those of the processes are counted, and not those around them: each may lie in a hundred.
            var known = new HashSet<string>(StringComparer.Ordinal);
            var left = new HashSet<string>(StringComparer.Ordinal);
            foreach (string path in paths.OrderBy(one => one.Key.Id).Select(one => one.Value))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (string around in RecordedCgroups.IsWritten(path) ? Around(path).TakeWhile(_ => known.Count < RecordedCgroups.MaxGroups) : [])
                {
                    known.Add(around);
                }

                if (!known.Contains(path))
                {
                    left.Add(path);
                }
            }

            beyond = left.Count;
            foreach (string path in known)
            {
                cancellation.ThrowIfCancellationRequested();
                if (tree.Read(path, out _) is CgroupUsage usage)
                {
                    groups[RecordedCgroups.KeyOf(path)] = usage;
                }
            }
        }

        // Those with long paths are the made-up ones.
        KeyValuePair<string, CgroupUsage>[] all = [.. groups.OrderBy(group => group.Key.Length)];
        (List<KeyValuePair<string, CgroupUsage>> kept, List<KeyValuePair<string, CgroupUsage>> without) = FairShare.Of(all, _ => 0, RecordedCgroups.SizeOf, SnapshotManifest.CgroupRoom);
        LeftOut.Tell(warnings, beyond + without.Count, "control groups", SnapshotManifest.CgroupRoom, "those of the last processes, with the longest paths, or too deep in others", "Their processes are, without the figures of these groups.", RecordedCgroups.MaxGroups);
        return new RecordedCgroups { Version = tree.Version, WhyNot = tree.WhyNot, Groups = new Dictionary<string, CgroupUsage>(kept, StringComparer.Ordinal) };
    }

    /// <summary>A group and those around it, up to the root.</summary>
    public static IEnumerable<string> Around(string path)
    {
        yield return path;
        for (int slash = path.LastIndexOf('/'); slash >= 0 && path.Length > 1; slash = path.LastIndexOf('/'))
        {
            path = slash == 0 ? "/" : path[..slash];
            yield return path;
        }
    }
}
