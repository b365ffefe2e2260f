using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// Holds the engine's figures for staged processes against the independent count, byte for byte: both ways
/// of reading, one thread and two, every kind of split in one run.
/// </summary>
internal static class ExactComparison
{
    private const int Attempts = 10;

    private static readonly (PagemapMode Mode, int Threads)[] Ways =
        [(PagemapMode.Auto, 1), (PagemapMode.Auto, 2), (PagemapMode.Plain, 1), (PagemapMode.Plain, 2), (PagemapMode.Auto, 5)];

    /// <summary>Stops the workloads and compares.</summary>
    /// <returns>The independent count, by process.</returns>
    public static IReadOnlyDictionary<int, ProcessPages> Check(params Workload[] workloads)
    {
        foreach (Workload workload in workloads)
        {
            workload.Stop();
        }

        int[] pids = workloads.SelectMany(w => w.Pids).ToArray();
        Grouping[] groupings = Grouping.All(pids);

        // The kernel may still move pages of a stopped process (reclaim, compaction): what was compared
        // stands only when the count says the same before and after.
        ProcessPages[] before = Count(workloads);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var results = Ways.Select(way => (way, Scan(pids, groupings, way.Mode, way.Threads))).ToList();
            ProcessPages[] after = Count(workloads);
            if (before.Zip(after).All(pair => pair.First.Same(pair.Second)))
            {
                var differences = new List<string>();
                foreach (((PagemapMode mode, int threads), ScanResult result) in results)
                {
                    Compare($"{mode}, {threads} threads", result, before, groupings, differences);
                }

                Assert.True(differences.Count == 0, string.Join('\n', differences.Prepend("The engine's figures are not those of the independent count:")));
                return before.ToDictionary(p => p.Pid);
            }

            before = after;
        }

        throw new InvalidOperationException("The kernel kept moving the pages of the staged processes; nothing was compared.");
    }

    /// <summary>Scans the given processes only.</summary>
    public static ScanResult Scan(IReadOnlyCollection<int> pids, IEnumerable<Grouping> groupings, PagemapMode mode = PagemapMode.Auto, int threads = 1, Deadlines? deadlines = null)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = mode, Threads = threads, Deadlines = deadlines ?? Deadlines.Usual });
        return scan.Run(scan.Table.Processes.Where(p => pids.Contains(p.Id)).ToList(), groupings.Select(g => g.Split).ToList());
    }

    /// <summary>Holds a result against a count; what differs goes into the list.</summary>
    public static void Compare(string way, ScanResult result, IReadOnlyList<ProcessPages> counted, IReadOnlyList<Grouping> groupings, List<string> differences)
    {
        void Same(string what, object? engine, object? expected)
        {
            if (!Equals(engine, expected))
            {
                string by = engine is long a && expected is long b ? string.Create(CultureInfo.InvariantCulture, $" ({(a - b) / (double)IndependentCount.PageSize:+0.##;-0.##} pages)") : "";
                differences.Add($"{way}: {what}: engine {engine ?? "null"}, expected {expected ?? "null"}{by}");
            }
        }

        Same("Scanned", result.Scanned, counted.Count);
        Same("Vanished", result.Vanished, 0);
        Same("Unreadable", string.Join(", ", result.Unreadable), "");
        Same("number of reports", result.Reports.Count, groupings.Count);
        foreach ((MemReport report, Grouping grouping) in result.Reports.Zip(groupings))
        {
            ExpectedReport expected = ExpectedReport.Of(counted, grouping.KeyOf);
            string title = $"split '{report.Split}'";
            Same($"{title}: MemMapped", report.MemMapped, expected.Mapped);
            differences.AddRange(ReportRules.Violations(report).Select(v => $"{way}: {v}"));
            foreach (ExpectedGroup group in expected.Groups)
            {
                MemGroup[] found = report.Groups.Where(g => Equals(g.Key, group.Key)).ToArray();
                string name = $"{title}, group {group.Key ?? "null"}";
                Same($"{name}: number of groups", found.Length, 1);
                if (found is not [MemGroup engine])
                {
                    continue;
                }

                Same($"{name}: Procs", engine.Procs, group.Procs);
                Same($"{name}: MemRss", engine.MemRss, group.MemRss);
                Same($"{name}: MemAnon", engine.MemAnon, group.MemAnon);
                Same($"{name}: MemUss", engine.MemUss, group.MemUss);
                Same($"{name}: SwapRss", engine.SwapRss, group.SwapRss);
                Same($"{name}: SwapAnon", engine.SwapAnon, group.SwapAnon);
                Same($"{name}: SwapUss", engine.SwapUss, group.SwapUss);
                Same($"{name}: ShmMem", engine.ShmMem, group.ShmMem);
                Same($"{name}: ShmSwap", engine.ShmSwap, group.ShmSwap);
                Same($"{name}: ShmUss", engine.ShmUss, group.ShmUss);
                if (!group.MemPss.IsWithinOne(engine.MemPss!.Value))
                {
                    differences.Add($"{way}: {name}: MemPss: engine {engine.MemPss}, expected {group.MemPss}");
                }
            }

            // Groups that a split announces come out empty when nobody is in them.
            foreach (MemGroup extra in report.Groups.Where(g => !expected.Groups.Any(e => Equals(e.Key, g.Key))))
            {
                Same($"{title}, empty group {extra.GroupName}: sum of all figures", extra.Procs + extra.MemRss + extra.MemAnon + extra.MemUss + extra.MemPss + extra.SwapRss + extra.SwapAnon + extra.SwapUss + extra.ShmMem + extra.ShmSwap + extra.ShmUss, 0L);
            }
        }
    }

    private static ProcessPages[] Count(IEnumerable<Workload> workloads) =>
        workloads.SelectMany(w => w.Pids.Select(pid => IndependentCount.Read(pid, w.Threads.TryGetValue(pid, out int thread) ? thread : null))).ToArray();
}
