using System.Diagnostics;

namespace LinuxMem.Fuzz;

/// <summary>Gives a number of inputs to each target, on several threads.</summary>
internal sealed class FuzzRun(ulong seed, IReadOnlyList<FuzzTarget> targets)
{
    /// <summary>What a parser may allocate for each byte of its input (a dictionary of one-letter variables takes most).</summary>
    private const long MostBytesPerByte = 400;

    /// <summary>An input that takes longer than this never ends.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Lock findingsLock = new();
    private readonly List<FuzzFinding> findings = [];
    private readonly long[] counts = new long[targets.Count];
    private readonly long[] largest = new long[targets.Count];
    private readonly long[] ticks = new long[targets.Count];

    /// <summary>What was found; at most ten of a target.</summary>
    public IReadOnlyList<FuzzFinding> Findings => findings;

    /// <summary>How many inputs all targets were given.</summary>
    public long Count => counts.Sum();

    /// <summary>The counts of one target: inputs, the most that was allocated for one, and the slowest.</summary>
    public (FuzzTarget Target, long Count, long MostAllocated, TimeSpan Slowest) CountsOf(int i) =>
        (targets[i], Interlocked.Read(ref counts[i]), Interlocked.Read(ref largest[i]), Stopwatch.GetElapsedTime(0, Interlocked.Read(ref ticks[i])));

    /// <summary>Runs about that many inputs, divided over the targets by their shares.</summary>
    /// <param name="inputs">How many.</param>
    /// <param name="threads">How many at once.</param>
    /// <param name="hangs">Called when an input does not come to an end; the run does not end then either.</param>
    public void Run(long inputs, int threads, Action<FuzzFinding> hangs)
    {
        long shares = targets.Sum(target => (long)target.Share);
        long[] quotas = targets.Select(target => ((inputs * target.Share) + shares - 1) / shares).ToArray();
        var state = new (int Target, long Number, long Since)[threads];
        using var ended = new CountdownEvent(threads);
        for (int t = 0; t < threads; t++)
        {
            int slot = t;
            new Thread(
                () =>
                {
                    for (int i = 0; i < targets.Count; i++)
                    {
                        for (long number = slot; number < quotas[i]; number += threads)
                        {
                            state[slot] = (i, number, Stopwatch.GetTimestamp());
                            RunOne(i, number, InputOf(targets[i], number));
                        }
                    }

                    state[slot].Since = long.MaxValue;
                    ended.Signal();
                })
            { IsBackground = true, Name = "Fuzz" }.Start();
        }

        while (!ended.Wait(TimeSpan.FromSeconds(1)))
        {
            foreach ((int target, long number, long since) in state)
            {
                if (since is > 0 and < long.MaxValue && Stopwatch.GetElapsedTime(since) > Timeout)
                {
                    hangs(new FuzzFinding(targets[target].Name, seed, number, InputOf(targets[target], number), $"no end after {Timeout.TotalSeconds} s"));
                    return;
                }
            }
        }
    }

    /// <summary>Runs one input of its own.</summary>
    public void RunOne(int index, byte[] input) => RunOne(index, -1, input);

    private void RunOne(int index, long number, byte[] input)
    {
        FuzzTarget target = targets[index];
        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        string? what = null;
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            what = e is BrokenRuleException ? e.Message : e.ToString();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (what is null && allocated > target.MostBytes + (MostBytesPerByte * input.Length))
        {
            what = $"{allocated} bytes allocated";
        }

        Interlocked.Increment(ref counts[index]);
        Raise(ref largest[index], allocated);
        Raise(ref ticks[index], Stopwatch.GetTimestamp() - started);
        if (what is not null)
        {
            lock (findingsLock)
            {
                if (findings.Count(finding => finding.Target == target.Name) < 10)
                {
                    findings.Add(new FuzzFinding(target.Name, seed, number, input, what));
                }
            }
        }
    }

    private static void Raise(ref long place, long value)
    {
        for (long seen = Interlocked.Read(ref place); value > seen;)
        {
            long now = Interlocked.CompareExchange(ref place, value, seen);
            if (now == seen)
            {
                return;
            }

            seen = now;
        }
    }

    private byte[] InputOf(FuzzTarget target, long number)
    {
        var random = SeededRandom.For(seed, target.Name, number);
        return Mutator.Make(ref random, target.Corpus);
    }
}
