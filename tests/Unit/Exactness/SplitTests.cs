using LinuxMem.Engine.Reports;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

[Beside(Company.Sessions)]
public class SplitTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Processes_without_the_variable_are_apart_from_those_whose_value_reads_like_it()
    {
        using Workload unset = Ground.Start("anon 10 write 0 10 1");
        using Workload named = Ground.Start("anon 20 write 0 20 1", stage: EnvironmentSplit.NotSet);
        using Workload none = Ground.Start("anon 30 write 0 30 1", stage: "None");
        using Workload other = Ground.Start("anon 40 write 0 40 1 fork end", stage: "Other");

        ExactComparison.Check(unset, named, none, other);
        MemReport report = ExactComparison.Scan(
            [.. unset.Pids, .. named.Pids, .. none.Pids, .. other.Pids],
            [new(new EnvironmentSplit(Workload.StageVariable), _ => null)]).Reports[0];

        Assert.Equal(4, report.Groups.Count);
        Assert.Single(report.Groups, g => g.GroupName == EnvironmentSplit.NotSet && g.Key is null);
        Assert.Single(report.Groups, g => g.GroupName == $"\"{EnvironmentSplit.NotSet}\"" && Equals(g.Key, EnvironmentSplit.NotSet));
        Assert.Equal(2, report.Groups.Single(g => g.GroupName == "Other").Procs);
        Assert.Single(report.Groups, g => g.Key is null);
    }

    [Fact]
    public void Split_by_pid_has_the_listed_and_the_others()
    {
        using Workload workload = Ground.Start("anon 100 write 0 100 1 fork write 0 10 1 end fork write 0 20 1 end");
        workload.Stop();
        var split = new PidSplit([workload.Pids[0], workload.Pids[2]]);

        MemReport report = ExactComparison.Scan(workload.Pids, [new(split, _ => null)]).Reports[0];

        Assert.Equal(2, report.Groups.Count);
        Assert.Equal(2, report.Groups.Single(g => g.GroupName == $"or(pid({workload.Pids[0]}),pid({workload.Pids[2]}))").Procs);
        Assert.Equal(1, report.Groups.Single(g => g.GroupName == "Other").Procs);
    }

    [Fact]
    public void A_split_gives_the_same_alone_and_beside_others()
    {
        using Workload workload = Ground.Start("anon 500 write 0 500 1 fork uid 1000 write 0 100 1 end fork uid 1001 write 50 100 1 end");
        workload.Stop();
        Grouping[] all = Grouping.All(workload.Pids);

        ScanResult together = ExactComparison.Scan(workload.Pids, [.. all, .. Grouping.All(workload.Pids)]);

        for (int i = 0; i < all.Length; i++)
        {
            string[] alone = Lines(ExactComparison.Scan(workload.Pids, [all[i]]).Reports[0]);
            Assert.Equal(alone, Lines(together.Reports[i]));
            Assert.Equal(alone, Lines(together.Reports[i + all.Length]));
        }

        Assert.Single(together.Reports.Select(r => r.MemMapped).Distinct());
    }

    [Fact]
    public void No_process_gives_a_report_of_nothing()
    {
        Ground.Require();

        ScanResult result = ExactComparison.Scan([], [new(new UidSplit(), _ => null), new(new WholeSplit(), _ => null)]);

        Assert.Equal((0, 0), (result.Scanned, result.Vanished));
        Assert.Empty(result.Unreadable);
        Assert.All(result.Reports, r => Assert.Equal(0, r.MemMapped));
        Assert.All(result.Reports.SelectMany(r => r.Groups), g => Assert.Equal((0, 0L), (g.Procs, g.MemRss)));
    }

    private static string[] Lines(MemReport report) =>
        [.. report.Groups.Select(g => $"{g.Key ?? "null"} {g.Procs} {g.MemRss} {g.MemAnon} {g.MemUss} {g.MemPss} {g.SwapRss} {g.ShmMem}").Order(StringComparer.Ordinal)];
}
