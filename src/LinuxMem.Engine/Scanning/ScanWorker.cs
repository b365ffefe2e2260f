using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>One thread of a scan: reads processes, and adds what they map to their groups.</summary>
/// <remarks>
/// While it reads, it may be left behind (<see cref="Hand"/>): what it reads with is its own then, and it adds nothing any more.
/// </remarks>
internal sealed class ScanWorker : IReadingTaker, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ScanState state;
    private readonly Hand hand;
    private readonly PagemapReader reader;
    private readonly MappedObjects mapped;
    private readonly WholeReading whole;
    private readonly FrameArena arena;
    private readonly PageAdding adding;
    private readonly NamedFrames? names;
    private readonly MappingNaming? naming;
    private volatile ScanJob? current;
    private volatile SharedReading? handedOn;
    private readonly HashSet<ulong> loose = [];
    private readonly List<(SharedObject Object, ObjectLink Link)> attached = [];
    private readonly byte[] status = new byte[4096];
    private HeldMemory held = HeldMemory.None;

    /// <summary>True while it is a user of the attempt that it shares.</summary>
    private bool isUser;

    public ScanWorker(ScanState state, Hand hand)
    {
        this.state = state;
        this.hand = hand;
        arena = new FrameArena(state.Budget);
        adding = new PageAdding(state, arena);
        mapped = new MappedObjects(state.Root);
        reader = new PagemapReader(state.Paging, state.Budget) { Check = mapped };
        whole = new WholeReading(state.Root, state.SegmentDevices, state.Objects.Devices, state.Cancellation, state.Budget);
        hand.Tag = this;
        if (state.Names is not null)
        {
            names = new NamedFrames(state.Budget);
            naming = new MappingNaming(state.Names, state.Budget);
        }
    }

    /// <summary>Page references that this worker has read.</summary>
    public long References => reader.References;

    /// <summary>System calls that this worker has made to read page maps.</summary>
    public long Calls => reader.Calls + whole.Calls;

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
            LeaveShared();
            if (hand.IsGivenUp)
            {
                FreeReading();
            }
        }
    }

    /// <summary>Says that the process this worker reads does not answer; called when its thread is left behind.</summary>
    public void GiveUp()
    {
        ScanJob? job = current;
        if (handedOn is SharedReading shared)
        {
            lock (shared)
            {
                job = shared.IsGivenUp ? null : shared.Job;
                shared.IsGivenUp = true;
            }
        }

        if (job is not null)
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
            FreeReading();
        }
    }

    public void Dispose()
    {
        EndReading();
        adding.Dispose();
        arena.Dispose();
    }

    bool IReadingTaker.UseScan => state.UseScan;

    void IReadingTaker.GiveUpScan() => state.GiveUpScan();

    int IReadingTaker.LoadMappings(in MachineFolder place, AddressSpace space, byte[] buffer) => space.Load(place, fromSmaps: false, buffer);

    int IReadingTaker.ReadPages(ReadingAttempt attempt, in MachineFolder place, AddressSpace space)
    {
        long? pageTables = StatusFile.ReadPageTables(place.Open("status\0"u8), status);
        loose.Clear();
        attached.Clear();
        SharedObject?[] each = space.Objects.Count == 0 ? [] : new SharedObject?[space.Objects.Count];
        SharedObject[] objects = state.Objects.Sight(attempt.Process, place, space, loose, attached, each);
        bool allLoose = !state.Objects.IsKnown;
        IReadOnlyList<SegmentRange> unseen = allLoose ? space.Segments : loose.Count == 0 ? [] : [.. space.Segments.Where(segment => loose.Contains(segment.ShmId))];
        AttachedSegment[] segments = [], claims = [];
        if (space.Segments.Count > 0)
        {
            if (!IpcNamespace.TryRead(place, out ulong ipc))
            {
                return Errno.ESRCH;
            }

            segments = AttachedSegment.Of(unseen, place, ipc);
            claims = AttachedSegment.Of(attached, ipc);
        }

        held = new HeldMemory(segments, claims, objects, state.IncludeOpenFiles ? state.OpenFiles.Sight(attempt.Process, place) : [], pageTables)
        {
            Uses = space.Naming is null ? [] : naming!.Uses(space, each),
        };
        if (!attempt.Scan || !state.Root.ProcessesEnd)
        {
            return ReadAll(attempt, space);
        }

        state.Index.Apply(space, each, attempt.Process.Uid);
        mapped.Begin(place, attempt.Process.Id, each);
        try
        {
            return ReadAll(attempt, space);
        }
        finally
        {
            mapped.End();
        }
    }

    void IReadingTaker.Discard() => Discard();

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

        handedOn = null;
        current = job;
        hand.Begin(0, job.Process.Respondent);
        reader.Names = job.IsNamed ? names : null;
        whole.Space.Naming = job.IsNamed ? naming : null;
        if (naming is not null)
        {
            naming.Owner = job.Process.Uid ?? -1;
        }

        (JobOutcome outcome, int error) = whole.Read(job.Process, this, number);
        if (!hand.TryEnd())
        {
            return false;
        }

        if (handedOn is SharedReading shared)
        {
            return EndPart(shared, error);
        }

        if (outcome == JobOutcome.Scanned)
        {
            adding.Add(job, reader, held);
            Discard();
            End(job, JobOutcome.Scanned);
        }
        else
        {
            End(job, outcome, error);
        }

        return true;
    }

    /// <summary>Reads from the start, sharing with idle workers: <see cref="handedOn"/> is set when they take a part.</summary>
    private int ReadAll(ReadingAttempt attempt, AddressSpace space)
    {
        // The listing told how much is resident; it need not be exact, for the reading corrects itself.
        ScanJob job = current!;
        ReadCursor cursor = ReadCursor.Whole(job.Process.ResidentPages >= space.ReadableSize / state.Paging.PageSize / 2);
        while (cursor.MoveToReadable(space.Mappings))
        {
            hand.ThrowIfOver();
            int error = ReadBatch(job, attempt, space.Mappings, ref cursor);
            if (error != 0)
            {
                return error;
            }

            if (state.Queue.IsWanted && cursor.TrySplit(space.Mappings, state.Paging.HugeSize, out ReadCursor other))
            {
                hand.ThrowIfOver();
                if (handedOn is null)
                {
                    var shared = new SharedReading(job, attempt, space.Snapshot(), state.Budget) { Held = held };
                    state.Register(shared);
                    attempt.HandOn();
                    (handedOn, isUser) = (shared, true);
                }

                Offer(handedOn, other);
            }
        }

        reader.EndNames();
        return 0;
    }

    /// <summary>Reads a part of a process; false when this thread was left behind.</summary>
    private bool ReadPart(SharedReading shared, ReadCursor cursor)
    {
        (current, handedOn, isUser) = (shared.Job, shared, true);
        hand.Begin(0, shared.Job.Process.Respondent);
        reader.Names = shared.Job.IsNamed ? names : null;
        int error = 0;
        while (error == 0 && !shared.IsGivenUp && cursor.MoveToReadable(shared.Mappings))
        {
            hand.ThrowIfOver();
            error = ReadBatch(shared.Job, shared.Attempt, shared.Mappings, ref cursor);
            if (error == 0 && state.Queue.IsWanted && cursor.TrySplit(shared.Mappings, state.Paging.HugeSize, out ReadCursor other))
            {
                hand.ThrowIfOver();
                Offer(shared, other);
            }
        }

        reader.EndNames();
        return hand.TryEnd() && EndPart(shared, error);
    }

    private int ReadBatch(ScanJob job, ReadingAttempt attempt, ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        if (attempt.Scan)
        {
            return reader.ReadBatch(attempt.Pagemap, mappings, ref cursor, scan: true);
        }

        long empty = reader.Entries - reader.References;
        int error = reader.ReadBatch(attempt.Pagemap, mappings, ref cursor, scan: false);
        job.AddEmptyPages(reader.Entries - reader.References - empty);
        return error == 0 && job.EmptyPages > state.MaxEmptyPages ? EmptySpace.Exceeded : error;
    }

    private void Offer(SharedReading shared, ReadCursor part)
    {
        lock (shared)
        {
            shared.Parts++;
        }

        shared.Attempt.Uses.TryEnter();
        if (!state.Queue.Offer(shared, part))
        {
            // The work was ended meanwhile; so nobody looks at what was read.
            shared.Attempt.Dispose();
        }
    }

    /// <summary>Adds a part that was read to the others; false when this thread was left behind.</summary>
    private bool EndPart(SharedReading shared, int error)
    {
        bool isLast;
        lock (shared)
        {
            if (error != 0 && shared.Error == 0)
            {
                shared.Error = error;
            }

            if (shared is { Error: 0, IsGivenUp: false })
            {
                reader.Frames.AddTo(shared.Frames, arena);
                reader.Frames.AddFilesTo(shared.Files, arena);
                reader.Frames.AddObjectsTo(shared.Objects, arena);
                reader.Slots.AddTo(shared.Slots, arena);
                reader.Slots.AddFilesTo(shared.FileSlots, arena);
                shared.Names?.Add(reader.Names!, arena);
            }

            Discard();
            isLast = --shared.Parts == 0 && !shared.IsGivenUp;
        }

        // Also the closing of a file may wait.
        (JobOutcome outcome, error) = (JobOutcome.Pending, 0);
        hand.Begin(0, shared.Job.Process.Respondent);
        if (isLast)
        {
            (outcome, error) = whole.End(shared.Attempt, shared.Mappings, this, shared.Error);
        }

        LeaveShared();
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

            shared.Frames.Clear(arena);
            shared.Files.Clear(arena);
            shared.Objects.Clear(arena);
            shared.Slots.Clear(arena);
            shared.FileSlots.Clear(arena);
            shared.Names?.Clear(arena);
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

    private void LeaveShared()
    {
        if (isUser)
        {
            isUser = false;
            handedOn!.Attempt.Dispose();
        }
    }

    private void Discard() => reader.Discard();

    private void FreeReading()
    {
        reader.Dispose();
        whole.Dispose();
        names?.Dispose();
    }
}
