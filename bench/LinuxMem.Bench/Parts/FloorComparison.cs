using System.Globalization;
using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Bench.Parts;

/// <summary>The engine against the floor, with one thread and with two, by user.</summary>
internal static class FloorComparison
{
    public const string FloorName = "floor";
    public const string OneThread = "engine, 1 thread";
    public const string TwoThreads = "engine, 2 threads";

    /// <summary>Above this floor, in seconds, the bar for two threads applies.</summary>
    private const double LongEnough = 0.1;

    /// <summary>Measures, and adds the figures and the bars to the report.</summary>
    /// <param name="session">The run.</param>
    /// <param name="workload">The name of what is staged.</param>
    /// <param name="description">What it holds.</param>
    /// <param name="only">Its processes; null for all of the machine.</param>
    /// <param name="oneThreadBar">Whether there is a bar for one thread.</param>
    /// <returns>The floor's series, then those of the engine.</returns>
    public static Series[] Measure(Session session, string workload, string description, HashSet<int>? only, bool oneThreadBar)
    {
        using Floor floor = QuickestFloor(session, workload, only);
        long covered = floor.Count();
        Session.Say($"{workload}: floor and engine, {session.Options.Runs} runs each");
        Series[] series = Rounds.Measure(
            session.Options.Runs,
            session.Cancellation,
            Contender.InThisProcess(FloorName, () =>
            {
                floor.Read();
                return new RunFacts(0, covered);
            }),
            new EngineRun(1, only, new UidSplit()).Contender(OneThread),
            new EngineRun(2, only, new UidSplit()).Contender(TwoThreads));
        session.Report.AddScans(workload, description, series);
        if (covered < series[1].References * 0.99)
        {
            throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"The floor reads {covered} page references of {workload}, the engine {series[1].References}: the floor leaves something out and is no measure."));
        }

        AddBars(session.Report, workload, series, oneThreadBar);
        return series;
    }

    /// <summary>The floor that reads these processes in the least time.</summary>
    public static Floor QuickestFloor(Session session, string workload, HashSet<int>? only)
    {
        // Once for the compiler, before the first counts.
        var candidates = FloorPlan.Candidates.Select(plan => (Plan: plan, Floor: new Floor(plan, only))).ToList();
        candidates.ForEach(candidate => candidate.Floor.Read());
        var best = Rounds.Quickest(candidates, candidate =>
        {
            session.Cancellation.ThrowIfCancellationRequested();
            candidate.Floor.Read();
        });
        foreach (var other in candidates.Where(candidate => candidate.Floor != best.Floor))
        {
            other.Floor.Dispose();
        }

        Session.Say($"{workload}: the floor is {best.Plan}");
        return best.Floor;
    }

    private static void AddBars(BenchReport report, string workload, Series[] series, bool oneThreadBar)
    {
        double one = series[1].Wall / series[0].Wall;
        double two = series[2].Wall / series[0].Wall;
        if (oneThreadBar)
        {
            report.AddBar($"{workload}: engine, 1 thread", "<= 1.15 x floor", Figure.Ratio(one), one <= 1.15);
        }

        bool applies = series[0].Wall >= LongEnough;
        report.AddBar($"{workload}: engine, 2 threads", "<= 0.65 x floor", $"{Figure.Ratio(two)}{(applies ? "" : " (floor below 0.1 s)")}", applies ? two <= 0.65 : null);
    }
}
