using System.Globalization;
using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Bench.Parts;

/// <summary>
/// How far a scan of this machine's size would go on more threads than it has: by the part of its work that only one thread does at a time.
/// </summary>
/// <remarks>
/// What the calling thread does while others read is done by one thread; what is added to groups with a large part of the processes, and to
/// the sets of the whole scan, is done under a lock of each, and taken for one lock of all. No more is known of processors that are not there: the kernel's own locks and
/// the width of their memory are left out, so that the figures are the most there can be, and compare ways of adding.
/// </remarks>
internal static class ManyThreads
{
    private const int Threads = 128;

    public static void Measure(Session session)
    {
        using StagedWorkloads staged = session.Stage([WorkloadCatalog.Many, WorkloadCatalog.Forked, WorkloadCatalog.Dense]);
        Session.Say("threads: what is done under locks, and by one thread");
        foreach ((string groups, Split split) in ((string, Split)[])[("one group", new WholeSplit()), ("by user", new UidSplit())])
        {
            foreach ((string how, bool gathers) in ((string, bool)[])[("each process at once", false), ("gathered", true)])
            {
                var run = new EngineRun(1, Only: null, split) { Gathers = gathers };
                Share[] shares = [.. Enumerable.Range(0, session.Options.Runs + 2).Select(_ => Of(run)).Skip(2)];
                session.Cancellation.ThrowIfCancellationRequested();
                Share middle = shares.OrderBy(share => share.Speedup).ElementAt(shares.Length / 2);
                session.Report.AddNote(string.Create(
                    CultureInfo.InvariantCulture,
                    $"many, forked and dense, {groups}, {how}: {middle.Work * 1e3:0.0} ms of work, of it {middle.Alone * 1e3:0.00} ms by one thread ({middle.Alone / middle.Work:P1}), {middle.Adding * 1e3:0.00} ms adding to what all share ({middle.Adding / middle.Work:P1}): at most {middle.Speedup:0} times as fast on {Threads} threads."));
            }
        }
    }

    private static Share Of(EngineRun run)
    {
        // The calling thread reads nothing itself where others have something to do first.
        using var others = new FirstThing(() => { });
        double all = OwnProcess.CpuTime();
        double alone = OwnProcess.CpuTimeOfThread();
        ScanResult result = run.Scan();
        return new Share(OwnProcess.CpuTime() - all, OwnProcess.CpuTimeOfThread() - alone, result.Adding.TotalSeconds);
    }

    /// <summary>Processor time, in seconds: in all, of one thread alone, and under locks.</summary>
    private readonly record struct Share(double Work, double Alone, double Adding)
    {
        /// <summary>What the part that each does for itself, and the part under a lock, leave of many threads.</summary>
        public double Speedup => Work / (Alone + Math.Max(Adding, (Work - Alone) / Threads));
    }
}
