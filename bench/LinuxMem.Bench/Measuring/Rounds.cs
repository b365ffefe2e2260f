using System.Diagnostics;

namespace LinuxMem.Bench.Measuring;

/// <summary>Measures things in turn, A B C A B C, so that a disturbance from outside meets all of them.</summary>
internal static class Rounds
{
    /// <summary>Runs everything twice without counting it, then measures.</summary>
    /// <param name="runs">How often each.</param>
    /// <param name="cancellation">Ends it between two runs.</param>
    /// <param name="contenders">What to run.</param>
    public static Series[] Measure(int runs, CancellationToken cancellation, params Contender[] contenders)
    {
        Repeat(2, cancellation, contenders);
        var others = new Bystanders();
        var samples = contenders.Select(_ => new List<Sample>()).ToArray();
        for (int run = 0; run < runs; run++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                samples[i].Add(contenders[i].Measure());
            }
        }

        double part = others.Part;
        return [.. contenders.Select((contender, i) => new Series(contender.Name, samples[i]) { Others = part })];
    }

    /// <summary>
    /// Runs things until the compiler has nothing more to better in them: it counts thirty calls of a method,
    /// twice, and works in moments of rest.
    /// </summary>
    /// <param name="cancellation">Ends it between two runs.</param>
    /// <param name="contenders">What to run; something that is quick, or it takes long.</param>
    public static void WarmUp(CancellationToken cancellation, params Contender[] contenders)
    {
        for (int round = 0; round < 4; round++)
        {
            Repeat(35, cancellation, contenders);
        }
    }

    /// <summary>The quickest of several, by the better of two runs each.</summary>
    public static T Quickest<T>(IEnumerable<T> candidates, Action<T> run) =>
        candidates.MinBy(candidate => Math.Min(Time(() => run(candidate)), Time(() => run(candidate))))!;

    private static double Time(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Repeat(int turns, CancellationToken cancellation, Contender[] contenders)
    {
        for (int turn = 0; turn < turns; turn++)
        {
            foreach (Contender contender in contenders)
            {
                cancellation.ThrowIfCancellationRequested();
                contender.Measure();
            }
        }

        Thread.Sleep(250);
    }
}
