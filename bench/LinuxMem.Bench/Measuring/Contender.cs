using System.Diagnostics;

namespace LinuxMem.Bench.Measuring;

/// <summary>One of several things that are measured side by side.</summary>
/// <param name="Name">What it is called in the results.</param>
/// <param name="Measure">Does it once.</param>
internal sealed record Contender(string Name, Func<Sample> Measure)
{
    /// <summary>Something that runs in this process.</summary>
    /// <param name="name">What it is called in the results.</param>
    /// <param name="run">Does it, and tells what only it knows.</param>
    public static Contender InThisProcess(string name, Func<RunFacts> run) => new(name, () => MeasureHere(run));

    private static Sample MeasureHere(Func<RunFacts> run)
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
        return new Sample
        {
            Wall = wall,
            Cpu = cpu,
            Allocated = allocated,
            Peak = Math.Max(0, OwnProcess.Size("VmHWM") - before),
            Sets = facts.Sets,
            References = facts.References,
        };
    }
}

/// <summary>What a run tells of itself.</summary>
/// <param name="Sets">The most that the engine's sets and buffers held.</param>
/// <param name="References">Page references read.</param>
internal readonly record struct RunFacts(long Sets, long References);
