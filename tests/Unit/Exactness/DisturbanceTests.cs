using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>Processes that end while they are looked at, or may not be looked at, change nothing else.</summary>
public class DisturbanceTests(StagingGround ground) : StagedTests(ground)
{
    [Theory]
    [InlineData(PagemapMode.Auto, 1)]
    [InlineData(PagemapMode.Auto, 2)]
    [InlineData(PagemapMode.Plain, 2)]
    public void Churn_of_short_lived_processes(PagemapMode mode, int threads)
    {
        using Workload still = Ground.Start("anon 3000 write 0 3000 1 shared 200 write 0 200 1 sysv 100 write 0 60 1 fork select 0 write 0 1000 1 end", stage: "still");
        using Workload churn = Ground.Start("churn 3", stage: "churn");
        still.Stop();
        Grouping[] groupings = [new(new EnvironmentSplit(Workload.StageVariable), _ => null), new(new UidSplit(), _ => null)];
        MemGroup expected = Still(ExactComparison.Scan([.. still.Pids, still.GuardPid], groupings, mode, threads));
        int seen = 0;
        for (int i = 0; i < 50; i++)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = mode, Threads = threads });
            ScanResult result = scan.Run(scan.Table.Processes, groupings.Select(g => g.Split).ToList());

            Assert.Equal(scan.Table.Processes.Count, result.Scanned + result.Vanished + result.Unreadable.Count);
            Assert.All(result.Reports, r => Assert.Equal(result.Scanned, r.Groups.Sum(g => g.Procs)));
            Assert.Empty(result.Reports.SelectMany(ReportRules.Violations));
            Assert.DoesNotContain(result.Unreadable, u => u.Process.Comm == "workload");
            MemGroup group = Still(result);
            Assert.Equal(Figures(expected), Figures(group));

            // Nobody else maps the pages that only the still ones wrote; of the program's own file others do.
            Assert.InRange(group.MemUss!.Value, 4000L * Page, group.MemRss!.Value);
            seen += scan.Table.Processes.Count(p => p.Comm is "workload" or "exe");
        }

        // Both guards, the two that hold still, the churn's first and its three workers are always there.
        Assert.InRange(seen, 50 * 8, int.MaxValue);
    }

    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void Process_that_ends_between_the_listing_and_the_reading(PagemapMode mode)
    {
        using Workload stays = Ground.Start("anon 1000 write 0 1000 1 fork write 0 300 1 end");
        using Workload goes = Ground.Start("anon 5000 write 0 5000 1");

        AssertLeftOut(stays, goes.Pids, mode, goes.Dispose);
    }

    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void Process_that_becomes_a_zombie_between_the_listing_and_the_reading(PagemapMode mode)
    {
        using Workload stays = Ground.Start("anon 1000 write 0 1000 1");
        using Workload goes = Ground.Start("anon 5000 write 0 5000 1 fork write 0 2000 1 end");
        int zombie = goes.Pids[1];

        AssertLeftOut(stays, [zombie], mode, () =>
        {
            goes.Kill(zombie);
            Assert.Equal('Z', ProcessState.Of(zombie));
        });
    }

    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void Number_taken_over_by_another_process_between_the_listing_and_the_reading(PagemapMode mode)
    {
        using Workload stays = Ground.Start("anon 1000 write 0 1000 1");
        using Workload goes = Ground.Start("anon 5000 write 0 5000 1");
        int number = goes.Pid;
        Workload? heir = null;
        try
        {
            AssertLeftOut(stays, [number], mode, () =>
            {
                goes.Dispose();
                Thread.Sleep(100); // Start times are told apart by 10 ms.
                heir = Ground.Start($"as-pid {number} fork anon 4000 write 0 4000 1 end");
                Assert.Equal(number, heir.Pids[1]);
            });
        }
        finally
        {
            heir?.Dispose();
        }
    }

    [Fact]
    public void Process_whose_page_map_is_refused_is_named_and_changes_nothing_else()
    {
        Ground.Require();
        Assert.SkipWhen(CanReadPageMapOf(1), "Not tested: process 1 can be read here.");
        using Workload workload = Ground.Start("anon 1000 write 0 1000 1 fork write 0 300 1 end");
        IReadOnlyDictionary<int, ProcessPages> counted = ExactComparison.Check(workload);
        Grouping[] groupings = Grouping.All(workload.Pids);
        int[] withRefused = [1, .. workload.Pids];

        using MemScan scan = MemScan.Begin(new ScanOptions());
        ScanResult result = scan.Run(scan.Table.Processes.Where(p => withRefused.Contains(p.Id)).ToList(), groupings.Select(g => g.Split).ToList());

        UnreadableProcess refused = Assert.Single(result.Unreadable);
        Assert.Equal(1, refused.Process.Id);
        Assert.False(string.IsNullOrWhiteSpace(refused.Reason));
        var differences = new List<string>();
        ExactComparison.Compare("with a refused process", Without(result), [.. counted.Values], groupings, differences);
        Assert.Empty(differences);
    }

    [Fact]
    public void A_scan_that_is_called_off_ends_so()
    {
        Ground.Require();
        using var cancelled = new CancellationTokenSource();
        using MemScan scan = MemScan.Begin(new ScanOptions { Cancellation = cancelled.Token });
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => scan.Run(scan.Table.Processes, [new WholeSplit()]));
    }

    /// <summary>Lists, lets something happen, reads: those that went are counted as vanished, the rest is exact.</summary>
    private static void AssertLeftOut(Workload stays, IReadOnlyList<int> going, PagemapMode mode, Action happens)
    {
        ProcessPages[] counted = Check(stays);
        Grouping[] groupings = Grouping.All(stays.Pids);
        int[] listed = [.. stays.Pids, .. going];
        using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = mode, Threads = 2 });
        List<MemProcess> processes = scan.Table.Processes.Where(p => listed.Contains(p.Id)).ToList();
        Assert.Equal(listed.Length, processes.Count);

        happens();
        ScanResult result = scan.Run(processes, groupings.Select(g => g.Split).ToList());

        Assert.Equal(going.Count, result.Vanished);
        Assert.Empty(result.Unreadable);
        var differences = new List<string>();
        ExactComparison.Compare(mode.ToString(), Without(result), counted, groupings, differences);
        Assert.Empty(differences);
    }

    /// <summary>The same result with nothing vanished and nothing unreadable, to be held against those that were read.</summary>
    private static ScanResult Without(ScanResult result) => new()
    {
        Reports = result.Reports,
        Scanned = result.Scanned,
        Vanished = 0,
        Unreadable = [],
        PageReferences = result.PageReferences,
        PeakMemory = result.PeakMemory,
        Elapsed = result.Elapsed,
    };

    private static MemGroup Still(ScanResult result) => result.Reports[0].Groups.Single(g => Equals(g.Key, "still"));

    private static (int Procs, long? Rss, long? Anon, long? Swap, long? Shm, long? ShmSwap) Figures(MemGroup g) =>
        (g.Procs, g.MemRss, g.MemAnon, g.SwapRss, g.ShmMem, g.ShmSwap);

    private static bool CanReadPageMapOf(int pid)
    {
        try
        {
            using var file = new FileStream($"/proc/{pid}/pagemap", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }
}
