namespace LinuxMem.Engine.Threads;

/// <summary>
/// How long the questions of one command wait for answers: all together about as long as was said, however many do not
/// answer. What has been spent on waiting for nothing else is missing later, down to <see cref="Least"/>.
/// </summary>
/// <param name="most">The longest that a thread waits with one piece of work; <see cref="TimeSpan.MaxValue"/> to give nothing up.</param>
internal sealed class Patience(TimeSpan most)
{
    /// <summary>The longest that a thread of a command waits with one piece of work.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    /// <summary>The shortest.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);

    private long spent;

    /// <summary>That of a command.</summary>
    /// <param name="isEndless">True for what cannot fail to answer, so that nothing is given up.</param>
    public Patience(bool isEndless = false)
        : this(isEndless ? TimeSpan.MaxValue : Most)
    {
    }

    /// <summary>How long to wait from now on.</summary>
    public TimeSpan Left => most == TimeSpan.MaxValue ? most : TimeSpan.FromTicks(Math.Max(Least.Ticks, most.Ticks - Volatile.Read(ref spent)));

    /// <summary>Says that one was given up after so long.</summary>
    public void Spend(TimeSpan time)
    {
        // Many wait at the same time: the longest wait counts, not the sum.
        long now = Volatile.Read(ref spent);
        if (time.Ticks > now)
        {
            Interlocked.CompareExchange(ref spent, time.Ticks, now);
        }
    }
}
