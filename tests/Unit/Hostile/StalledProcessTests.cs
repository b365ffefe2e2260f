using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>
/// Processes whose files in /proc do not answer: they are named, are in no figure, change none of others, and hold nothing up.
/// </summary>
[Collection(StagedCollection.Name)]
public sealed partial class StalledProcessTests(StagingGround ground, StalledCommands commands) : IClassFixture<StalledCommands>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Where no command is run: shorter than that of a command, which changes nothing but the time.</summary>
    private static readonly Deadlines Short = new() { Answer = TimeSpan.FromSeconds(1.5) };

    /// <summary>Of whom those of the second kind are: of one user not all are asked at once.</summary>
    internal const int OtherUser = 54322;

    [Fact]
    public async Task A_command_ends_and_names_the_process_that_does_not_answer()
    {
        StalledOutcomes seen = await commands.Of(ground);

        // In a long run the kernel has been seen to let go of one before: nothing is shown then, neither good nor bad.
        Assert.SkipWhen(seen.Answered, "Not tested: the processes did not stall until all had asked them.");
        foreach ((string line, Outcome outcome) in seen.Ended)
        {
            Assert.True(outcome.ExitCode == 0, $"{line}: {outcome.Error}");

            // Of a kernel that locks single mappings, maps answers where only mmap(2) waits; shm needs no more.
            foreach (string stalled in line == "tmpfs" ? [] : line == "shm" ? new[] { seen.Executing } : [seen.Mapping, seen.Executing])
            {
                bool isNamed = outcome.Error.Contains($"{stalled}does not answer", StringComparison.Ordinal);

                // A few are named, and the others counted: on a machine that has much to do they may be among those.
                Assert.SkipWhen(!isNamed && MoreThanNamed().IsMatch(outcome.Error), $"Not tested: processes of others did not answer in time, either: {outcome.Error}");
                Assert.True(isNamed, $"{line}: {outcome.Error}");
            }
        }

        // Whoever reads the snapshot is told, too.
        Assert.All([seen.Mapping, seen.Executing], stalled => Assert.Contains(stalled, seen.Read.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signal_ends_a_command_while_a_process_does_not_answer()
    {
        StalledOutcomes seen = await commands.Of(ground);

        Assert.NotEmpty(seen.Stopped);
        foreach ((string line, int? exitCode) in seen.Stopped)
        {
            Assert.True(exitCode is not null, $"{line}: it still waits");
            Assert.True(exitCode is 130, $"{line}: {exitCode}");
        }

        Assert.False(seen.HasLeftFile);
    }

    [Theory]
    [InlineData(1, "map", "exec")]
    [InlineData(100, "map")]
    [InlineData(100, "exec")]
    public void The_figures_of_all_others_are_those_without_it(int count, params string[] hows)
    {
        Rights.RequireFrameNumbers();
        using Workload first = ground.Start("anon 3000 write 0 3000 1 fork anon 500 write 0 500 1 end", "a");
        using Workload second = ground.Start("anon 700 write 0 700 1", "b");
        ExactComparison.Check(first, second);
        int[] pids = [.. first.Pids, .. second.Pids];
        Grouping[] groupings = Grouping.All(pids);
        ScanResult before = ExactComparison.Scan(pids, groupings, threads: 2);

        // Those of one kind are one user's.
        using StalledProcesses stalled = StalledProcesses.Make(ground, hows[0], count);
        using StalledProcesses? others = hows.Length > 1 ? StalledProcesses.Make(ground, hows[1], count, uid: OtherUser) : null;
        var clock = Stopwatch.StartNew();
        ScanResult after = ExactComparison.Scan([.. pids, .. stalled.Pids, .. others?.Pids ?? []], groupings, threads: 2, deadlines: Short);

        Assert.True(clock.Elapsed < 4 * Deadlines.Usual.Answer, $"it took {clock.Elapsed}");
        Assert.Equal(count * hows.Length, after.Unreadable.Count);
        Assert.All(after.Unreadable, one => Assert.Contains(one.Reason, new[] { Unanswered.NoAnswer, Unanswered.NotAsked }));
        Assert.Equal(before.Scanned, after.Scanned);
        Assert.Equal(Figures(before), Figures(after));
        
        // Half as many again are tried at once, before the first of them is seen to wait.
        Assert.InRange(Unanswered.Threads, hows.Length, (3 * Unanswered.MaxOfOne / 2) + 2);
    }

    [Fact]
    public void It_is_not_asked_again_while_a_thread_waits_for_it_and_answers_later()
    {
        Rights.RequireFrameNumbers();
        using StalledProcesses stalled = StalledProcesses.Make(ground, "exec", 3);
        Assert.Equal(3, List().Unread.Count);
        int waiting = Unanswered.Threads;
        var clock = Stopwatch.StartNew();

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(3, List().Unread.Count);
        }

        Assert.Equal(waiting, Unanswered.Threads);
        Assert.True(clock.Elapsed < Deadlines.Usual.Answer, $"it was waited for again: {clock.Elapsed}");
        stalled.LetGo();
        Assert.True(SpinWait.SpinUntil(() => Unanswered.Threads == 0, Bound), "threads are left");
        ProcessTable answered = List();
        Assert.Empty(answered.Unread);
        Assert.Equal(3, answered.Processes.Count(process => stalled.Pids.Contains(process.Id)));
    }

    [Fact]
    public void A_fact_that_is_asked_for_late_is_waited_for_once_and_is_null()
    {
        using StalledProcesses stalled = StalledProcesses.Make(ground, "map");
        MemProcess process = Assert.Single(List().Processes, process => process.Id == stalled.Pids[0]);

        var clock = Stopwatch.StartNew();
        Assert.Null(process.CommandLine);
        Assert.Empty(process.Environment);
        Assert.True(process.IsRunning());

        Assert.True(clock.Elapsed < 2 * Deadlines.Usual.Answer, $"it took {clock.Elapsed}");
        stalled.LetGo();
        Assert.True(SpinWait.SpinUntil(() => Unanswered.Threads == 0, Bound), "threads are left");
        Assert.NotEmpty(process.CommandLine!);
    }

    private static ProcessTable List()
    {
        using Machine root = Machine.Open(null, TestContext.Current.CancellationToken, Short);
        return ProcessTable.List(root, 2);
    }

    [GeneratedRegex(@"does not answer; and [0-9]+ more")]
    private static partial Regex MoreThanNamed();

    private static string[] Figures(ScanResult result) =>
    [
        .. from report in result.Reports
           from @group in report.Groups
           select string.Create(CultureInfo.InvariantCulture, $"{report.Split} {@group.GroupName} {@group.Procs} {@group.MemRss} {@group.MemAnon} {@group.MemUss} {@group.MemPss} {@group.SwapRss} {@group.ShmMem}"),
    ];
}
