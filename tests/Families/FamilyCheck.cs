using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Families;

/// <summary>
/// Holds the engine's figures of a family, live and out of snapshots, taken and read in both ways, against the plain
/// count, to the byte; and the plain count against smaps.
/// </summary>
internal static class FamilyCheck
{
    private const int Attempts = 8;

    private static readonly (PagemapMode Mode, int Threads)[] Live = [(PagemapMode.Auto, 1), (PagemapMode.Auto, 3), (PagemapMode.Plain, 1), (PagemapMode.Plain, 2)];
    private static readonly (PagemapMode Mode, int Threads)[] Read = [(PagemapMode.Auto, 1), (PagemapMode.Auto, 2), (PagemapMode.Plain, 1)];

    /// <summary>Stages the family of a seed and checks it.</summary>
    /// <param name="ground">Where.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="spoil">Changes the count before it is compared, to see that differences are found; null for nothing.</param>
    public static FamilyOutcome Run(FamilyGround ground, ulong seed, Action<PlainProcess[]>? spoil = null)
    {
        using Family family = ground.Stage(seed);
        RandomGroups[] divisions = RandomGroups.Of(family.Pids, seed);

        // The kernel may still move pages of a stopped process (reclaim, compaction): what was compared stands only
        // when the count says the same before and after.
        PlainProcess[] before = PlainCount.Of(family.Pids);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var results = new List<(string Way, ScanResult Result)>();
            foreach ((PagemapMode mode, int threads) in Live)
            {
                results.Add(($"live, {mode}, {threads} threads", Scan(null, family.Pids, divisions, mode, threads)));
            }

            foreach (PagemapMode taken in new[] { PagemapMode.Auto, PagemapMode.Plain })
            {
                string file = ground.NewName("snapshot");
                MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, PagemapMode = taken, Filter = new PidsFilter(family.Pids) });
                foreach ((PagemapMode mode, int threads) in Read)
                {
                    results.Add(($"snapshot taken {taken}, read {mode}, {threads} threads", Scan(file, family.Pids, divisions, mode, threads)));
                }

                File.Delete(file);
            }

            (RandomGroups Division, string Way, MappingResult Result)[] lines = [.. divisions.SelectMany(division => FamilyLines.Read(family.Pids, division).Select(read => (division, read.Way, read.Result)))];

            int compared = 0;
            List<string> differences = [.. before.SelectMany(process => SmapsSums.Differences(process, ref compared))];
            PlainProcess[] after = PlainCount.Of(family.Pids);
            if (before.Zip(after).All(pair => pair.First.Same(pair.Second)))
            {
                spoil?.Invoke(before);
                foreach (RandomGroups division in divisions)
                {
                    ExpectedFigures[] expected = ExpectedFigures.Of(before, division);
                    foreach ((string way, ScanResult result) in results)
                    {
                        compared += Compare(way, result, division, expected, family.Pids.Count, differences);
                    }

                    foreach ((_, string way, MappingResult result) in lines.Where(one => one.Division == division))
                    {
                        compared += Compare(way, result.Scan, division, expected, family.Pids.Count, differences);
                        compared += FamilyLines.Compare(way, result, division.Name, differences);
                    }
                }

                return new FamilyOutcome(seed, family.Pids.Count, compared, differences, family.Did);
            }

            before = after;
        }

        throw new FamilyException($"The kernel kept moving the pages of the family of seed {seed}; nothing was compared.");
    }

    private static ScanResult Scan(string? root, IReadOnlyList<int> pids, RandomGroups[] divisions, PagemapMode mode, int threads)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root, PagemapMode = mode, Threads = threads, Gathers = threads > 1 });
        return scan.Run(scan.Table.Processes.Where(process => pids.Contains(process.Id)).ToList(), divisions);
    }

    /// <summary>Compares a report; returns how many figures there were.</summary>
    private static int Compare(string way, ScanResult result, RandomGroups division, ExpectedFigures[] expected, int processes, List<string> differences)
    {
        int compared = 0;
        Same("processes scanned", result.Scanned, processes);
        MemReport report = result.Reports.Single(report => report.Split == division.Name);
        Same("groups", report.Groups.Count, expected.Length);
        Same("MemPss of all", report.Groups.Sum(group => group.MemPss!.Value), report.MemMapped);
        foreach (ExpectedFigures figures in expected)
        {
            if (report.Groups.FirstOrDefault(group => figures.Group.Equals(group.Key)) is not MemGroup group)
            {
                differences.Add($"{way}: {division.Name}: there is no group {figures.Group}");
                continue;
            }

            Same($"group {figures.Group}: Procs", group.Procs, figures.Procs);
            Same($"group {figures.Group}: MemRss", group.MemRss, figures.MemRss);
            Same($"group {figures.Group}: MemAnon", group.MemAnon, figures.MemAnon);
            Same($"group {figures.Group}: MemUss", group.MemUss, figures.MemUss);
            Same($"group {figures.Group}: SwapRss", group.SwapRss, figures.SwapRss);
            Same($"group {figures.Group}: SwapAnon", group.SwapAnon, figures.SwapAnon);
            Same($"group {figures.Group}: SwapUss", group.SwapUss, figures.SwapUss);
            compared++;
            if (!figures.IsPss(group.MemPss!.Value))
            {
                differences.Add($"{way}: {division.Name}: group {figures.Group}: MemPss: engine {group.MemPss}, expected {figures.MemPss}");
            }
        }

        return compared;

        void Same(string what, long? engine, long count)
        {
            compared++;
            if (engine != count)
            {
                differences.Add($"{way}: {division.Name}: {what}: engine {engine}, expected {count} ({(engine - count) / (double)PlainCount.PageSize:+0.##;-0.##} pages)");
            }
        }
    }
}
