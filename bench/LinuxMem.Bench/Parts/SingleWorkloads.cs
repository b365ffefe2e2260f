using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Bench.Parts;

/// <summary>Each workload by itself.</summary>
internal static class SingleWorkloads
{
    public static void Dense(Session session) => Measure(session, WorkloadCatalog.Dense, oneThreadBar: true);

    public static void Forked(Session session) => Measure(session, WorkloadCatalog.Forked, oneThreadBar: true);

    public static void Many(Session session) => Measure(session, WorkloadCatalog.Many, oneThreadBar: false);

    public static void Served(Session session) => Measure(session, WorkloadCatalog.Served, oneThreadBar: true);

    public static void Shm(Session session) => Measure(session, WorkloadCatalog.Shm, oneThreadBar: false);

    public static void Thp(Session session) => MeasureAddition(session, WorkloadCatalog.Thp);

    public static void Sparse(Session session)
    {
        MeasureAddition(session, WorkloadCatalog.Sparse);
        MeasureAddition(session, WorkloadCatalog.Sparse1T);
    }

    private static void Measure(Session session, WorkloadPlan plan, bool oneThreadBar)
    {
        using StagedWorkload staged = session.Stage(plan);
        FloorComparison.Measure(session, plan.Name, plan.Description, [.. staged.Ids], oneThreadBar);
    }

    /// <summary>A workload by itself, and what it adds to the scan of another.</summary>
    private static void MeasureAddition(Session session, WorkloadPlan plan)
    {
        using StagedWorkload staged = session.Stage(plan);
        FloorComparison.Measure(session, plan.Name, plan.Description, [.. staged.Ids], oneThreadBar: false);

        using StagedWorkload other = session.Stage(WorkloadCatalog.Forked);
        HashSet<int> without = [.. other.Ids];
        HashSet<int> both = [.. other.Ids, .. staged.Ids];
        foreach (int threads in (int[])[1, 2])
        {
            Series[] series = Rounds.Measure(
                session.Options.Runs,
                session.Cancellation,
                new EngineRun(threads, without, new UidSplit()).Contender($"forked, {threads} thread{(threads > 1 ? "s" : "")}"),
                new EngineRun(threads, both, new UidSplit()).Contender($"and {plan.Name}"));
            session.Report.AddScans($"+{plan.Name}", $"forked without and with: {plan.Description}", series);
            double more = series[1].Wall - series[0].Wall;
            session.Report.AddBar($"{plan.Name} added to forked, {threads} thread{(threads > 1 ? "s" : "")}", "<= 20 ms more", $"{Figure.Milliseconds(more)} ms", more <= 0.020);
        }
    }
}
