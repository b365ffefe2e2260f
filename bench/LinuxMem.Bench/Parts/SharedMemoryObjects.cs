using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Bench.Parts;

/// <summary>What it costs to look at shared memory objects, and at descriptors.</summary>
internal static class SharedMemoryObjects
{
    private const double Bar = 1.03;

    public static void Measure(Session session)
    {
        using StagedWorkloads staged = session.Stage([WorkloadCatalog.Many, WorkloadCatalog.Forked, WorkloadCatalog.Shm]);
        Session.Say("objects: with, without, and with what is only open");
        foreach ((int threads, string suffix) in ((int, string)[])[(1, ", 1 thread"), (2, ", 2 threads")])
        {
            var with = new EngineRun(threads, Only: null, new UidSplit());
            Series[] series = Rounds.Measure(
                session.Options.Runs,
                session.Cancellation,
                (with with { LooksAtObjects = false }).Contender($"without objects{suffix}"),
                with.Contender($"with objects{suffix}"),
                (with with { IncludeOpenFiles = true }).Contender($"and what is open{suffix}"));
            session.Report.AddScans("objects", "many, forked and shm, and all else on the machine", series);
            double ratio = series[1].Wall / series[0].Wall;
            session.Report.AddBar($"with objects against without{suffix}", $"<= {Figure.Ratio(Bar)} x", Figure.Ratio(ratio), ratio <= Bar);
        }
    }
}
