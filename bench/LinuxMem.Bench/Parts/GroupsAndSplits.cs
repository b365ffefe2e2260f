using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Bench.Parts;

/// <summary>What more groups, and more reports, of the same processes cost.</summary>
internal static class GroupsAndSplits
{
    public static void Measure(Session session)
    {
        using StagedWorkload staged = session.Stage(WorkloadCatalog.Forked);
        HashSet<int> ids = [.. staged.Ids];
        Session.Say("groups: one group, 200 groups, one split, two splits");
        foreach ((int threads, string suffix) in ((int, string)[])[(1, ", 1 thread"), (2, ", 2 threads")])
        {
            Series[] series = Rounds.Measure(
                session.Options.Runs,
                session.Cancellation,
                new EngineRun(threads, ids, new WholeSplit()).Contender($"1 group{suffix}"),
                new EngineRun(threads, ids, new ProcessSplit()).Contender($"a group per process{suffix}"),
                new EngineRun(threads, ids, new UidSplit()).Contender($"by user{suffix}"),
                new EngineRun(threads, ids, new UidSplit(), new EnvironmentSplit("ORACLE_SID")).Contender($"by user, by ORACLE_SID{suffix}"));
            session.Report.AddScans("groups", staged.Plan.Description, series);
            AddBar(session.Report, $"200 groups against 1{suffix}", series[1], series[0], 1.15);
            AddBar(session.Report, $"two splits against one{suffix}", series[3], series[2], 1.25);
        }
    }

    private static void AddBar(BenchReport report, string what, Series series, Series other, double bar)
    {
        double ratio = series.Wall / other.Wall;
        report.AddBar(what, $"<= {Figure.Ratio(bar)} x", Figure.Ratio(ratio), ratio <= bar);
    }
}
