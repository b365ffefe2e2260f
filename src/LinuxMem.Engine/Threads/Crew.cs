using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// Threads that work through many pieces, each of which may wait for ever in the kernel: for a lock that another user's
/// process holds, or for his file system. A thread that waits is replaced soon, so that it delays no other piece; if it still waits
/// when the patience is over, its piece is taken from it and it is left behind.
/// </summary>
/// <param name="observe">Called on each thread; what it returns tells from any other thread whether that thread runs, or is ready to. One
/// that only has much to do is never given up.</param>
/// <param name="patience">How long is waited.</param>
/// <param name="givenUp">Told, on the calling thread, of each thread whose piece was taken from it.</param>
internal sealed class Crew(Func<Func<bool>> observe, Patience patience, Action<Hand> givenUp)
{
    /// <summary>The stack of a thread, which may have to be left behind, in bytes.</summary>
    public const int Stack = 512 << 10;

    /// <summary>How long a thread waits with a piece before another takes its place.</summary>
    public static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(100);

    /// <summary>The time between two looks at the threads.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a stopped thread may take to end by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>The most threads beyond those wanted that run at once, while many wait.</summary>
    private const int MaxMore = 32;

    private readonly object gate = new();
    private readonly List<Hand> hands = [];
    private readonly CancellationTokenSource stop = new();
    private ExceptionDispatchInfo? failure;

    /// <summary>Threads that have been started and have neither ended nor been given up.</summary>
    private int present;

    /// <summary>True when another thread would find something to do.</summary>
    public Func<bool> HasMore { get; init; } = static () => false;

    /// <summary>Called when all are stopped, so that those that wait for work wait no longer.</summary>
    public Action Stopping { get; init; } = static () => { };

    /// <summary>Told before a thread is started (1), and after one could not be (-1).</summary>
    public Action<int> Joining { get; init; } = static _ => { };

    /// <summary>Runs the work on a number of threads, until all have ended or been left behind.</summary>
    /// <param name="threads">How many; on the calling thread if none can be started.</param>
    /// <param name="work">What each of them does; it looks at <see cref="Hand.IsOver"/> from time to time. The first exception ends all, and
    /// is rethrown unchanged.</param>
    /// <param name="cancellation">Ends all, within about half a second.</param>
    /// <param name="meanwhile">Called on the calling thread from time to time.</param>
    /// <returns>The number of threads that were started in the beginning.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int Run(int threads, Action<Hand> work, CancellationToken cancellation, Action? meanwhile = null)
    {
        int started = 0;
        while (started < threads && TryStart(work))
        {
            started++;
        }

        if (started == 0)
        {
            // No thread can be had (a limit on processes): what waits cannot be left behind then.
            Joining(1);
            work(new Hand(static () => true, cancellation));
            Hand.Forget();
            return 0;
        }

        try
        {
            Watch(threads, work, cancellation, meanwhile);
        }
        catch
        {
            End();
            throw;
        }
        finally
        {
            // Whoever was left behind ends when it is answered.
            stop.Cancel();
        }

        cancellation.ThrowIfCancellationRequested();
        failure?.Throw();
        return started;
    }

    private void Watch(int threads, Action<Hand> work, CancellationToken cancellation, Action? meanwhile)
    {
        long looked = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (gate)
            {
                if (present == 0)
                {
                    return;
                }

                if (failure is null && !cancellation.IsCancellationRequested)
                {
                    Monitor.Wait(gate, Interval);
                }
            }

            if (failure is not null || cancellation.IsCancellationRequested)
            {
                End();
                return;
            }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(looked);
            if (elapsed >= Interval)
            {
                meanwhile?.Invoke();
                looked = Stopwatch.GetTimestamp();
                Look(threads, work, elapsed);
            }
        }
    }

    private void Look(int threads, Action<Hand> work, TimeSpan elapsed)
    {
        int waiting = 0;
        foreach (Hand hand in Present())
        {
            TimeSpan waited = hand.Look(elapsed);
            TimeSpan left = patience.Left;
            if (waited >= left && hand.TryGiveUp())
            {
                patience.Spend(waited);
                Leave(hand);
            }
            else if (waited >= Suspicious && (hand.IsSuspected || hand.TrySuspect()))
            {
                waiting++;
            }
        }

        // The more wait, the more are tried at once: any number of them costs about as much as one.
        int wanted = threads + Math.Min(waiting / 2, MaxMore);
        while (Volatile.Read(ref present) - waiting < wanted && HasMore() && TryStart(work))
        {
        }
    }

    /// <summary>Stops all: waits for those that come to their end, and leaves the others behind.</summary>
    private void End()
    {
        stop.Cancel();
        Stopping();
        long since = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (present > 0 && Stopwatch.GetElapsedTime(since) < Grace)
            {
                Monitor.Wait(gate, Interval);
            }
        }

        // One that has just come to the end of a piece sees then that it is to stop.
        while (Volatile.Read(ref present) > 0)
        {
            foreach (Hand hand in Present())
            {
                hand.Look(TimeSpan.Zero);
                if (hand.TryGiveUp())
                {
                    Leave(hand);
                }
            }

            lock (gate)
            {
                if (present > 0)
                {
                    Monitor.Wait(gate, Interval);
                }
            }
        }
    }

    private Hand[] Present()
    {
        lock (gate)
        {
            return [.. hands];
        }
    }

    private void Leave(Hand hand)
    {
        lock (gate)
        {
            hands.Remove(hand);
            present--;
        }

        givenUp(hand);
    }

    private bool TryStart(Action<Hand> work)
    {
        Joining(1);
        Interlocked.Increment(ref present);
        if (WorkThread<bool>.TryStart("LinuxMem crew", () => Work(work), Stack) is not null)
        {
            return true;
        }

        lock (gate)
        {
            present--;
        }

        Joining(-1);
        return false;
    }

    private bool Work(Action<Hand> work)
    {
        ExceptionDispatchInfo? thrown = null;
        Func<bool> isRunning = static () => true;
        try
        {
            isRunning = observe();
        }
        catch (Exception e)
        {
            thrown = ExceptionDispatchInfo.Capture(e);
        }

        var hand = new Hand(isRunning, stop.Token);
        lock (gate)
        {
            hands.Add(hand);
        }

        try
        {
            if (thrown is null)
            {
                work(hand);
            }
        }
        catch (Exception e)
        {
            thrown = ExceptionDispatchInfo.Capture(e);
        }

        if (!hand.TryEnd())
        {
            return false;
        }

        lock (gate)
        {
            // The first failure counts; later ones are its consequences.
            failure ??= thrown;
            hands.Remove(hand);
            present--;
            Monitor.PulseAll(gate);
        }

        return true;
    }
}
