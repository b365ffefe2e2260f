using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// Asks many at once, each on one of a few threads. One that does not come back in time is left behind with its thread,
/// and another thread takes over: it keeps neither the others nor the caller.
/// </summary>
/// <param name="count">How many there are to ask.</param>
/// <param name="ask">Asks one; called on a thread that is made for asking and is no pool's.</param>
/// <typeparam name="T">An answer.</typeparam>
internal sealed class Asking<T>(int count, Func<int, T> ask)
    where T : class
{
    /// <summary>Milliseconds between two looks at what is overdue or cancelled.</summary>
    private const int Interval = 20;

    private readonly object gate = new();
    private readonly T?[] answers = new T?[count];
    private readonly long[] started = new long[count];
    private readonly bool[] isDone = new bool[count];
    private readonly bool[] isAbandoned = new bool[count];
    private ExceptionDispatchInfo? failure;
    private bool isStopped;
    private int next;
    private int askers;

    /// <summary>Asks all, and returns their answers; null for one that has not come back in time.</summary>
    /// <param name="atOnce">How many are asked at once, as far as there are threads to be had.</param>
    /// <param name="longest">The time that one may take before it is left behind.</param>
    /// <param name="grace">The time for which those being asked are waited for after all has been cancelled.</param>
    /// <param name="cancellation">Ends it; what asks one has to see to it by itself.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public T?[] Run(int atOnce, TimeSpan longest, TimeSpan grace, CancellationToken cancellation)
    {
        for (int i = 0; i < Math.Min(count, atOnce) && TryStart(); i++)
        {
        }

        bool hasNone;
        lock (gate)
        {
            hasNone = askers == 0;
            askers += hasNone ? 1 : 0;
        }

        if (hasNone)
        {
            // The system gives no thread (a limit on processes): this one does the work.
            Work();
        }

        Stopwatch? sinceCancelled = null;
        while (true)
        {
            bool replace = false;
            lock (gate)
            {
                isStopped |= cancellation.IsCancellationRequested || failure is not null;
                if (askers == 0 || (isStopped && sinceCancelled?.Elapsed > grace))
                {
                    isStopped = true;
                    break;
                }

                sinceCancelled ??= isStopped ? Stopwatch.StartNew() : null;
                for (int i = 0; i < next && !isStopped; i++)
                {
                    if (!isDone[i] && !isAbandoned[i] && Stopwatch.GetElapsedTime(started[i]) > longest)
                    {
                        isAbandoned[i] = true;
                        askers--;
                        replace |= next < count;
                    }
                }

                if (!replace)
                {
                    Monitor.Wait(gate, Interval);
                }
            }

            if (replace)
            {
                _ = TryStart();
            }
        }

        lock (gate)
        {
            cancellation.ThrowIfCancellationRequested();
            failure?.Throw();
            return [.. answers];
        }
    }

    private bool TryStart()
    {
        lock (gate)
        {
            askers++;
        }

        bool isStarted = WorkThread<bool>.TryStart("LinuxMem asking", () =>
        {
            Work();
            return true;
        }) is not null;
        if (!isStarted)
        {
            lock (gate)
            {
                askers--;
            }
        }

        return isStarted;
    }

    /// <summary>Asks one after another, until there are no more or this one has been left behind. It never throws: it runs on a thread.</summary>
    private void Work()
    {
        int mine = -1;
        while (true)
        {
            lock (gate)
            {
                if (mine >= 0 && isAbandoned[mine])
                {
                    return;
                }

                if (isStopped || failure is not null || next == count)
                {
                    break;
                }

                mine = next++;
                started[mine] = Stopwatch.GetTimestamp();
            }

            T? answer = null;
            ExceptionDispatchInfo? thrown = null;
            try
            {
                answer = ask(mine);
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }

            lock (gate)
            {
                if (!isAbandoned[mine])
                {
                    isDone[mine] = true;
                    answers[mine] = answer;
                    failure ??= thrown;
                    Monitor.PulseAll(gate);
                }
            }
        }

        lock (gate)
        {
            askers--;
            Monitor.PulseAll(gate);
        }
    }
}
