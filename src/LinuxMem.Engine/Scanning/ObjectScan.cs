using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>Finds all shared memory objects that processes hold, by whom, and how much of each page tables map.</summary>
internal sealed class ObjectScan : IDisposable
{
    private readonly MemoryBudget budget;
    private readonly Kpageflags flags;
    private readonly FrameArena arena;
    private readonly Dictionary<SharedObject, Holding> holdings = [];
    private readonly List<(MemProcess Process, string Reason)> unreadable = [];

    private ObjectScan(Machine root, long memoryLimit)
    {
        budget = new MemoryBudget(memoryLimit);
        flags = new Kpageflags(root);
        arena = new FrameArena(budget);
        SegmentDevices segments = root.FindSegmentDevices();
        Catalog = new ObjectCatalog(root, root.FindMemoryDevices(segments), budget);
        Segments = segments;
    }

    /// <summary>The objects.</summary>
    public ObjectCatalog Catalog { get; }

    /// <summary>Who holds which.</summary>
    public IReadOnlyDictionary<SharedObject, Holding> Holdings => holdings;

    /// <summary>Processes that could not be read.</summary>
    public IReadOnlyList<(MemProcess Process, string Reason)> Unreadable => unreadable;

    private SegmentDevices Segments { get; }

    /// <summary>Reads the mappings of all processes, and what page tables map of shared memory.</summary>
    /// <param name="table">The processes.</param>
    /// <param name="zero">The zero page; null where frames may not be seen, so that nothing is known of page tables.</param>
    /// <param name="openFiles">Whether descriptors are looked at.</param>
    /// <param name="method">How to tell memory from swap.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="memoryLimit">Bytes that it may take.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ObjectScan Run(ProcessTable table, ZeroPagePfns? zero, bool openFiles, ResidenceMethod method, int threads, long memoryLimit, CancellationToken cancellation)
    {
        var scan = new ObjectScan(table.Root, memoryLimit);
        try
        {
            scan.Read(table, zero, openFiles, threads, cancellation);
            scan.Catalog.Measure(method, threads, cancellation);
            return scan;
        }
        catch
        {
            scan.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Holding holding in holdings.Values)
        {
            holding.Frames?.Dispose();
        }

        arena.Dispose();
        flags.Dispose();
    }

    private void Read(ProcessTable table, ZeroPagePfns? zero, bool openFiles, int threads, CancellationToken cancellation)
    {
        Machine root = table.Root;
        if (!Catalog.IsKnown)
        {
            return;
        }

        var facts = new PagingFacts(root.PageSize, root.SmallestHugeEntry, root.ProcessesEnd, zero ?? ZeroPagePfns.None, flags, new Lazy<ulong>(() => root.SwapAreas));
        var open = openFiles ? new OpenObjects(Catalog, root) : null;
        bool useScan = root.CanScanPagemaps();
        IReadOnlyList<MemProcess> silent = [.. table.Processes.Where(process => process.Unread is not null)];
        MemProcess[] answering = [.. table.Processes.Where(process => process.Unread is null)];
        unreadable.AddRange(silent.Select(process => (process, process.Unread!)));
        if (answering.Length > 0)
        {
            new Inquiry<ObjectReader?>(answering.Length, Ask, Take, Silent).Run(OwnThread.Observe, table.Patience, Math.Clamp(answering.Length / 8, 1, threads), cancellation);
        }

        ObjectReader? Ask(int i, Inquiry<ObjectReader?>.Question question)
        {
            if (!question.MayAsk(answering[i].Respondent))
            {
                return null;
            }

            ObjectReader reader = question.Tool(() => new ObjectReader(new ObjectTaker(this, facts, open, zero is not null, useScan), new WholeReading(root, Segments, Catalog.Devices, cancellation, budget)));
            reader.Read(answering[i]);
            return reader;
        }

        void Take(int i, ObjectReader? reader)
        {
            lock (holdings)
            {
                if (reader!.Outcome == JobOutcome.Scanned)
                {
                    reader.Taker.Commit(answering[i]);
                }
                else if (reader.Outcome == JobOutcome.Unreadable)
                {
                    unreadable.Add((answering[i], UnreadableReason.Describe(reader.Error)));
                }
            }
        }

        void Silent(int i, string why)
        {
            lock (holdings)
            {
                answering[i].Silence(why);
                unreadable.Add((answering[i], why));
            }
        }
    }

    /// <summary>Who holds an object.</summary>
    internal sealed class Holding
    {
        /// <summary>By mapping.</summary>
        public List<int> Mapping { get; } = [];

