using System.Runtime.InteropServices;
using LinuxMem.Bench.Parts;
using LinuxMem.Bench.Report;

namespace LinuxMem.Bench;

/// <summary>Stages workloads, measures, and reports.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["-h" or "--help", ..])
        {
            Console.WriteLine(BenchOptions.Usage);
            return 0;
        }

        string repository = FindRepository();
        if (BenchOptions.Parse(arguments, Path.Combine(repository, "out", "bench.json"), out string? wrong) is not BenchOptions options)
        {
            Console.Error.WriteLine($"bench: {wrong}");
            Console.Error.WriteLine(BenchOptions.Usage);
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = Cancel(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration terminate = Cancel(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration hangUp = Cancel(PosixSignal.SIGHUP, stop);
        try
        {
            if (!Environment.IsPrivilegedProcess)
            {
                throw new BenchException("Staging processes of several users and reading their page maps needs root: run it with sudo.");
            }

            return Measure(options, repository, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or BenchException && stop.IsCancellationRequested)
        {
            // A program that was being measured was interrupted, too.
            Console.Error.WriteLine("bench: interrupted; nothing is reported.");
            return 130;
        }
        catch (Exception e) when (e is BenchException or LinuxMemException or IOException)
        {
            Console.Error.WriteLine($"bench: {e.Message}");
            return 1;
        }
    }

    private static int Measure(BenchOptions options, string repository, CancellationToken cancellation)
    {
        using CompiledPrograms programs = CompiledPrograms.Make(repository);
        var report = new BenchReport();
        var session = new Session(options, repository, programs, report, cancellation);
        if (options.Scans)
        {
            WarmUp.Run(session);
        }

        Measure(session, "dense", SingleWorkloads.Dense);
        Measure(session, "forked", SingleWorkloads.Forked);
        Measure(session, "many", SingleWorkloads.Many);
        Measure(session, "shm", SingleWorkloads.Shm);
        Measure(session, "served", SingleWorkloads.Served);
        Measure(session, "thp", SingleWorkloads.Thp);
        Measure(session, "sparse", SingleWorkloads.Sparse);
        Measure(session, "groups", GroupsAndSplits.Measure);
        Measure(session, "objects", SharedMemoryObjects.Measure);
        Measure(session, "mappings", MappingsAndSharing.Measure);
        Measure(session, "all", WholeMachine.Measure);
        Measure(session, "start", StartUp.Measure);
        Measure(session, "sets", SetMemory.Measure);
        Measure(session, "threads", ManyThreads.Measure);
        Measure(session, "growth", Growth.Measure);
        Measure(session, "soak", Soak.Measure);
        Measure(session, "overhead", Overhead.Measure);
        Measure(session, "families", FamilyComparison.Measure);
        report.Write(Console.Out);
        report.WriteJson(options.Json);
        Session.Say($"all figures are in {options.Json}");
        return report.HasFailed || options.Check && report.Bars.Any(bar => bar.Met == false) ? 1 : 0;
    }

    /// <summary>Measures a part that was asked for.</summary>
    private static void Measure(Session session, string part, Action<Session> measure)
    {
        if (!session.Options.Has(part))
        {
            return;
        }

        try
        {
            measure(session);
        }
        catch (Exception e) when (e is BenchException or LinuxMemException && !session.Cancellation.IsCancellationRequested)
        {
            // The other parts are measured all the same.
            Session.Say($"{part}: {e.Message}");
            session.Report.AddFailure($"{part} was not measured to its end: {e.Message}");
        }
    }

    private static PosixSignalRegistration Cancel(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    /// <summary>The folder of the solution above this program.</summary>
    private static string FindRepository()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "LinuxMem.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The benchmark runs from its place in the sources: there is no LinuxMem.slnx above it.");
    }
}
