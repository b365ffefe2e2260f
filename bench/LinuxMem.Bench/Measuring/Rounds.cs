using System.Diagnostics;

namespace LinuxMem.Bench.Measuring;

/// <summary>One of several things that are measured side by side.</summary>
/// <param name="Name">What it is called in the results.</param>
/// <param name="Run">Does it once, and tells what only it knows; null figures are taken from outside.</param>
internal sealed record Contender(string Name, Func<RunFacts> Run);

/// <summary>What a run tells of itself.</summary>
/// <param name="Sets">The most that the engine's sets and buffers held.</param>
/// <param name="References">Page references read.</param>
internal readonly record struct RunFacts(long Sets, long References);

/// <summary>Measures things in turn, A B C A B C, so that a disturbance from outside meets all of them.</summary>
internal static class Rounds
{
    /// <summary>Runs all contenders in this process.</summary>
    /// <param name="runs">How often each.</param>
    /// <param name="cancellation">Ends it between two runs.</param>
    /// <param name="contenders">What to run.</param>
    public static Series[] Measure(int runs, CancellationToken cancellation, params Contender[] contenders)
    {
        for (int turn = 0; turn < 2; turn++)
        {
            cancellation.ThrowIfCancellationRequested();
            Array.ForEach(contenders, contender => contender.Run());
        }

        Thread.Sleep(250);
        var samples = contenders.Select(_ => new List<Sample>()).ToArray();
        for (int run = 0; run < runs; run++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                samples[i].Add(Measure(contenders[i].Run));
            }
        }

        return [.. contenders.Select((contender, i) => new Series(contender.Name, samples[i]))];
    }

    /// <summary>The quickest of several, by the better of two runs each.</summary>
    public static T Quickest<T>(IEnumerable<T> candidates, Action<T> run) =>
        candidates.MinBy(candidate => Math.Min(Time(() => run(candidate)), Time(() => run(candidate))))!;

    /// <summary>The time of a run in seconds.</summary>
    private static double Time(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>
    /// Runs things until the compiler has nothing more to better in them: it counts thirty calls of a method,
    /// twice, and works in moments of rest.
    /// </summary>
    /// <param name="cancellation">Ends it between two runs.</param>
    /// <param name="contenders">What to run; something that is quick, or it takes long.</param>
    public static void WarmUp(CancellationToken cancellation, params Contender[] contenders)
    {
        for (int round = 0; round < 6; round++)
        {
            for (int turn = 0; turn < 40; turn++)
            {
                cancellation.ThrowIfCancellationRequested();
                Array.ForEach(contenders, contender => contender.Run());
            }

            Thread.Sleep(250);
        }
    }

    private static Sample Measure(Func<RunFacts> run)
    {
        GC.Collect();
        OwnProcess.ResetPeak();
        long before = OwnProcess.Size("VmRSS");
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        double cpu = OwnProcess.CpuTime();
        long start = Stopwatch.GetTimestamp();
        RunFacts facts = run();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = OwnProcess.CpuTime() - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new Sample(wall, cpu, allocated, Math.Max(0, OwnProcess.Size("VmHWM") - before), facts.Sets, facts.References);
    }
}