        /// <summary>By descriptor alone.</summary>
        public List<int> Open { get; } = [];

        /// <summary>The frames that page tables map of it; null where they may not be seen.</summary>
        public FrameSet? Frames { get; set; }
    }

    /// <summary>What one thread reads with, and how its last reading ended.</summary>
    private sealed class ObjectReader(ObjectTaker taker, WholeReading whole) : IDisposable
    {
        public ObjectTaker Taker => taker;

        public JobOutcome Outcome { get; private set; }

        public int Error { get; private set; }

        public void Read(MemProcess process) => (Outcome, Error) = whole.Read(process, taker);

        public void Dispose()
        {
            whole.Dispose();
            taker.Dispose();
        }
    }

    /// <summary>Reads of a process only what is shared memory; for one thread.</summary>
    private sealed class ObjectTaker(ObjectScan scan, PagingFacts facts, OpenObjects? open, bool seesFrames, bool useScan) : IReadingTaker, IDisposable
    {
        private readonly PagemapReader reader = new(facts, scan.budget);
        private readonly StructSet<NumberKey> loose = new();
        private readonly FrameArena ownArena = new(scan.budget);
        private readonly List<(SharedObject Object, FrameSet? Frames)> mapped = [];
        private readonly List<List<Mapping>> mappings = [];
        private SharedObject[] opened = [];
        private bool useScan = useScan;

        public bool UseScan => useScan;

        public void GiveUpScan() => useScan = false;

        public int LoadMappings(in MachineFolder place, AddressSpace space, byte[] buffer) => space.Load(place, fromSmaps: false, buffer);

        public int ReadPages(ReadingAttempt attempt, in MachineFolder place, AddressSpace space)
        {
            Discard();
            opened = open?.Sight(attempt.Process, place) ?? [];
            if (seesFrames)
            {
                Divide(space);
            }

            for (int i = 0; i < space.Objects.Count; i++)
            {
                if (scan.Catalog.Sight(attempt.Process, place, space.Objects[i]) is SharedObject one)
                {
                    FrameSet? frames = seesFrames ? new FrameSet(scan.budget) : null;
                    mapped.Add((one, frames));
                    int error = frames is null ? 0 : Read(attempt, [.. mappings[i]], frames);
                    if (error != 0)
                    {
                        return error;
                    }
                }
            }

            return 0;
        }

        public void Discard()
        {
            mapped.ForEach(one => one.Frames?.Clear(ownArena));
            mapped.Clear();
            reader.Frames.Clear();
            reader.Slots.Clear();
        }

        /// <summary>Adds what was read; the caller holds the lock.</summary>
        public void Commit(MemProcess process)
        {
            // A segment may be attached several times.
            HashSet<SharedObject> known = [];
            foreach ((SharedObject one, FrameSet? frames) in mapped)
            {
                Holding holding = HoldingOf(one);
                if (known.Add(one))
                {
                    holding.Mapping.Add(process.Id);
                }

                if (frames is not null)
                {
                    holding.Frames ??= new FrameSet(scan.budget);
                    holding.Frames.AddAll(frames, scan.arena);
                }
            }

            foreach (SharedObject one in opened.Where(one => !known.Contains(one)))
            {
                HoldingOf(one).Open.Add(process.Id);
            }

            Discard();
        }

        public void Dispose()
        {
            Discard();
            reader.Dispose();
            ownArena.Dispose();
        }

        private Holding HoldingOf(SharedObject one)
        {
            if (!scan.holdings.TryGetValue(one, out Holding? holding))
            {
                scan.holdings[one] = holding = new Holding();
            }

            return holding;
        }

        /// <summary>Divides the mappings by their objects.</summary>
        private void Divide(AddressSpace space)
        {
            mappings.Clear();
            for (int i = 0; i < space.Objects.Count; i++)
            {
                mappings.Add(new List<Mapping>(1));
            }

            foreach (ref readonly Mapping mapping in space.Mappings)
            {
                if (mapping.Object > 0)
                {
                    mappings[mapping.Object - 1].Add(mapping with { Kind = MappingKind.SharedObject });
                }
            }
        }

        private int Read(ReadingAttempt attempt, Mapping[] all, FrameSet frames)
        {
            ReadCursor cursor = ReadCursor.Whole(isDense: false);
            while (cursor.MoveToReadable(all))
            {
                int error = reader.ReadBatch(attempt.Pagemap, all, ref cursor, attempt.Scan);
                if (error != 0)
                {
                    return error;
                }
            }

            reader.Frames.AddObjectsTo(frames, ownArena);
            reader.Frames.Clear();
            return 0;
        }
    }
}
