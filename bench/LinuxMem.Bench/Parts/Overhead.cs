using System.Diagnostics;
using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Bench.Parts;

/// <summary>How much a report every second slows the machine's own work, by the counters of stress-ng.</summary>
internal static class Overhead
{
    private const int Processes = 500;
    private const int Rounds = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static void Measure(Session session)
    {
        using StagedWorkload staged = session.Stage(WorkloadCatalog.ManyOf(Processes));
        var ways = new List<(string Name, Action? Look)>
        {
            ("no report", null),
            ("engine, by user, one thread", () => new EngineRun(1, Only: null, new UidSplit()).Scan()),
        };
        string linuxmem = Path.Combine(session.Repository, "out", "linuxmem");
        if (File.Exists(linuxmem))
        {
            ways.Add(("linuxmem groups -u -t 1", () => ChildProgram.Run(linuxmem, "groups", "-u", "-t", "1")));
        }

        if (ChildProgram.Find("smem") is string smem)
        {
            ways.Add(("smem -u", () => ChildProgram.Run(smem, "-u")));
        }
        else
        {
            session.Report.AddNote("overhead: smem was not measured: it is not installed.");
        }

        var rounds = ways.Select(_ => new List<IReadOnlyDictionary<string, double>>()).ToArray();
        var looks = new int[ways.Count];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < ways.Count; i++)
            {
                Session.Say($"overhead, round {round + 1}: {ways[i].Name}");
                rounds[i].Add(UnderLoad(ways[i].Look, session, ref looks[i]));
            }
        }

        Dictionary<string, double>[] medians = [.. rounds.Select(Medians)];
        for (int i = 0; i < ways.Count; i++)
        {
            session.Report.AddOverhead(ways[i].Name, (double)looks[i] / Rounds, medians[i], medians[0], rounds[i]);
        }
    }

    /// <summary>What the stressors did in a second, while something looks each second.</summary>
    private static IReadOnlyDictionary<string, double> UnderLoad(Action? look, Session session, ref int looks)
    {
        using Stressors stressors = Stressors.Start(TimeSpan.FromSeconds(session.Options.Seconds));
        while (look is not null && stressors.IsRunning)
        {
            long began = Stopwatch.GetTimestamp();
            look();
            looks++;
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            if (took < Interval)
            {
                _ = session.Cancellation.WaitHandle.WaitOne(Interval - took);
            }

            session.Cancellation.ThrowIfCancellationRequested();
        }

        return stressors.Finish(session.Cancellation);
    }

    private static Dictionary<string, double> Medians(List<IReadOnlyDictionary<string, double>> rounds) =>
        rounds[0].Keys.ToDictionary(name => name, name => rounds.Select(round => round[name]).Order().ElementAt(rounds.Count / 2));
}
