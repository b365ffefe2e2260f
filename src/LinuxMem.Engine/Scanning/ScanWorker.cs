using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>One thread of a scan: reads processes, and adds what they map to their groups.</summary>
internal sealed class ScanWorker : IReadingTaker, IDisposable
{
    private readonly ScanState state;
    private readonly PagemapReader reader;
    private readonly WholeReading whole;
    private readonly FrameArena arena;
    private readonly HashSet<ulong> loose = [];
    private readonly byte[] status = new byte[4096];
    private ScanJob current = null!;
    private SharedReading? handedOn;

    public ScanWorker(ScanState state)
    {
        this.state = state;
        arena = new FrameArena(state.Budget);
        reader = new PagemapReader(state.Paging, state.Budget);
        whole = new WholeReading(state.Root, state.SegmentDevices, state.Objects.Devices, state.Cancellation);
    }

    /// <summary>Page references that this worker has read.</summary>
    public long References => reader.References;

    /// <summary>System calls that this worker has made to read page maps.</summary>
    public long Calls => reader.Calls + whole.Calls;

    /// <summary>Works until nothing is left.</summary>
    public void Run()
    {
        while (state.Queue.TryTake(out ScanJob? job, out SharedReading? reading, out ReadCursor cursor))
        {
            if (job is not null)
            {
                ReadProcess(job);
            }
            else
            {
                int error = ReadPart(reading!, cursor);
                EndPart(reading!, error);
            }
        }
    }

    /// <summary>Frees what reading needed. The groups' sets live in the arena: that goes last.</summary>
    public void EndReading() => reader.Dispose();

    public void Dispose()
    {
        reader.Dispose();
        arena.Dispose();
    }

    bool IReadingTaker.UseScan => state.UseScan;

    void IReadingTaker.GiveUpScan() => state.GiveUpScan();

    int IReadingTaker.LoadMappings(in MachineFolder place, AddressSpace space, byte[] buffer) => space.Load(place, fromSmaps: false, buffer);

    int IReadingTaker.ReadPages(ReadingAttempt attempt, in MachineFolder place, AddressSpace space)
    {
        current.PageTables = StatusFile.ReadPageTables(place.Open("status\0"u8), status);
        loose.Clear();
        current.Objects = state.Objects.Sight(attempt.Process, place, space, loose);
        bool allLoose = !state.Objects.IsKnown;
        IReadOnlyList<SegmentRange> unseen = allLoose ? space.Segments : loose.Count == 0 ? [] : [.. space.Segments.Where(segment => loose.Contains(segment.ShmId))];
        current.Segments = [];
        if (unseen.Count > 0)
        {
            if (!IpcNamespace.TryRead(place, out ulong ipc))
            {
                return Errno.ESRCH;
            }

            current.Segments = AttachedSegment.Of(unseen, place, ipc);
        }

        current.Opened = state.IncludeOpenFiles ? state.OpenFiles.Sight(attempt.Process, place) : [];
        return ReadAll(attempt, space);
    }

    void IReadingTaker.Discard() => Discard();

    private void ReadProcess(ScanJob next, int number = 0)
    {
        current = next;
        handedOn = null;
        (JobOutcome outcome, int error) = whole.Read(next.Process, this, number);
        if (handedOn is SharedReading shared)
        {
            EndPart(shared, error);
        }
        else if (outcome == JobOutcome.Scanned)
        {
            AddToGroups(next);
        }
        else
        {
            End(next, outcome, error);
        }
    }

    /// <summary>Reads from the start, sharing with idle workers: <see cref="handedOn"/> is set when they take a part.</summary>
    private int ReadAll(ReadingAttempt attempt, AddressSpace space)
    {
        // The listing told how much is resident; it need not be exact, for the reading corrects itself.
        ReadCursor cursor = ReadCursor.Whole(current.Process.ResidentPages >= space.ReadableSize / state.Paging.PageSize / 2);
        while (cursor.MoveToReadable(space.Mappings))
        {
            state.Cancellation.ThrowIfCancellationRequested();
            int error = ReadBatch(current, attempt, space.Mappings, ref cursor);
            if (error != 0)
            {
                return error;
            }

            if (state.Queue.IsWanted && cursor.TrySplit(space.Mappings, state.Paging.HugeSize, out ReadCursor other))
            {
                if (handedOn is null)
                {
                    handedOn = new SharedReading(current, attempt, space.Snapshot(), state.Budget);
                    state.Register(handedOn);
                    attempt.HandOn();
                }

                Offer(handedOn, other);
            }
        }

        return 0;
    }

