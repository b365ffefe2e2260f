using System.Globalization;
using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Bench.Parts;

/// <summary>Time and memory of a scan by one thread, against what grows, each doubled three times.</summary>
internal static class Growth
{
    private static readonly int[] Factors = [1, 2, 4, 8];

    public static void Measure(Session session)
    {
        OfWorkloads(session, "pages", factor => (WorkloadCatalog.DenseOf((256L << 20) * factor), $"{256 * factor} MiB in small pages"));
        OfWorkloads(session, "processes", factor => (WorkloadCatalog.ManyOf(250 * factor), $"{250 * factor} processes"));
        OfGroups(session);
        OfWorkloads(session, "virtual size", factor => (WorkloadCatalog.SparseOf((64L << 30) * factor), $"64 MiB in {64 * factor} GiB"));
    }

    /// <summary>All sizes are staged at once, so that they are measured in turn.</summary>
    private static void OfWorkloads(Session session, string against, Func<int, (WorkloadPlan Plan, string Size)> size)
    {
        var staged = new List<StagedWorkload>();
        try
        {
            foreach (int factor in Factors)
            {
                staged.Add(session.Stage(size(factor).Plan));
            }

            Contender[] contenders = [.. staged.Select(workload => new EngineRun(1, [.. workload.Ids], new WholeSplit()).Contender(workload.Plan.Description))];
            Add(session, against, [.. Factors.Select(factor => size(factor).Size)], contenders);
        }
        finally
        {
            staged.ForEach(workload => workload.Dispose());
        }
    }

    private static void OfGroups(Session session)
    {
        using StagedWorkload staged = session.Stage(WorkloadCatalog.ForkedWith(200, 4 << 20));
        HashSet<int> ids = [.. staged.Ids];
        int[] groups = [.. Factors.Select(factor => 25 * factor)];
        Add(
            session,
            "groups",
            [.. groups.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n} groups of the same {ids.Count} processes"))],
            [.. groups.Select(n => new EngineRun(1, ids, new DealtSplit(n)).Contender($"{n} groups"))]);
    }

    private static void Add(Session session, string against, string[] sizes, Contender[] contenders)
    {
        Session.Say($"growth against {against}");
        Series[] series = Rounds.Measure(session.Options.Runs, session.Cancellation, contenders);
        for (int i = 0; i < series.Length; i++)
        {
            session.Report.AddGrowth(against, sizes[i], series[i], i == 0 ? null : series[i - 1]);
        }
    }

    /// <summary>Deals the processes out to a number of groups.</summary>
    private sealed class DealtSplit(int groups) : Split
    {
        public override string Name => "Dealt";

        public override ProcessFacts Facts => ProcessFacts.None;

        public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
        {
            int group = process.Id % groups;
            return new GroupKey(group, group.ToString(CultureInfo.InvariantCulture));
        }
    }
}
