using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>What the workers of one scan share.</summary>
internal sealed class ScanState(Machine root, PagingFacts paging, SegmentDevices segmentDevices, MemoryBudget budget, WorkQueue queue, bool useScan, long mostEmptyPages, CancellationToken cancellation) : IDisposable
{
    private readonly System.Collections.Concurrent.ConcurrentBag<SharedReading> readings = [];
    private int done;
    private volatile bool useScan = useScan;

    public Machine Root { get; } = root;

    public PagingFacts Paging { get; } = paging;

    public SegmentDevices SegmentDevices { get; } = segmentDevices;

    public MemoryBudget Budget { get; } = budget;

    public WorkQueue Queue { get; } = queue;

    /// <summary>Empty pages that are read of one process where there is no scan for holes.</summary>
    public long MostEmptyPages { get; } = mostEmptyPages;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Frames that are not anonymous, of all processes; locked by whoever adds.</summary>
    public FrameSet FileFrames { get; } = new(budget);

    /// <summary>The same of swap slots.</summary>
    public FrameSet FileSlots { get; } = new(budget);

    /// <summary>Whether page maps are read with <c>PAGEMAP_SCAN</c>.</summary>
    public bool UseScan => useScan;

    /// <summary>Processes whose reading has ended.</summary>
    public int Done => Volatile.Read(ref done);

    public void GiveUpScan() => useScan = false;

    /// <summary>Keeps a reading, so that it is closed whatever becomes of the scan.</summary>
    public void Register(SharedReading reading) => readings.Add(reading);

    /// <summary>The SysV segments that processes scanned have attached, each once.</summary>
    public HashSet<AttachedSegment> Segments { get; } = [];

    /// <summary>Adds the segments of a process that has been scanned.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public void AddSegments(AttachedSegment[] attached)
    {
        lock (Segments)
        {
            foreach (AttachedSegment segment in attached)
            {
                if (Segments.Add(segment))
                {
                    Budget.Take(GroupPages.SegmentSize);
                }
            }
        }
    }

    public void CountDone() => Interlocked.Increment(ref done);

    public void Dispose()
    {
        foreach (SharedReading reading in readings)
        {
            reading.Dispose();
        }

        FileFrames.Dispose();
        FileSlots.Dispose();
    }
}