    private int ReadPart(SharedReading shared, ReadCursor cursor)
    {
        while (cursor.MoveToReadable(shared.Mappings))
        {
            state.Cancellation.ThrowIfCancellationRequested();
            int error = ReadBatch(shared.Job, shared.Attempt, shared.Mappings, ref cursor);
            if (error != 0)
            {
                return error;
            }

            if (state.Queue.IsWanted && cursor.TrySplit(shared.Mappings, state.Paging.HugeSize, out ReadCursor other))
            {
                Offer(shared, other);
            }
        }

        return 0;
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

        state.Queue.Offer(shared, part);
    }

    private void EndPart(SharedReading shared, int error)
    {
        lock (shared)
        {
            if (error != 0 && shared.Error == 0)
            {
                shared.Error = error;
            }

            if (shared.Error == 0)
            {
                reader.Frames.AddTo(shared.Frames, arena);
                reader.Frames.AddFilesTo(shared.Files, arena);
                reader.Frames.AddObjectsTo(shared.Objects, arena);
                reader.Slots.AddTo(shared.Slots, arena);
                reader.Slots.AddFilesTo(shared.FileSlots, arena);
            }

            Discard();
            if (--shared.Parts > 0)
            {
                return;
            }
        }

        EndShared(shared);
    }

    private void EndShared(SharedReading shared)
    {
        ScanJob job = shared.Job;
        JobOutcome outcome;
        try
        {
            (outcome, int error) = whole.End(shared.Attempt, shared.Mappings, this, shared.Error);
            if (outcome == JobOutcome.Scanned)
            {
                AddToGroups(shared);
            }
            else if (outcome != JobOutcome.Pending)
            {
                End(job, outcome, error);
            }

            shared.Frames.Clear(arena);
            shared.Files.Clear(arena);
            shared.Objects.Clear(arena);
            shared.Slots.Clear(arena);
            shared.FileSlots.Clear(arena);
        }
        finally
        {
            shared.Dispose();
        }

        if (outcome == JobOutcome.Pending)
        {
            ReadProcess(job, shared.Attempt.Number + 1);
        }
    }

    private void AddToGroups(SharedReading shared)
    {
        foreach (GroupPages group in shared.Job.Groups)
        {
            lock (group)
            {
                group.Frames.AddAll(shared.Frames, arena);
                group.Slots.AddAll(shared.Slots, arena);
                AddProcess(group, shared.Job);
            }
        }

        AddFiles(state.FileFrames, shared.Files);
        AddFiles(state.ObjectFrames, shared.Objects);
        AddFiles(state.FileSlots, shared.FileSlots);
        End(shared.Job, JobOutcome.Scanned);
    }

    private void AddFiles(FrameSet all, FrameSet files)
    {
        lock (all)
        {
            all.AddAll(files, arena);
        }
    }

    private void AddToGroups(ScanJob job)
    {
        foreach (GroupPages group in job.Groups)
        {
            lock (group)
            {
                reader.Frames.AddTo(group.Frames, arena);
                reader.Slots.AddTo(group.Slots, arena);
                AddProcess(group, job);
            }
        }

        lock (state.FileFrames)
        {
            reader.Frames.AddFilesTo(state.FileFrames, arena);
        }

        if (reader.Frames.HasObjects)
        {
            lock (state.ObjectFrames)
            {
                reader.Frames.AddObjectsTo(state.ObjectFrames, arena);
            }
        }

        if (!reader.Slots.IsEmpty)
        {
            lock (state.FileSlots)
            {
                reader.Slots.AddFilesTo(state.FileSlots, arena);
            }
        }

        Discard();
        End(job, JobOutcome.Scanned);
    }

    private static void AddProcess(GroupPages group, ScanJob job)
    {
        group.Processes++;
        group.AddSegments(job.Segments);
        group.Hold(job.Objects);
        group.Hold(job.Opened);
        group.PageTables += job.PageTables;
    }

    private void End(ScanJob job, JobOutcome outcome, int error = 0)
    {
        // Whose each of them is, is decided when all are known; until then equal lists are kept once.
        job.Segments = outcome == JobOutcome.Scanned ? state.Segments.Keep(job.Segments) : [];
        job.End(outcome, outcome == JobOutcome.Unreadable ? UnreadableReason.Describe(error) : null);
        state.CountDone();
    }

    private void Discard()
    {
        reader.Frames.Clear();
        reader.Slots.Clear();
    }
}
