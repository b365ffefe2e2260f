using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Threads;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Exactness;

/// <summary>Threads that gather processes before they add them to the groups.</summary>
public class GatheredPagesTests(StagingGround ground) : StagedTests(ground)
{
    /// <summary>More than are gathered at most, so that some are handed over meanwhile and some at the end.</summary>
    private const int Processes = 1300;

    [Fact]
    public void Figures_are_those_of_each_process_added_by_itself()
    {
        using var copy = new ProcCopy();
        for (int i = 0; i < Processes; i++)
        {
            // Frames and slots of all, of some, and of each; of files and not; far apart, so that they lie in many chunks.
            ulong number = (ulong)i;
            copy.Add(1000 + i, comm: $"c{i % 40}", uid: (uint)(i % 3), maps: "10000-20000 rw-p 00000000 00:00 0 \n20000-30000 r--s 00000000 08:01 7 /f\n").Map(
                0x10000, ProcCopy.Frame(5), ProcCopy.Frame(100_000 * (number % 50)), ProcCopy.Frame(1_000_000 + (number * 40_000)), ProcCopy.Slot(0, 9 + (number % 70)), ProcCopy.Slot(0, 1000 + number))
                .Map(0x20000, ProcCopy.Frame(77 + (number % 11), file: true)).Map(0x2f000, 0);
        }

        // By user and by all: three groups and one, which are busy. By program: 40, which are not.
        string[] direct = Figures(copy.Root, threads: 1, gathers: false);
        Assert.Equal(1 + 3 + 40, direct.Length);
        Assert.Equal(direct, Figures(copy.Root, threads: 1, gathers: true));
        Assert.Equal(direct, Figures(copy.Root, threads: 5, gathers: true));
        Assert.Equal(direct, Figures(copy.Root, GatheredPages.LeastThreads, gathers: null));
    }

    [Fact]
    public void What_a_worker_gathered_counts_that_is_left_behind()
    {
        Rights.RequireFrameNumbers();
        using StalledProcesses stalled = StalledProcesses.Make(Ground, "map");
        using Workload other = Ground.Start("anon 64 write 0 64 1");
        int[] ids = [other.Pid, .. stalled.Pids];
        var options = new ScanOptions { Threads = 1, Gathers = true, Deadlines = new Deadlines { Answer = TimeSpan.FromSeconds(0.5) } };
        using MemScan scan = MemScan.Begin(options);

        // One thread reads the larger one first, then waits for the other.
        ScanResult result = scan.Run([.. scan.Table.Processes.Where(process => ids.Contains(process.Id))], [new WholeSplit()]);

        Assert.SkipWhen(stalled.Answers(), "Not tested: the process did not stall until it had been asked.");
        Assert.Equal(1, result.Scanned);
        MemGroup group = Assert.Single(result.Reports[0].Groups);
        Assert.Equal(1, group.Procs);
        Assert.True(group.MemRss >= 64 * 4096, $"{group.MemRss} bytes");
    }

    /// <summary>All figures, a line each group.</summary>
    private static string[] Figures(string root, int threads, bool? gathers)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root, Threads = threads, Gathers = gathers });
        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit(), new UidSplit(), new PropertySplit("Comm")]);
        Assert.Equal(Processes, result.Scanned);
        return [.. result.Reports.SelectMany(report => report.Groups.Select(group =>
            $"{report.Split} {group.Key}: {group.Procs} {group.MemHeld} {group.MemFreed} {group.MemRss} {group.MemAnon} {group.MemFile} {group.MemShared} {group.MemUss} {group.MemPss} {group.SwapRss} {group.SwapUss} {group.SwapAnon}").Order(StringComparer.Ordinal))];
    }
}
