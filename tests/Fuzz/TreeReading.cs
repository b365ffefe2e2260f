using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Fuzz;

/// <summary>Reads a whole tree, or a snapshot, by everything that reads one, and holds what comes out to what must be so.</summary>
internal static class TreeReading
{
    /// <summary>A file that claims pages without end costs time: whoever waits ends it.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Reads the tree at a path.</summary>
    public static void Run(string path)
    {
        using var patience = new CancellationTokenSource(Timeout);
        Try(() => Scan(path, patience.Token));
        Try(() => Segments(path, patience.Token));
        Try(() => Mounts(path, patience.Token));
        Try(() => OracleInstances.Read(new OracleOptions { ProcRoot = path, Cancellation = patience.Token }));
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is LinuxMemException or OperationCanceledException)
        {
            // The documented ones.
        }
    }

    private static void Segments(string path, CancellationToken cancellation)
    {
        foreach (ShmSegment segment in ShmSegments.Read(new ShmOptions { ProcRoot = path, Threads = 1, Cancellation = cancellation }))
        {
            BrokenRuleException.ThrowUnless(segment.Size >= 0 && segment.Swap >= 0 && segment.Rss is null or >= 0, "a segment of less than nothing");
            BrokenRuleException.ThrowUnless(segment.Pages4k is null or >= 0 && segment.Pages2M is null or >= 0 && segment.Pages1G is null or >= 0 && segment.PageSize is null or > 0, "fewer pages than none");
            _ = (segment.UsedPercent, segment.AttachTime, segment.DetachTime, segment.ChangeTime, segment.ToString());
        }
    }

    private static void Mounts(string path, CancellationToken cancellation)
    {
        foreach (TmpfsMount mount in TmpfsTable.List(Machine.Open(path, cancellation), cancellation))
        {
            BrokenRuleException.ThrowUnless(mount.FsSize is null or >= 0 && mount.FsUsed is null or >= 0 && mount.UsedPercent is null or (>= 0 and <= 100), "a file system of less than nothing");
        }
    }

    private static void Scan(string path, CancellationToken cancellation)
    {
        MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path, Threads = 1, MemoryLimit = 256 << 20, Cancellation = cancellation });
        Split[] splits = [new UidSplit(), new EnvironmentSplit("SID"), new WholeSplit(), new ProcessSplit()];
        ScanResult result = scan.Run(scan.Table.Processes, splits);
        BrokenRuleException.ThrowUnless(scan.Table.Processes.Count == result.Scanned + result.Vanished + result.Unreadable.Count, "a process is neither scanned nor said to be left out");
        foreach (MemReport report in result.Reports)
        {
            BrokenRuleException.ThrowUnless(report.Groups.Sum(group => group.MemPss) == report.MemMapped, "the shares do not add up");
            BrokenRuleException.ThrowUnless(report.Groups.Sum(group => group.Procs) == result.Scanned, "the processes do not add up");
            foreach (MemGroup group in report.Groups)
            {
                BrokenRuleException.ThrowUnless(0 <= group.MemUss && group.MemUss <= group.MemPss && group.MemPss <= group.MemRss, "not 0 <= uss <= pss <= rss");
                BrokenRuleException.ThrowUnless(0 <= group.MemAnon && group.MemAnon <= group.MemRss, "not 0 <= anon <= rss");
                BrokenRuleException.ThrowUnless(0 <= group.SwapUss && group.SwapUss <= group.SwapRss && group.SwapAnon <= group.SwapRss, "a part of swap is larger than the whole");
                BrokenRuleException.ThrowUnless(0 <= group.ShmUss && group.ShmUss <= group.ShmMem && group.ShmSwap >= 0, "a part of segments is larger than the whole");
            }
        }

        (IReadOnlyList<MemProcess> measured, _) = scan.Measure(scan.Table.Processes);
        BrokenRuleException.ThrowUnless(measured.Count >= result.Scanned, "each for itself, there are fewer");
        foreach (MemProcess process in scan.Table.Processes)
        {
            _ = (process.User, process.CommandLine, process.Exe, process.Cgroup, process.Environment.Count, process.StartTime, process.PageTables, process.ToString());
        }
    }
}
