using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Bench.Parts;

/// <summary>What reports by mapping, and of what groups share, cost against a report by user of the same processes.</summary>
internal static class MappingsAndSharing
{
    private const double MappingBar = 1.5;
    private const double SharingBar = 1.3;

    public static void Measure(Session session)
    {
        using StagedWorkload forked = session.Stage(WorkloadCatalog.Forked);
        using StagedWorkloads others = session.Stage([WorkloadCatalog.Many, WorkloadCatalog.DenseOf(1L << 30)]);
        Session.Say("mappings: by user, by mapping, by kind, and what 50 and 200 groups share");
        foreach ((int threads, string suffix) in ((int, string)[])[(1, ", 1 thread"), (2, ", 2 threads")])
        {
            var byUser = new EngineRun(threads, Only: null, new UidSplit());
            Series[] series = Rounds.Measure(
                session.Options.Runs,
                session.Cancellation,
                byUser.Contender($"by user{suffix}"),
                Contender($"mappings of all users{suffix}", threads, (scan, all) => scan.Map(all, new UidSplit(), new MappingOptions()).Scan),
                Contender($"kinds of all users{suffix}", threads, (scan, all) => scan.Map(all, new UidSplit(), new MappingOptions { By = MappingLine.Kind }).Scan),
                Contender($"sharing of all users{suffix}", threads, (scan, all) => scan.Share(all, [new UidSplit()]).Scan));
            session.Report.AddScans("mappings", "many, forked and dense, and all else on the machine", series);
            AddBar(session.Report, $"mappings against by user{suffix}", series[1], series[0], MappingBar);
            AddBar(session.Report, $"kinds against by user{suffix}", series[2], series[0], MappingBar);
            AddBar(session.Report, $"sharing of 50 groups against by user{suffix}", series[3], series[0], SharingBar);
        }

        MeasureManyGroups(session, [.. forked.Ids]);
    }

    /// <summary>The forked processes alone, a group each.</summary>
    private static void MeasureManyGroups(Session session, HashSet<int> forked)
    {
        Series[] series = Rounds.Measure(
            session.Options.Runs,
            session.Cancellation,
            new EngineRun(2, forked, new UidSplit()).Contender("forked by user, 2 threads"),
            new EngineRun(2, forked, new PropertySplit("Id")).Contender("forked, 200 groups, 2 threads"),
            Contender("what 200 groups share, 2 threads", 2, (scan, all) => scan.Share([.. all.Where(process => forked.Contains(process.Id))], [new PropertySplit("Id")]).Scan));
        session.Report.AddScans("sharing", "forked, a group for each process", series);
        AddBar(session.Report, "sharing of 200 groups against 200 groups, 2 threads", series[2], series[1], SharingBar);
    }

    private static Contender Contender(string name, int threads, Func<MemScan, IReadOnlyList<MemProcess>, ScanResult> read) =>
        Measuring.Contender.InThisProcess(name, () =>
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { Threads = threads });
            ScanResult result = read(scan, scan.Table.Processes);
            return new RunFacts(result.PeakMemory, result.PageReferences);
        });

    private static void AddBar(BenchReport report, string what, Series series, Series other, double bar)
    {
        double ratio = series.Wall / other.Wall;
        report.AddBar(what, $"<= {Figure.Ratio(bar)} x", Figure.Ratio(ratio), ratio <= bar);
    }
}
