using System.Diagnostics;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// The beat of something that is done at regular intervals, counted from when it was made: what takes longer than an interval skips
/// beats, and the next one is where it would have been. With a beat, what the work has left behind is collected.
/// </summary>
/// <param name="interval">The time between two beats, above zero.</param>
public sealed class Beat(TimeSpan interval)
{
    /// <summary>The longest interval, which a wait of the system can still take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>
    /// How much may be left behind. The collector alone waits for as much as the processor's cache holds, or several times that: what
    /// runs for hours would grow by 25 to 100 MiB that nobody needs.
    /// </summary>
    private const long MaxLeft = 4L << 20;

    /// <summary>Up to here a collection of everything takes milliseconds.</summary>
    private const long SmallHeap = 48L << 20;

    private readonly long started = Stopwatch.GetTimestamp();
    private long last;
    private long collected = GC.GetTotalAllocatedBytes();

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
    public void Take()
    {
        last = Next(last, Stopwatch.GetElapsedTime(started), interval);
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - collected >= MaxLeft)
        {
            // All of a small heap, which gives back what one large look needed. Of a large one, which is a host's own, the youngest two generations.
            if (GC.GetTotalMemory(forceFullCollection: false) < SmallHeap)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
            else
            {
                GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            }

            collected = allocated;
        }
    }

    /// <summary>The number of the next beat. A wait that ends a moment early does not make one come twice.</summary>
    /// <param name="last">The beat that was last.</param>
    /// <param name="elapsed">The time since the beginning.</param>
    /// <param name="interval">The time between two beats.</param>
    internal static long Next(long last, TimeSpan elapsed, TimeSpan interval) => Math.Max(last, elapsed.Ticks / interval.Ticks) + 1;
}
