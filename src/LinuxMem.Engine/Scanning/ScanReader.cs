using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// What one worker reads processes with: their pages, and what else they hold. Of a large process it hands parts on to workers that are
/// idle.
/// </summary>
internal sealed class ScanReader : IReadingTaker, IDisposable
{
    private readonly ScanState state;
    private readonly Hand hand;
    private readonly MappedObjects mapped;
    private readonly WholeReading whole;
    private readonly HeldReader holding;
    private readonly NamedFrames? names;
    private readonly MappingNaming? naming;

    /// <summary>The objects of the mappings of the process being read. One array serves all that have as many.</summary>
    private SharedObject?[] objects = [];
    private volatile ScanJob? job;
    private volatile SharedReading? shared;

    /// <summary>True while it is a user of the attempt that it shares.</summary>
    private bool isUser;

    /// <param name="state">What the workers share.</param>
    /// <param name="hand">The worker's thread: once it is left behind, no more is read.</param>
    public ScanReader(ScanState state, Hand hand)
    {
        this.state = state;
        this.hand = hand;
        mapped = new MappedObjects(state.Root);
        Pages = new PagemapReader(state.Paging, state.Budget) { Check = mapped };
        whole = new WholeReading(state.Root, state.SegmentDevices, state.Objects.Devices, state.Cancellation, state.Budget);
        if (state.Names is not null)
        {
            names = new NamedFrames(state.Budget);
            naming = new MappingNaming(state.Names, state.Budget);
        }

        holding = new HeldReader(state, naming);
    }

    /// <summary>Has the frames and swap slots that were read.</summary>
    public PagemapReader Pages { get; }

    /// <summary>What the process that was read last holds beside its pages.</summary>
    public HeldMemory Held { get; private set; } = HeldMemory.None;

    /// <summary>The reading that is shared with other workers; null where this one reads alone.</summary>
    public SharedReading? Shared => shared;

    /// <summary>System calls made to read page maps.</summary>
    public long Calls => Pages.Calls + whole.Calls;

    /// <summary>Says what is read next. From then on it may be given up.</summary>
    /// <param name="next">The process.</param>
    /// <param name="part">The reading of which a part is read; null for a whole process.</param>
    public void Begin(ScanJob next, SharedReading? part = null)
    {
        (shared, job, isUser) = (part, next, part is not null);
        Pages.Names = next.IsNamed ? names : null;
        whole.Space.Naming = next.IsNamed ? naming : null;
        if (naming is not null)
        {
            naming.Owner = next.Process.Uid ?? -1;
        }
    }

    /// <summary>Reads the process, or what of it is not handed on: then <see cref="Shared"/> is set.</summary>
    /// <param name="number">How often the reading has been begun before.</param>
    /// <returns>As <see cref="WholeReading.Read"/>.</returns>
    public (JobOutcome Outcome, int Error) Read(int number) => whole.Read(job!.Process, this, number);

    /// <summary>Reads a part of the shared reading; returns 0 or the error number.</summary>
    public int ReadPart(ReadCursor cursor) => Read(shared!.Attempt, shared.Mappings, cursor);

    /// <summary>Ends a shared reading of which all parts have been read.</summary>
    /// <returns>As <see cref="WholeReading.End"/>.</returns>
    public (JobOutcome Outcome, int Error) End(SharedReading reading) => whole.End(reading.Attempt, reading.Mappings, this, reading.Error);

    /// <summary>Gives up what is being read; returns the process, or null when another worker gave it up before.</summary>
    public ScanJob? GiveUp() => shared is SharedReading reading && !reading.TryGiveUp() ? null : job;

    /// <summary>Leaves the shared reading: the last worker to do so closes the page map.</summary>
    public void Leave()
    {
        if (isUser)
        {
            isUser = false;
            shared!.Attempt.Dispose();
        }
    }

    /// <summary>Forgets the frames and slots that were read.</summary>
    public void Discard() => Pages.Discard();

    public void Dispose()
    {
        Pages.Dispose();
        whole.Dispose();
        names?.Dispose();
    }

    bool IReadingTaker.UseScan => state.UseScan;

    void IReadingTaker.GiveUpScan() => state.GiveUpScan();

    int IReadingTaker.LoadMappings(in MachineFolder place, AddressSpace space, byte[] buffer) => space.Load(place, fromSmaps: false, buffer);

    int IReadingTaker.ReadPages(ReadingAttempt attempt, in MachineFolder place, AddressSpace space)
    {
        SharedObject?[] each = Objects(space.Objects.Count);
        int error = holding.Read(attempt.Process, place, space, each, out HeldMemory held);
        if (error != 0)
        {
            return error;
        }

        Held = held;

        // The listing told how much is resident; it need not be exact, for the reading corrects itself.
        ReadCursor cursor = ReadCursor.Whole(PagemapReader.IsDense(attempt.Process.ResidentPages, space.ReadableSize / state.Paging.PageSize));
        if (!attempt.Scan || !state.Root.ProcessesEnd)
        {
            return Read(attempt, space.Mappings, cursor);
        }

        state.Index.Apply(space, each, attempt.Process.Uid);
        mapped.Begin(place, attempt.Process.Id, each);
        try
        {
            return Read(attempt, space.Mappings, cursor);
        }
        finally
        {
            mapped.End();
        }
    }

    private SharedObject?[] Objects(int count)
    {
        if (objects.Length != count)
        {
            return objects = count == 0 ? [] : new SharedObject?[count];
        }

        Array.Clear(objects);
        return objects;
    }

    /// <summary>Reads from a cursor on, and hands on a part of that whenever another worker is idle.</summary>
    private int Read(ReadingAttempt attempt, ReadOnlySpan<Mapping> mappings, ReadCursor cursor)
    {
        int error = 0;
        while (error == 0 && shared is not { IsGivenUp: true } && cursor.MoveToReadable(mappings))
        {
            hand.ThrowIfOver();
            error = ReadBatch(attempt, mappings, ref cursor);
            if (error == 0 && state.Queue.IsWanted && cursor.TrySplit(mappings, state.Paging.HugeSize, out ReadCursor other))
            {
                hand.ThrowIfOver();
                HandOn(shared ?? Share(attempt), other);
            }
        }

        Pages.EndNames();
        return error;
    }

    private int ReadBatch(ReadingAttempt attempt, ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        if (attempt.Scan)
        {
            return Pages.ReadBatch(attempt.Pagemap, mappings, ref cursor, scan: true);
        }

        ScanJob of = job!;
        long empty = Pages.Entries - Pages.References;
        int error = Pages.ReadBatch(attempt.Pagemap, mappings, ref cursor, scan: false);
        of.AddEmptyPages(Pages.Entries - Pages.References - empty);
        return error == 0 && of.EmptyPages > state.MaxEmptyPages ? EmptySpace.Exceeded : error;
    }

    /// <summary>Makes the reading one that other workers take part in.</summary>
    private SharedReading Share(ReadingAttempt attempt)
    {
        var reading = new SharedReading(job!, attempt, whole.Space.Snapshot(), state.Budget) { Held = Held };
        state.Register(reading);
        attempt.HandOn();
        (shared, isUser) = (reading, true);
        return reading;
    }

    private void HandOn(SharedReading reading, ReadCursor part)
    {
        reading.BeginPart();
        reading.Attempt.Uses.TryEnter();
        if (!state.Queue.Offer(reading, part))
        {
            // The work was ended meanwhile; so nobody looks at what was read.
            reading.Attempt.Dispose();
        }
    }
}
