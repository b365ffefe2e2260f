using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>One thread of a scan: takes processes, or parts of large ones, has them read, and adds what they map to their groups.</summary>
/// <remarks>
/// While it reads, it may be left behind (<see cref="Hand"/>): what it reads with is its own then, and it adds nothing any more.
/// </remarks>
internal sealed class ScanWorker : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ScanState state;
    private readonly Hand hand;
    private readonly ScanReader reader;
    private readonly FrameArena arena;
    private readonly PageAdding adding;

    public ScanWorker(ScanState state, Hand hand)
    {
        this.state = state;
        this.hand = hand;
        arena = new FrameArena(state.Budget);
        adding = new PageAdding(state, arena);
        reader = new ScanReader(state, hand);
        hand.Tag = this;
    }

    /// <summary>Page references that this worker has read.</summary>
    public long References => reader.Pages.References;

    /// <summary>System calls that this worker has made to read page maps.</summary>
    public long Calls => reader.Calls;

    /// <summary>Entries of page maps that this worker has read.</summary>
    public long Entries => reader.Pages.Entries;

    /// <summary>How long this worker added to what all workers share.</summary>
    public TimeSpan Adding => adding.Time;

    /// <summary>Works until nothing is left.</summary>
    public void Run()
    {
        try
        {
            while (!hand.IsOver && state.Queue.TryTake(out ScanJob? job, out SharedReading? reading, out ReadCursor cursor)
                && (job is not null ? ReadProcess(job) : ReadPart(reading!, cursor)))
            {
            }

            if (!hand.IsGivenUp)
            {
                adding.HandOver();
            }
        }
        finally
        {
            reader.Leave();
            if (hand.IsGivenUp)
            {
                reader.Dispose();
            }
        }
    }

    /// <summary>Says that the process this worker reads does not answer; called when its thread is left behind.</summary>
    public void GiveUp()
    {
        if (reader.GiveUp() is ScanJob job)
        {
            job.Process.Silence(Unanswered.NoAnswer);
            End(job, JobOutcome.Unreadable, Unanswered.NoAnswer);
        }
    }

    /// <summary>Adds to the groups what a worker that was left behind had read before; it adds nothing any more.</summary>
    public void HandOver() => adding.HandOver();

    /// <summary>Frees what reading needed. The groups' sets live in the arena: that goes last.</summary>
    public void EndReading()
    {
        if (!hand.IsGivenUp)
        {
            reader.Dispose();
        }
    }

    public void Dispose()
    {
        EndReading();
        adding.Dispose();
        arena.Dispose();
    }

    /// <summary>Reads a process; false when this thread was left behind.</summary>
    private bool ReadProcess(ScanJob job, int number = 0)
    {
        switch (Unanswered.Look(job.Process.Respondent))
        {
            case Verdict.Later:
                Thread.Sleep(Pause);
                state.Queue.PutOff(job);
                return true;
            case Verdict.Silent:
                End(job, JobOutcome.Unreadable, Unanswered.NoAnswer);
                return true;
            case Verdict.Refused:
                End(job, JobOutcome.Unreadable, Unanswered.NotAsked);
                return true;
        }

        reader.Begin(job);
        hand.Begin(0, job.Process.Respondent);
        (JobOutcome outcome, int error) = reader.Read(number);
        if (!hand.TryEnd())
        {
            return false;
        }

        if (reader.Shared is SharedReading shared)
        {
            return EndPart(shared, error);
        }

        if (outcome == JobOutcome.Scanned)
        {
            adding.Add(job, reader.Pages, reader.Held);
            reader.Discard();
            End(job, JobOutcome.Scanned);
        }
        else
        {
            End(job, outcome, error);
        }

        return true;
    }

    /// <summary>Reads a part of a process; false when this thread was left behind.</summary>
    private bool ReadPart(SharedReading shared, ReadCursor cursor)
    {
        reader.Begin(shared.Job, shared);
        hand.Begin(0, shared.Job.Process.Respondent);
        int error = reader.ReadPart(cursor);
        return hand.TryEnd() && EndPart(shared, error);
    }

    /// <summary>Adds a part that was read to the others; false when this thread was left behind.</summary>
    private bool EndPart(SharedReading shared, int error)
    {
        bool isLast = shared.EndPart(reader.Pages, arena, error);
        reader.Discard();

        // Also the closing of a file may wait.
        (JobOutcome outcome, error) = (JobOutcome.Pending, 0);
        hand.Begin(0, shared.Job.Process.Respondent);
        if (isLast)
        {
            (outcome, error) = reader.End(shared);
        }

        reader.Leave();
        return hand.TryEnd() && (!isLast || EndShared(shared, outcome, error));
    }

    /// <summary>Ends a process of which all parts have been read; false when this thread was left behind.</summary>
    private bool EndShared(SharedReading shared, JobOutcome outcome, int error)
    {
        try
        {
            if (outcome == JobOutcome.Scanned)
            {
                adding.Add(shared);
                End(shared.Job, JobOutcome.Scanned);
            }
            else if (outcome != JobOutcome.Pending)
            {
                End(shared.Job, outcome, error);
            }

            shared.Clear(arena);
        }
        finally
        {
            shared.Dispose();
        }

        return outcome != JobOutcome.Pending || ReadProcess(shared.Job, shared.Attempt.Number + 1);
    }

    private void End(ScanJob job, JobOutcome outcome, int error = 0) =>
        End(job, outcome, outcome == JobOutcome.Unreadable ? UnreadableReason.Describe(error) : null);

    private void End(ScanJob job, JobOutcome outcome, string? reason)
    {
        job.End(outcome, reason);
        state.CountDone();
    }
}
