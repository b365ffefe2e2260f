using System.Globalization;
using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Bench.Parts;

/// <summary>All workloads at once, and everything else on the machine: the engine, the command, the cmdlet, smem.</summary>
internal static class WholeMachine
{
    private const long PeakBar = 20 << 20;
    private const double SetsBar = 1.0 / 500;

    public static void Measure(Session session)
    {
        using StagedWorkloads staged = session.Stage(WorkloadCatalog.Everything);
        const string Description = "all workloads, and all else on the machine";
        FloorComparison.Measure(session, "all", Description, only: null, oneThreadBar: false);
        MeasureSets(session);
        MeasurePrograms(session);
        MeasureCmdlet(session);
    }

    /// <summary>What the sets hold, of a machine of many users.</summary>
    private static void MeasureSets(Session session)
    {
        ScanResult result = new EngineRun(1, Only: null, new UidSplit()).Scan();
        MemReport report = result.Reports[0];
        double part = (double)result.PeakMemory / report.MemMapped;
        session.Report.AddBar(
            $"all: memory of the sets and buffers, {report.Groups.Count} groups",
            "<= 1/500 of RAM mapped",
            string.Create(CultureInfo.InvariantCulture, $"1/{1 / part:0} ({Figure.Mebibytes(result.PeakMemory)} of {Figure.Mebibytes(report.MemMapped)} MiB)"),
            report.Groups.Count >= 50 ? part <= SetsBar : null);
    }

    private static void MeasurePrograms(Session session)
    {
        string linuxmem = Path.Combine(session.Repository, "out", "linuxmem");
        if (!File.Exists(linuxmem))
        {
            session.Report.AddNote($"linuxmem was not measured: there is no {linuxmem} ('./build.sh package' makes it).");
            return;
        }

        using Floor floor = FloorComparison.QuickestFloor(session, "all", only: null);
        var contenders = new List<Contender>
        {
            Contender.InThisProcess(FloorComparison.FloorName, () =>
            {
                floor.Read();
                return default;
            }),
            ChildProgram.Contender("linuxmem groups -u -t 1", session.Programs.Launcher, linuxmem, "groups", "-u", "-t", "1"),
            ChildProgram.Contender("linuxmem groups -u -t 2", session.Programs.Launcher, linuxmem, "groups", "-u", "-t", "2"),
        };
        if (ChildProgram.Find("smem") is string smem)
        {
            contenders.Add(ChildProgram.Contender("smem -u", session.Programs.Launcher, smem, "-u"));
        }
        else
        {
            session.Report.AddNote("smem was not measured: it is not installed.");
        }

        if (ChildProgram.Find("memstats") is string memstats)
        {
            contenders.Add(ChildProgram.Contender("memstats groups --split-uid", session.Programs.Launcher, memstats, "groups", "--split-uid"));
        }
        else
        {
            session.Report.AddNote("memstats was not measured: it is not on PATH.");
        }

        Session.Say("all: whole programs");
        Series[] series = Rounds.Measure(session.Options.Runs, session.Cancellation, [.. contenders]);
        session.Report.AddTimes("all", series);
        session.Report.AddPrograms(series);
        AddRatio(session.Report, "linuxmem groups -u, whole process, 1 thread", series[1], series[0], 1.3);
        AddRatio(session.Report, "linuxmem groups -u, whole process, 2 threads", series[2], series[0], 0.85);
        long peak = Math.Max(series[1].Peak, series[2].Peak);
        session.Report.AddBar("linuxmem groups -u, peak memory", "<= 20 MiB", $"{Figure.Mebibytes(peak)} MiB", peak <= PeakBar);
    }

    private static void MeasureCmdlet(Session session)
    {
        string module = Path.Combine(session.Repository, "out", "LinuxMem");
        if (ChildProgram.Find("pwsh") is not string pwsh)
        {
            session.Report.AddNote("Get-MemGroup was not measured: there is no pwsh on PATH.");
            return;
        }

        Session.Say("all: Get-MemGroup in a warm session");
        double[][] pairs = PowerShellSession.Run(pwsh, "WarmSession.ps1", "-Module", module, "-Runs", session.Options.Runs.ToString(CultureInfo.InvariantCulture));
        Series cmdlet = new("Get-MemGroup -SplitUid, warm", [.. pairs.Select(pair => new Sample { Wall = pair[0] })]);
        Series engine = new("engine alone, same session", [.. pairs.Select(pair => new Sample { Wall = pair[1] })]);
        session.Report.AddTimes("all", [engine, cmdlet]);
        double bar = (1.1 * engine.Wall) + 0.010;
        session.Report.AddBar(
            "Get-MemGroup -SplitUid, warm session",
            "<= 1.1 x engine + 10 ms",
            string.Create(CultureInfo.InvariantCulture, $"{Figure.Milliseconds(cmdlet.Wall)} ms to {Figure.Milliseconds(engine.Wall)} ms"),
            cmdlet.Wall <= bar);
    }

    private static void AddRatio(BenchReport report, string what, Series series, Series floor, double bar)
    {
        double ratio = series.Wall / floor.Wall;
        report.AddBar(what, string.Create(CultureInfo.InvariantCulture, $"<= {bar:0.0#} x floor"), Figure.Ratio(ratio), ratio <= bar);
    }
}
