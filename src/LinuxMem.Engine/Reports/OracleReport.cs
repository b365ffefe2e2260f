using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Lists the Oracle instances with what they say themselves, and what a scan counts of them.</summary>
public static class OracleReport
{
    /// <summary>Lists them, largest SGA first.</summary>
    /// <exception cref="LinuxMemException">The path is not a /proc tree or snapshot, or the time makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was started is ended.</exception>
    public static OracleResult Read(OracleReportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OracleInstances.Check(options.Timeout);
        IReadOnlyList<(MemProcess Process, string Reason)> unread = [];
        var asked = new OracleOptions { Deadlines = options.Deadlines, ProcRoot = options.ProcRoot, Timeout = options.Timeout, Wanted = options.Wanted, Unread = found => unread = found, Cancellation = options.Cancellation };
        try
        {
            // Counted before anything is asked: what answers a question is a process of the instance, too.
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, Cancellation = options.Cancellation, Deadlines = options.Deadlines });
            return Scan(scan, asked);
        }
        catch (LinuxMemException e) when (e.Kind == LinuxMemError.PermissionDenied)
        {
            // Whoever may see no frames may ask his own instances all the same.
        }

        IReadOnlyList<OracleInstance> instances = OracleInstances.Read(asked);
        string[] warnings = instances.Count > 0 ? ["What the instances hold is not known: the kernel hides frame numbers from this user. Run this as root."] : [];
        return new OracleResult(instances) { Warnings = warnings, Unread = unread };
    }

    /// <summary>The instances of a machine that is scanned for more. None is asked.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static OracleResult Scan(MemScan scan) =>
        Scan(scan, new OracleOptions { WhyNotAsked = "a report of the whole machine runs no programs", Cancellation = scan.Options.Cancellation });

    private static OracleResult Scan(MemScan scan, OracleOptions options)
    {
        ProcessTable table = scan.Table;
        List<PmonProcess> all = PmonProcess.Find(table, options.Cancellation);
        List<PmonProcess> monitors = all.FindAll(pmon => options.Wanted?.Invoke(pmon.Sid) ?? true);
        OracleInstance[]? recorded = RecordedInstances.Read(table.Root)?.Where(one => options.Wanted?.Invoke(one.Sid) ?? true).ToArray();
        if (monitors.Count == 0)
        {
            return new OracleResult(recorded ?? []) { Warnings = table.Root.NotRead is string notRead ? [notRead] : [], Unread = table.Unread };
        }

        InstanceProcesses members = InstanceProcesses.Find(table, all, options.Cancellation);
        var groupOf = new Dictionary<int, int>();
        foreach (PmonProcess pmon in monitors)
        {
            members.Of(pmon).ToList().ForEach(id => groupOf[id] = pmon.Process.Id);
        }

        Dictionary<int, InstanceMemory?> memory = [];
        ScanResult result = scan.Run(table.Processes, [new OracleSplit(groupOf), new OracleSplit(monitors.ToDictionary(pmon => pmon.Process.Id, pmon => pmon.Process.Id))], reading =>
        {
            // Segments that are no objects are those of which nothing but the kernel's table tells.
            foreach (GroupPages pmon in reading.State.Objects.IsKnown ? reading.Groups[1].Where(group => group.Key.Value is int && group.Counts is not null && group.Segments.Count == 0) : [])
            {
                memory[(int)pmon.Key.Value!] = InstanceMemory.Of(pmon.Objects, (long)table.Root.PageSize);
            }
        });
        Dictionary<int, MemGroup> groups = result.Reports[0].Groups.Where(group => group.Key is int).ToDictionary(group => (int)group.Key!);
        IReadOnlyList<OracleInstance> instances = recorded ?? OracleInstances.Read(table, monitors, members, pmon => memory.GetValueOrDefault(pmon.Process.Id), options);
        ProcessTable.Load([.. monitors.Select(pmon => pmon.Process)], ProcessFacts.Cgroup, scan.Threads, options.Cancellation);
        foreach (OracleInstance instance in instances)
        {
            if (monitors.Find(pmon => pmon.Process.Id == instance.PmonPid) is PmonProcess pmon)
            {
                instance.Take(pmon, members, groups.GetValueOrDefault(groupOf[pmon.Process.Id]), memory.GetValueOrDefault(pmon.Process.Id));
            }
        }

        return new OracleResult(instances) { Warnings = result.Warnings, Scan = result };
    }
}
