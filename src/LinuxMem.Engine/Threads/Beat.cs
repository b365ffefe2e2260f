using System.Diagnostics;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// The beat of something that is done at regular intervals, counted from when it was made: what takes longer than an interval skips
/// beats, and the next one is where it would have been.
/// </summary>
/// <param name="interval">The time between two beats, above zero.</param>
public sealed class Beat(TimeSpan interval)
{
    /// <summary>The longest interval, which a wait of the system can still take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    private readonly long started = Stopwatch.GetTimestamp();
    private long last;

    /// <summary>How long it is until the next beat.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            TimeSpan left = (interval * Next(last, elapsed, interval)) - elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Waits for the next beat.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, which ends the wait at once.</exception>
    public void Wait(CancellationToken cancellation)
    {
        TimeSpan left = Left;
        Take();
        _ = cancellation.WaitHandle.WaitOne(left);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Takes the next beat without waiting for it.</summary>
    public void Take() => last = Next(last, Stopwatch.GetElapsedTime(started), interval);

    /// <summary>The number of the next beat. A wait that ends a moment early does not make one come twice.</summary>
    /// <param name="last">The beat that was last.</param>
    /// <param name="elapsed">The time since the beginning.</param>
    /// <param name="interval">The time between two beats.</param>
    internal static long Next(long last, TimeSpan elapsed, TimeSpan interval) => Math.Max(last, elapsed.Ticks / interval.Ticks) + 1;
}
