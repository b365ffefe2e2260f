using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;

namespace LinuxMem.Bench.Parts;

/// <summary>What it costs to begin: the module and the command against a module and a program that do nothing.</summary>
internal static class StartUp
{
    private const double Bar = 0.060;

    public static void Measure(Session session)
    {
        MeasureProgram(session);
        MeasureModule(session);
    }

    private static void MeasureProgram(Session session)
    {
        string linuxmem = Path.Combine(session.Repository, "out", "linuxmem");
        string empty = Path.Combine(session.Repository, "out", "bench", "EmptyProgram", "EmptyProgram");
        if (!File.Exists(linuxmem) || !File.Exists(empty))
        {
            session.Report.AddNote($"The start of linuxmem was not measured: {linuxmem} and {empty} are made by './build.sh bench'.");
            return;
        }

        Session.Say("start of linuxmem");
        Series[] series = Rounds.Measure(
            2 * session.Options.Runs,
            session.Cancellation,
            FirstLine("empty program, first line", empty),
            FirstLine("linuxmem --version, first line", linuxmem, "--version"),
            FirstLine("linuxmem tmpfs, first line", linuxmem, "tmpfs"));
        session.Report.AddTimes("start", series);
        double more = series[1].Wall - series[0].Wall;
        session.Report.AddBar("linuxmem: first line", "<= 60 ms over an empty program's", $"{Figure.Milliseconds(more)} ms", more <= Bar);
    }

    private static Contender FirstLine(string name, string file, params string[] arguments) => new(name, () =>
    {
        Sample sample = ChildProgram.Run(file, arguments).Sample;
        return sample with { Wall = sample.FirstLine };
    });

    private static void MeasureModule(Session session)
    {
        string module = Path.Combine(session.Repository, "out", "LinuxMem");
        string empty = Path.Combine(session.Repository, "out", "bench", "EmptyModule");
        if (ChildProgram.Find("pwsh") is not string pwsh)
        {
            session.Report.AddNote("Import-Module was not measured: there is no pwsh on PATH.");
            return;
        }

        if (!Directory.Exists(module) || !Directory.Exists(empty))
        {
            session.Report.AddNote($"Import-Module was not measured: {module} and {empty} are made by './build.sh bench'.");
            return;
        }

        Session.Say("Import-Module and the first Get-MemGroup");
        (Series nothing, Series import, Series first) = ImportParts.Measure(session, pwsh, module, empty);
        session.Report.AddTimes("start", [nothing, import, first]);
        double more = import.Wall - nothing.Wall;
        session.Report.AddBar("Import-Module LinuxMem", "<= 60 ms over an empty module's", $"{Figure.Milliseconds(more)} ms", more <= Bar);
    }
}
