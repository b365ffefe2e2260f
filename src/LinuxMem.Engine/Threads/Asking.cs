using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// Runs many queries on a few threads. A query that exceeds its time is abandoned with its thread, and a new thread
/// takes over, so that it delays neither the others nor the caller.
/// </summary>
/// <param name="count">The number of queries.</param>
/// <param name="ask">Runs one query; called on a dedicated thread, not one of the thread pool.</param>
/// <typeparam name="T">The type of an answer.</typeparam>
internal sealed class Asking<T>(int count, Func<int, T> ask)
    where T : class
{
    /// <summary>Milliseconds between checks for overdue or cancelled queries.</summary>
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

    /// <summary>Runs all queries and returns their answers; null for one that was abandoned.</summary>
    /// <param name="atOnce">The most queries at once; fewer when threads cannot be started.</param>
    /// <param name="longest">The time limit of one query.</param>
    /// <param name="grace">How long running queries are waited for after a cancellation.</param>
    /// <param name="cancellation">Cancels the run; a query must watch the token itself.</param>
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
            // No thread can be started (a limit on processes): work on this one.
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

    /// <summary>
    /// Runs queries until none is left or this thread is abandoned. Must not throw: that would end the process.
    /// </summary>
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
