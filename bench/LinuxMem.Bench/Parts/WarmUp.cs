using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Bench.Parts;

/// <summary>Brings floor and engine to the code they run with in the end, on a small workload of every kind of page.</summary>
internal static class WarmUp
{
    public static void Run(Session session)
    {
        using StagedWorkloads staged = session.Stage([WorkloadCatalog.DenseOf(8 << 20), WorkloadCatalog.SparseOf(1L << 30), WorkloadCatalog.ThpOf(8 << 20), WorkloadCatalog.ForkedWith(8, 1 << 20)]);
        HashSet<int> ids = staged.Ids;
        var floors = FloorPlan.Candidates.Select(plan => new Floor(plan, ids)).ToList();
        Session.Say("warming up");
        Rounds.WarmUp(
            session.Cancellation,
            Contender.InThisProcess("floor", () =>
            {
                floors.ForEach(floor => floor.Read());
                return default;
            }),
            new EngineRun(1, ids, new UidSplit()).Contender("engine"),
            new EngineRun(2, ids, new UidSplit(), new ProcessSplit()).Contender("engine"));
        floors.ForEach(floor => floor.Dispose());
    }
}
