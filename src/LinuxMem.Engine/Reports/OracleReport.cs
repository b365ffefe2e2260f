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

    private static OracleResult Scan(MemScan scan, OracleOptions options)
    {
        ProcessTable table = scan.Table;
        List<PmonProcess> all = PmonProcess.Find(table, options.Cancellation);
        List<PmonProcess> monitors = all.FindAll(pmon => options.Wanted?.Invoke(pmon.Sid) ?? true);
        if (monitors.Count == 0)
        {
            IReadOnlyList<OracleInstance> recorded = OracleFigures.Recorded(table, options) ?? [];
            return new OracleResult(recorded) { Warnings = table.Root.NotRead is string notRead ? [notRead] : [], Unread = table.Unread };
        }

        var figures = new OracleFigures(table, monitors, InstanceProcesses.Find(table, all, options.Cancellation), options);
        var pmons = new OracleSplit(monitors.ToDictionary(pmon => pmon.Process.Id, pmon => pmon.Process.Id));
        ScanResult result = scan.Run(table.Processes, [figures.Split, pmons], reading => figures.Look(reading.Groups[1], reading.State.Objects.IsKnown, key => key.Value as int?));
        return new OracleResult(figures.Instances(result.Reports[0], scan.Threads)) { Warnings = result.Warnings, Scan = result };
    }
}
