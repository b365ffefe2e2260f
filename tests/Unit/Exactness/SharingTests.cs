using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>What groups share: each two of them, and each with anyone, byte for byte against plain sets.</summary>
public class SharingTests(StagingGround ground) : StagedTests(ground)
{
    private const int Attempts = 10;

    [Fact]
    public void What_forks_share() =>
        Check("anon 300 write 0 300 1 shared 100 write 0 60 1 fork write 0 20 1 select 0 write 0 100 1 end fork uid 65534 select 0 write 50 100 1 end forks 3 anon 10 write 0 10 1 end");

    [Fact]
    public void Objects_that_two_hold_and_a_third_does_not()
    {
        using Workload one = Ground.Start("sysv 100 write 0 70 1 memfd 90 write 0 60 1 fork read 0 20 1 end", stage: "one");
        using Workload other = Ground.Start($"sysv-attach {one.Segments[0]} read 0 10 1", stage: "other");
        using Workload third = Ground.Start("anon 40 write 0 40 1", stage: "third");
        Dictionary<(object?, object?), MemSharing> lines = Check(one, other, third);

        Assert.Equal(70L * Page, lines[((object)one.Pids[0], other.Pids[0])].SharedObjects);
        Assert.Equal((131L * Page, 0L), (lines[((object)one.Pids[0], one.Pids[1])].SharedObjects, lines[((object)one.Pids[0], third.Pids[0])].SharedObjects));
    }

    [Fact]
    public void Frames_that_many_different_groups_share()
    {
        // Every child writes to other pages of what they all have from the parent: nearly every frame has groups of its own.
        string children = string.Concat(Enumerable.Range(2, 12).Select(step => $" fork write {step % 7} {500 / step} {step} end"));
        Check($"anon 600 write 0 600 1 advise nohugepage 0 600{children}");
    }

    [Fact]
    public void Merged_pages_and_swap_are_no_exception()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        Check("anon 400 write 0 400 1 advise pageout 0 200 shared 100 write 0 100 1 advise pageout 0 50 fork select 0 write 100 150 1 end");
    }

    [Fact]
    public void A_snapshot_says_the_same()
    {
        using Workload workload = Ground.Start("anon 300 write 0 300 1 memfd 100 write 0 60 1 sysv 50 write 0 30 1 fork write 0 20 1 end fork end");
        workload.Stop();
        string file = Ground.NewName("snapshot");
        MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true });
        string live = Text(Share(null, workload.Pids, new PerProcessSplit(), PagemapMode.Auto, 2));

        Assert.Equal(live, Text(Share(file, workload.Pids, new PerProcessSplit(), PagemapMode.Auto, 1)));

        static string Text(SharingResult result) => string.Join('\n', result.Reports[0].Lines.Select(line => $"{line} {line.Shared} {line.SharedObjects}"));
    }

    private new void Check(string steps)
    {
        using Workload workload = Ground.Start(steps);
        Check(workload);
    }

    /// <summary>Compares for every kind of split; returns the lines of the split by process.</summary>
    private static Dictionary<(object?, object?), MemSharing> Check(params Workload[] workloads)
    {
        Array.ForEach(workloads, workload => workload.Stop());
        int[] pids = [.. workloads.SelectMany(workload => workload.Pids)];
        Grouping[] groupings = Grouping.All(pids);
        ProcessPages[] before = [.. pids.Select(pid => IndependentCount.Read(pid))];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            SharingResult[] results =
            [
                .. new[] { (PagemapMode.Auto, 1), (PagemapMode.Auto, 3), (PagemapMode.Plain, 2) }.Select(way => Share(null, pids, [.. groupings.Select(grouping => grouping.Split)], way.Item1, way.Item2)),
            ];
            Dictionary<int, Dictionary<string, (long Resident, long Swapped)>> objects = pids.ToDictionary(pid => pid, ObjectCount.Of);
            ProcessPages[] after = [.. pids.Select(pid => IndependentCount.Read(pid))];
            if (before.Zip(after).All(pair => pair.First.Same(pair.Second)))
            {
                foreach (SharingResult result in results)
                {
                    foreach ((Grouping grouping, (string _, IReadOnlyList<MemSharing> lines)) in groupings.Zip(result.Reports))
                    {
                        Compare(lines, grouping, before, objects);
                    }
                }

                return results[0].Reports[0].Lines.Where(line => !line.WithAnyone).SelectMany(line => new[] { ((line.Key, line.OtherKey), line), ((line.OtherKey, line.Key), line) }).ToDictionary(pair => pair.Item1, pair => pair.line);
            }

            before = after;
        }

        throw new InvalidOperationException("The kernel kept moving the pages of the staged processes; nothing was compared.");
    }

    private static void Compare(IReadOnlyList<MemSharing> lines, Grouping grouping, ProcessPages[] counted, Dictionary<int, Dictionary<string, (long Resident, long Swapped)>> objects)
    {
        Dictionary<string, (HashSet<ulong> Frames, HashSet<string> Objects)> groups = counted
            .GroupBy(process => $"{grouping.KeyOf(process.Pid)}")
            .ToDictionary(
                group => group.Key,
                group => (group.SelectMany(process => process.Frames).ToHashSet(), group.SelectMany(process => objects[process.Pid].Keys).ToHashSet()));
        Dictionary<string, long> sizes = objects.Values.SelectMany(held => held).DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.Value.Resident);
        groups.TryAdd(string.Empty, ([], []));
        foreach (MemSharing line in lines)
        {
            (HashSet<ulong> frames, HashSet<string> held) = groups[$"{line.Key}"];
            IEnumerable<KeyValuePair<string, (HashSet<ulong> Frames, HashSet<string> Objects)>> others = groups.Where(group => line.WithAnyone ? group.Key != $"{line.Key}" : group.Key == $"{line.OtherKey}");
            HashSet<ulong> theirs = [.. others.SelectMany(group => group.Value.Frames)];
            HashSet<string> theyHold = [.. others.SelectMany(group => group.Value.Objects)];
            long both = held.Intersect(theyHold).Sum(one => sizes[one]);
            Assert.True(
                (line.Shared, line.SharedObjects) == ((long)frames.Count(theirs.Contains) * Page, both),
                $"{grouping.Split.Name}: {line}: frames {line.Shared}, objects {line.SharedObjects}; expected {frames.Count(theirs.Contains) * Page} and {both}");
            Assert.InRange(line.SharedHeld, Math.Max(both, 0), line.Shared + both);
        }

        // Each two once, and each with anyone.
        int count = groups.Count(group => group.Value.Frames.Count > 0 || lines.Any(line => line.WithAnyone && $"{line.Key}" == group.Key));
        Assert.Equal((count * (count - 1) / 2) + count, lines.Count);
    }

    private static SharingResult Share(string? root, IReadOnlyCollection<int> pids, Split split, PagemapMode mode, int threads) => Share(root, pids, [split], mode, threads);

    private static SharingResult Share(string? root, IReadOnlyCollection<int> pids, Split[] splits, PagemapMode mode, int threads)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root, PagemapMode = mode, Threads = threads });
        return scan.Share([.. scan.Table.Processes.Where(process => pids.Contains(process.Id))], splits);
    }
}
