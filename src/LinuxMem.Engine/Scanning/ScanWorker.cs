using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>One thread of a scan: reads processes, and adds what they map to their groups.</summary>
internal sealed class ScanWorker : IDisposable
{
    /// <summary>How often a process is read again that has exchanged its address space (execve) meanwhile.</summary>
    private const int MaxAttempts = 3;

    private readonly ScanState state;
    private readonly PagemapReader reader;
    private readonly AddressSpace space;
    private readonly FrameArena arena;
    private byte[] text = new byte[64 * 1024];

    public ScanWorker(ScanState state)
    {
        this.state = state;
        arena = new FrameArena(state.Budget);
        reader = new PagemapReader(state.Paging, state.Budget);
        space = new AddressSpace(state.SegmentDevices, state.Paging.PageSize);
    }

    /// <summary>Page references that this worker has read.</summary>
    public long References => reader.References;

    /// <summary>System calls that this worker has made to read page maps.</summary>
    public long Calls => reader.Calls;

    /// <summary>Works until nothing is left.</summary>
    public void Run()
    {
        while (state.Queue.TryTake(out ScanJob? job, out SharedReading? reading, out ReadCursor cursor))
        {
            if (job is not null)
            {
                ReadProcess(job, 0);
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

    private void ReadProcess(ScanJob job, int attempt)
    {
        while (!TryReadProcess(job, attempt))
        {
            attempt++;
        }
    }

    /// <summary>Reads a process; false when it has to be begun again.</summary>
    private bool TryReadProcess(ScanJob job, int attempt)
    {
        Span<byte> name = stackalloc byte[64];
        MemProcess process = job.Process;

        // Asked once: another worker may find meanwhile that there is no scan.
        bool scan = state.UseScan;
        using MachineFolder place = state.Root.OpenPlace(process.AddressSpacePath(name, default));
        if (!place.IsOpen)
        {
            return Fail(job, place.Error, attempt, scan);
        }

        if (!process.Owns(place))
        {
            End(job, JobOutcome.Vanished);
            return true;
        }

        // Opened before the mappings are read: if this address space is alive in the end, they were its own;
        // but for a child of vfork(2) that executes a program just then, whose parent keeps the old one alive.
        bool mayShare = attempt == 0 ? !process.HasExecuted : !MemProcess.HasExecutedIn(place, ref text);
        if (state.Root.OpenPagemap(place, out int refusal) is not Pagemap pagemap)
        {
            return Fail(job, refusal, attempt, scan);
        }

        SharedReading? shared = null;
        try
        {
            int error = LoadMappings(place, process, scan);
            if (error == 0 && mayShare && MemProcess.HasExecutedIn(place, ref text))
            {
                error = Errno.ESRCH;
            }

            if (error == 0 && space.Count == 0)
            {
                // The process has ended, and only its entry is left (a zombie).
                End(job, JobOutcome.Vanished);
                return true;
            }

            if (error == 0)
            {
                ulong ipc = space.Segments.Count > 0 ? IpcNamespace.Of(place) : 0;
                job.Segments = space.Segments.Select(segment => new AttachedSegment(new SegmentId(ipc, segment.ShmId), segment.PageSize)).ToArray();
                error = ReadAll(job, pagemap, scan, attempt, ref shared);
            }

            if (shared is not null)
            {
                EndPart(shared, error);
                return true;
            }

            if (error == 0 && !reader.IsAlive(pagemap, space.Mappings))
            {
                error = Errno.ESRCH;
            }

            if (error != 0)
            {
                Discard();
                return Fail(job, error, attempt, scan);
            }

            AddToGroups(job);
            return true;
        }
        finally
        {
            if (shared is null)
            {
                pagemap.Dispose();
            }
        }
    }

    private int LoadMappings(in MachineFolder place, MemProcess process, bool scan)
    {
        int error = space.Load(place, fromSmaps: false, text);
        if (error != 0 || scan)
        {
            return error;
        }

        // Without PAGEMAP_SCAN every hole costs: where there are many, smaps tells what lies where. It walks
        // all pages itself, so where there are few it costs more than it saves.
        if (space.ReadableSize / state.Paging.PageSize > (2 * process.ResidentPages) + 4096)
        {
            error = space.Load(place, fromSmaps: true, text);
            if (error == Errno.ENOENT)
            {
                error = space.Load(place, fromSmaps: false, text);
            }
        }

        return error;
    }

    /// <summary>Reads from the start, sharing with idle workers; <paramref name="shared"/> is set when it was shared.</summary>
    private int ReadAll(ScanJob job, Pagemap pagemap, bool scan, int attempt, ref SharedReading? shared)
    {
        // The listing told how much is resident; it need not be exact, for the reading corrects itself.
        ReadCursor cursor = ReadCursor.Whole(job.Process.ResidentPages >= space.ReadableSize / state.Paging.PageSize / 2);
        while (cursor.MoveToReadable(space.Mappings))
        {
            state.Cancellation.ThrowIfCancellationRequested();
            int error = ReadBatch(job, pagemap, space.Mappings, ref cursor, scan);
            if (error != 0)
            {
                return error;
            }

            if (state.Queue.IsWanted && cursor.TrySplit(space.Mappings, state.Paging.HugeSize, out ReadCursor other))
            {
                if (shared is null)
                {
                    shared = new SharedReading(job, pagemap, space.Snapshot(), scan, attempt, state.Budget);
                    state.Register(shared);
                }

                Offer(shared, other);
            }
        }

        return 0;
    }

    private int ReadPart(SharedReading shared, ReadCursor cursor)
    {
        while (cursor.MoveToReadable(shared.Mappings))
        {
            state.Cancellation.ThrowIfCancellationRequested();
            int error = ReadBatch(shared.Job, shared.Pagemap, shared.Mappings, ref cursor, shared.Scan);
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

    private int ReadBatch(ScanJob job, Pagemap pagemap, ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor, bool scan)
    {
        if (scan)
        {
            return reader.ReadBatch(pagemap, mappings, ref cursor, scan);
        }

        long empty = reader.Entries - reader.References;
        int error = reader.ReadBatch(pagemap, mappings, ref cursor, scan);
        job.AddEmptyPages(reader.Entries - reader.References - empty);
        return error == 0 && job.EmptyPages > state.MostEmptyPages ? EmptySpace.Exceeded : error;
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
        bool again = false;
        try
        {
            int error = shared.Error;
            if (error == 0 && !reader.IsAlive(shared.Pagemap, shared.Mappings))
            {
                error = Errno.ESRCH;
            }

            if (error != 0)
            {
                again = !Fail(job, error, shared.Attempt, shared.Scan);
            }
            else
            {
                foreach (GroupPages group in job.Groups)
                {
                    lock (group)
                    {
                        group.Frames.AddAll(shared.Frames, arena);
                        group.Slots.AddAll(shared.Slots, arena);
                        AddProcess(group, job);
                    }
                }

                AddFiles(state.FileFrames, shared.Files);
                AddFiles(state.FileSlots, shared.FileSlots);
                End(job, JobOutcome.Scanned);
            }

            shared.Frames.Clear(arena);
            shared.Files.Clear(arena);
            shared.Slots.Clear(arena);
            shared.FileSlots.Clear(arena);
        }
        finally
        {
            shared.Dispose();
        }

        if (again)
        {
            ReadProcess(job, shared.Attempt + 1);
        }
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
        foreach (AttachedSegment segment in job.Segments)
        {
            group.Segments.Add(segment.Id);
        }
    }

    private void End(ScanJob job, JobOutcome outcome, string? reason = null)
    {
        job.End(outcome, reason);
        state.CountDone();
    }

    private void Discard()
    {
        reader.Frames.Clear();
        reader.Slots.Clear();
    }

    /// <summary>Says how the reading ended; false when it is to be begun again.</summary>
    private bool Fail(ScanJob job, int error, int attempt, bool scan)
    {
        if (error == Errno.ENOTTY && scan)
        {
            // PAGEMAP_SCAN worked on our own page map and does not here: read plainly from now on.
            state.GiveUpScan();
            return false;
        }

        // In a copy nothing vanishes: a file that is not there was not copied.
        if (state.Root.IsGone(error))
        {
            if (attempt < MaxAttempts && job.Process.IsStillThere())
            {
                return false;
            }

            End(job, JobOutcome.Vanished);
            return true;
        }

        End(job, JobOutcome.Unreadable, EmptySpace.Describe(error));
        return true;
    }
}
