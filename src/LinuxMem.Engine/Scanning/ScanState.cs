using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>What the workers of one scan share.</summary>
internal sealed class ScanState(Machine root, PagingFacts paging, SegmentDevices segmentDevices, ObjectCatalog objects, bool includeOpenFiles, MemoryBudget budget, WorkQueue queue, bool useScan, long maxEmptyPages, MappingNames? names, bool gathers, CancellationToken cancellation) : IDisposable
{
    private readonly System.Collections.Concurrent.ConcurrentBag<SharedReading> readings = [];
    private int done;
    private volatile bool useScan = useScan;

    public Machine Root { get; } = root;

    public PagingFacts Paging { get; } = paging;

    public SegmentDevices SegmentDevices { get; } = segmentDevices;

    /// <summary>The shared memory objects met.</summary>
    public ObjectCatalog Objects { get; } = objects;

    /// <summary>Whether descriptors are looked at, too.</summary>
    public bool IncludeOpenFiles { get; } = includeOpenFiles;

    /// <summary>Finds what processes have open.</summary>
    public OpenObjects OpenFiles { get; } = new(objects, root);

    public MemoryBudget Budget { get; } = budget;

    public WorkQueue Queue { get; } = queue;

    /// <summary>The names of mappings, where a report is made by them; else null.</summary>
    public MappingNames? Names { get; } = names;

    /// <summary>Whether each worker gathers processes before it adds them to busy groups (<see cref="GatheredPages"/>).</summary>
    public bool Gathers { get; } = gathers;

    /// <summary>Empty pages that are read of one process where there is no scan for holes.</summary>
    public long MaxEmptyPages { get; } = maxEmptyPages;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Frames of files, of all processes; locked by whoever adds.</summary>
    public FrameSet FileFrames { get; } = new(budget);

    /// <summary>Frames of shared memory objects.</summary>
    public FrameSet ObjectFrames { get; } = new(budget);

    /// <summary>The objects that are read by their pages, which sets have in the place of frames until all is read.</summary>
    public ObjectIndex Index { get; } = new(budget);

    /// <summary>Swap slots that are not those of anonymous memory.</summary>
    public FrameSet FileSlots { get; } = new(budget);

    /// <summary>Whether page maps are read with <c>PAGEMAP_SCAN</c>.</summary>
    public bool UseScan => useScan;

    /// <summary>Processes whose reading has ended.</summary>
    public int Done => Volatile.Read(ref done);

    public void GiveUpScan() => useScan = false;

    /// <summary>Keeps a reading, so that it is closed whatever becomes of the scan.</summary>
    public void Register(SharedReading reading) => readings.Add(reading);

    /// <summary>The SysV segments that processes scanned have attached.</summary>
    public SegmentLists Segments { get; } = new(budget);

    public void CountDone() => Interlocked.Increment(ref done);

    public void Dispose()
    {
        foreach (SharedReading reading in readings)
        {
            reading.Dispose();
        }

        Index.Frames.Clear();
        FileFrames.Dispose();
        ObjectFrames.Dispose();
        FileSlots.Dispose();
    }
}
