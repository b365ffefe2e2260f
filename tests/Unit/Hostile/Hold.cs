using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Holds the engine against the independent count for processes that cannot be stopped, or are already.</summary>
internal static class Hold
{
    private const int Attempts = 10;

    /// <summary>Compares, both ways of reading; the processes do nothing meanwhile.</summary>
    /// <returns>The independent count, in the order of the processes.</returns>
    public static ProcessPages[] Check(params int[] pids)
    {
        Grouping[] groupings = [new(new PerProcessSplit(), pid => pid), new(new WholeSplit(), _ => "All")];
        ProcessPages[] before = Count(pids);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            ScanResult auto = ExactComparison.Scan(pids, groupings, PagemapMode.Auto, 2);
            ScanResult plain = ExactComparison.Scan(pids, groupings, PagemapMode.Plain, 1);
            ProcessPages[] after = Count(pids);
            if (before.Zip(after).All(pair => pair.First.Same(pair.Second)))
            {
                var differences = new List<string>();
                ExactComparison.Compare("Auto", auto, before, groupings, differences);
                ExactComparison.Compare("Plain", plain, before, groupings, differences);
                Assert.True(differences.Count == 0, string.Join('\n', differences));
                return before;
            }

            before = after;
        }

        throw new InvalidOperationException("The kernel kept moving the pages of the staged processes; nothing was compared.");
    }

    /// <summary>Scans one process and returns it with its figures.</summary>
    public static MemProcess Measure(int pid, PagemapMode mode = PagemapMode.Auto)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = mode, Threads = 2 });
        (IReadOnlyList<MemProcess> measured, _) = scan.Measure(scan.Table.Processes.Where(process => process.Id == pid).ToList());
        return Assert.Single(measured);
    }

    private static ProcessPages[] Count(int[] pids) => [.. pids.Select(pid => IndependentCount.Read(pid))];
}
