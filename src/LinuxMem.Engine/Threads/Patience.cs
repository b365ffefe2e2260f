namespace LinuxMem.Engine.Threads;

/// <summary>
/// How long the questions of one command wait for answers: all together about as long as was said, however many do not
/// answer. What has been spent on waiting for nothing else is missing later, down to the shortest time.
/// </summary>
/// <param name="deadlines">The longest and the shortest time that a thread waits with one piece of work.</param>
/// <param name="isEndless">True for what cannot fail to answer, so that nothing is given up.</param>
internal sealed class Patience(Deadlines deadlines, bool isEndless = false)
{
    private long spent;

    /// <summary>How long to wait from now on.</summary>
    public TimeSpan Left => isEndless ? TimeSpan.MaxValue
        : TimeSpan.FromTicks(Math.Max(deadlines.LeastAnswer.Ticks, deadlines.Answer.Ticks - Volatile.Read(ref spent)));

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
