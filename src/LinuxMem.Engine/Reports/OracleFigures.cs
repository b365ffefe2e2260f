using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>What a scan, of this alone or of all of a machine, tells of the instances of Oracle.</summary>
internal sealed class OracleFigures
{
    private readonly ProcessTable table;
    private readonly List<PmonProcess> monitors;
    private readonly InstanceProcesses members;
    private readonly OracleOptions options;
    private readonly Dictionary<int, int> groupOf = [];
    private readonly Dictionary<int, InstanceMemory?> memory = [];

    /// <summary>For a scan that is to come.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="monitors">The process monitors of the instances.</param>
    /// <param name="members">The processes of all instances.</param>
    /// <param name="options">How the instances are asked.</param>
    public OracleFigures(ProcessTable table, List<PmonProcess> monitors, InstanceProcesses members, OracleOptions options)
    {
        (this.table, this.monitors, this.members, this.options) = (table, monitors, members, options);
        foreach (PmonProcess pmon in monitors)
        {
            foreach (int id in members.Of(pmon))
            {
                groupOf[id] = pmon.Process.Id;
            }
        }

        Split = new OracleSplit(groupOf);
    }

    /// <summary>The instances as groups.</summary>
    public OracleSplit Split { get; }

    /// <summary>What a snapshot says of its instances; null for nothing.</summary>
    public static IReadOnlyList<OracleInstance>? Recorded(ProcessTable table, OracleOptions options) =>
        RecordedInstances.Read(table.Root)?.Where(one => options.Wanted?.Invoke(one.Sid) ?? true).ToArray();

    /// <summary>Takes what the process monitors hold, while the reading is there.</summary>
    /// <param name="groups">Groups of one process each, and others.</param>
    /// <param name="isKnown">Whether shared memory is told from files.</param>
    /// <param name="pidOf">The process that a group is; null for the others.</param>
    public void Look(GroupPages[] groups, bool isKnown, Func<GroupKey, int?> pidOf)
    {
        HashSet<int> pids = [.. monitors.Select(pmon => pmon.Process.Id)];

        // Segments that are no objects are those of which nothing but the kernel's table tells.
        foreach (GroupPages group in isKnown ? groups.Where(group => group.Counts is not null && group.Segments.Count == 0) : [])
        {
            if (pidOf(group.Key) is int pid && pids.Contains(pid))
            {
                memory[pid] = InstanceMemory.Of(group.Objects, (long)table.Root.PageSize);
            }
        }
    }

    /// <summary>The instances, largest SGA first.</summary>
    /// <param name="report">The report of <see cref="Split"/>.</param>
    /// <param name="threads">The most threads to read with.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; what was started is ended.</exception>
    public IReadOnlyList<OracleInstance> Instances(MemReport report, int threads)
    {
        Dictionary<int, MemGroup> groups = report.Groups.Where(group => group.Key is int).ToDictionary(group => (int)group.Key!);
        IReadOnlyList<OracleInstance> instances = Recorded(table, options) ?? OracleInstances.Read(table, monitors, members, pmon => memory.GetValueOrDefault(pmon.Process.Id), options);
        ProcessTable.Load([.. monitors.Select(pmon => pmon.Process)], ProcessFacts.Cgroup, threads, options.Cancellation);
        foreach (OracleInstance instance in instances)
        {
            if (monitors.Find(pmon => pmon.Process.Id == instance.PmonPid) is PmonProcess pmon)
            {
                instance.Take(pmon, members, groups.GetValueOrDefault(groupOf[pmon.Process.Id]), memory.GetValueOrDefault(pmon.Process.Id));
            }
        }

        return instances;
    }
}
