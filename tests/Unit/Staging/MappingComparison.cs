using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Staging;

/// <summary>Holds reports by mapping of staged processes against the independent count, byte for byte, in every way of reading.</summary>
internal static class MappingComparison
{
    private const int Attempts = 10;

    private static readonly (PagemapMode Mode, int Threads)[] Ways = [(PagemapMode.Auto, 1), (PagemapMode.Auto, 2), (PagemapMode.Plain, 1), (PagemapMode.Plain, 2), (PagemapMode.Auto, 5)];

    /// <summary>Stops the workloads and compares; returns the lines of all processes together.</summary>
    /// <param name="snapshot">The name of a snapshot to make and read, too; null for none.</param>
    /// <param name="workloads">The workloads.</param>
    public static IReadOnlyList<MemMapping> Check(string? snapshot, params Workload[] workloads)
    {
        Array.ForEach(workloads, workload => workload.Stop());
        int[] pids = [.. workloads.SelectMany(workload => workload.Pids)];
        Grouping[] groupings = Grouping.All(pids);
        ProcessPages[] before = Count(pids);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var results = new List<(string Way, Grouping Grouping, MappingResult Result)>();
            foreach ((PagemapMode mode, int threads) in Ways)
            {
                results.AddRange(groupings.Select(grouping => ($"{mode}, {threads} threads", grouping, Map(null, pids, grouping.Split, mode, threads))));
            }

            if (snapshot is not null)
            {
                MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true, Force = true, IncludeEnvironment = name => name == Workload.StageVariable });
                results.AddRange(groupings.Select(grouping => ("snapshot", grouping, Map(snapshot, pids, grouping.Split, PagemapMode.Auto, 2))));
            }

            ProcessPages[] after = Count(pids);
            if (before.Zip(after).All(pair => pair.First.Same(pair.Second)))
            {
                var differences = new List<string>();
                results.ForEach(one => Compare(one.Way, one.Result, one.Grouping, before, differences));
                Assert.True(differences.Count == 0, string.Join('\n', differences.Prepend("The lines are not those of the independent count:")));
                return results[^1].Result.Groups[0].Lines;
            }

            before = after;
        }

        throw new InvalidOperationException("The kernel kept moving the pages of the staged processes; nothing was compared.");
    }

    /// <summary>Reads the given processes only.</summary>
    public static MappingResult Map(string? root, IReadOnlyCollection<int> pids, Split split, PagemapMode mode = PagemapMode.Auto, int threads = 1, MappingOptions? options = null, long? memoryLimit = null)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root, PagemapMode = mode, Threads = threads, MemoryLimit = memoryLimit });
        return scan.Map([.. scan.Table.Processes.Where(process => pids.Contains(process.Id))], split, options ?? new MappingOptions());
    }

    /// <summary>What tells a line apart, as <see cref="MappedPages.Identity"/> does.</summary>
    public static string Identity(MemMapping line) => line.Inode is null ? line.Mapping + (line.Kind == "HugePages" ? " (deleted)" : "")
        : line.Kind is "File" or "Device" or "Other" or "Kernel" ? $"{line.Device}:{line.Inode} {line.Mapping.Split(" (inode ")[0].Replace(" (deleted)", "", StringComparison.Ordinal)}"
        : $"{line.Device}:{line.Inode}";

    private static ProcessPages[] Count(int[] pids) => [.. pids.Select(pid => IndependentCount.Read(pid, byMapping: true))];

    private static void Compare(string way, MappingResult result, Grouping grouping, ProcessPages[] counted, List<string> differences)
    {
        Dictionary<(object? Group, string Line), ExpectedLine> expected = ExpectedLine.Of(counted, grouping.KeyOf);
        var met = new HashSet<(object?, string)>();
        foreach ((MemGroup group, IReadOnlyList<MemMapping> lines) in result.Groups)
        {
            Same($"{group.GroupName}: sum of MemPss", lines.Sum(line => line.MemPss), group.MemRss);
            Same($"{group.GroupName}: names shown", lines.Select(line => line.Mapping).Distinct().Count(), lines.Count);
            foreach (MemMapping line in lines)
            {
                string what = $"{group.GroupName}: {line.Mapping}";
                if (!met.Add((group.Key, Identity(line))) || !expected.TryGetValue((group.Key, Identity(line)), out ExpectedLine? wanted))
                {
                    differences.Add($"{way}, {grouping.Split.Name}: {what}: a line too many ({Identity(line)}, {line.Kind})");
                    continue;
                }

                Same($"{what}: Procs", line.Procs, wanted.Procs);
                Same($"{what}: Mappings", line.Mappings, wanted.Mappings);
                Same($"{what}: Size", line.Size, wanted.Size);
                Same($"{what}: MemRss", line.MemRss, wanted.MemRss);
                Same($"{what}: MemAnon", line.MemAnon, wanted.MemAnon);
                Same($"{what}: MemUss", line.MemUss, wanted.MemUss);
                Same($"{what}: SwapRss", line.SwapRss, wanted.SwapRss);
                if (!wanted.MemPss.IsWithinOne(line.MemPss!.Value))
                {
                    differences.Add($"{way}, {grouping.Split.Name}: {what}: MemPss: engine {line.MemPss}, expected {wanted.MemPss}");
                }
            }
        }

        // The others of a split of some against all others are not asked for.
        differences.AddRange(expected.Keys.Where(key => !met.Contains(key) && !(grouping.Split is PidSplit && key.Group is null)).Select(key => $"{way}, {grouping.Split.Name}: there is no line {key}"));

        void Same(string what, long? engine, long? count)
        {
            if (engine != count)
            {
                differences.Add($"{way}, {grouping.Split.Name}: {what}: engine {engine}, expected {count}");
            }
        }
    }
}
