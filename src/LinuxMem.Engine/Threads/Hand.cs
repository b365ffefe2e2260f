namespace LinuxMem.Engine.Threads;

/// <summary>
/// One thread of a <see cref="Crew"/>. It works piece by piece, and each piece can be taken from it while it waits: the thread
/// is then left behind, with all that it uses.
/// </summary>
/// <remarks>
/// What a piece finds belongs to the thread alone until <see cref="TryEnd"/> says that it was not given up. Only then
/// may it be written where others see it.
/// </remarks>
internal sealed class Hand
{
    private const long Idle = 0;
    private const long AtWork = 1;
    private const long Suspected = 2;
    private const long GivenUp = 3;

    [ThreadStatic]
    private static Hand? current;

    private readonly CancellationToken cancellation;
    private readonly Func<bool> isRunning;

    /// <summary>Four times the number of the piece, and how it stands.</summary>
    private long phase;
    private volatile Respondent? asked;
    private long seen;
    private TimeSpan waited;
    private bool isOut;

    /// <summary>Made on the thread itself.</summary>
    public Hand(Func<bool> isRunning, CancellationToken cancellation)
    {
        this.isRunning = isRunning;
        this.cancellation = cancellation;
        current = this;
    }

    /// <summary>True on a thread that can be left behind: it may ask directly.</summary>
    public static bool IsHere => current is not null;

    /// <summary>Ends the calling thread's time as a hand: its work is done, and it does something else.</summary>
    public static void Forget() => current = null;

    /// <summary>What the thread works with.</summary>
    public object? Tag { get; set; }

    /// <summary>The number of the piece, as its user counts.</summary>
    public int Index { get; private set; }

    /// <summary>True once a piece has been taken from it.</summary>
    public bool IsGivenUp => (Volatile.Read(ref phase) & 3) == GivenUp;

    /// <summary>True when it is to end: given up, or all are stopped.</summary>
    public bool IsOver => IsGivenUp || cancellation.IsCancellationRequested;

    /// <summary>True when it has waited for long enough to be replaced.</summary>
    public bool IsSuspected => (Volatile.Read(ref phase) & 3) == Suspected;

    /// <summary>Ends the piece early when it has been given up or all are stopped.</summary>
    public void ThrowIfOver()
    {
        if (IsOver)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Begins a piece.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="respondent">Whom it asks; null where that is not known yet.</param>
    public void Begin(int index, Respondent? respondent)
    {
        Index = index;
        asked = respondent;
        Volatile.Write(ref phase, phase + AtWork);
    }

    /// <summary>Says whom the piece asks, where that was not known when it began.</summary>
    public void Asks(Respondent respondent)
    {
        // A thread that is counted already stays counted for whom it was.
        lock (Unanswered.Gate)
        {
            asked = IsSuspected || IsGivenUp ? asked : respondent;
        }
    }

    /// <summary>Ends the piece; false when it has been given up: the thread is then on its own, and ends.</summary>
    public bool TryEnd()
    {
        long now = Volatile.Read(ref phase);
        if ((now & 3) == Idle)
        {
            return true;
        }

        long next = (now | 3) + 1;
        long work = (now & ~3L) + AtWork;
        if (Interlocked.CompareExchange(ref phase, next, work) == work)
        {
            return true;
        }

        if (TryEndSuspected(work + 1, next))
        {
            return true;
        }

        if (!isOut)
        {
            isOut = true;
            Unanswered.Remove(asked);
        }

        return false;
    }

    /// <summary>Looks at the thread; called in turn by the one who watches the crew.</summary>
    /// <param name="elapsed">The time since the last look.</param>
    /// <returns>How long the thread has waited with its piece; what it runs in between counts against that.</returns>
    public TimeSpan Look(TimeSpan elapsed)
    {
        long now = Volatile.Read(ref phase) & ~3L;
        bool isAtWork = (Volatile.Read(ref phase) & 3) is AtWork or Suspected;
        if (!isAtWork || now != seen)
        {
            seen = now;
            waited = TimeSpan.Zero;
            return waited;
        }

        waited = isRunning() ? waited - (3 * elapsed) : waited + elapsed;
        return waited = waited < TimeSpan.Zero ? TimeSpan.Zero : waited;
    }

    /// <summary>Notes that the piece looked at last waits; false when it has ended meanwhile.</summary>
    public bool TrySuspect() => Unanswered.TryAdd(asked, () => TryChange(seen + AtWork, seen + Suspected));

    /// <summary>Takes the piece looked at last away; false when it has ended meanwhile.</summary>
    public bool TryGiveUp()
    {
        TrySuspect();
        return Unanswered.TryGiveUp(asked, () => TryChange(seen + Suspected, seen + GivenUp));
    }

    /// <summary>Apart, so that only a piece that was suspected pays for the closure.</summary>
    private bool TryEndSuspected(long from, long to) => Unanswered.TryRemove(asked, () => TryChange(from, to));

    private bool TryChange(long from, long to) => Interlocked.CompareExchange(ref phase, to, from) == from;
}
