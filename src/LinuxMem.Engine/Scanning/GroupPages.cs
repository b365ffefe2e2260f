using LinuxMem.Engine.Frames;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>What the processes of one group map: filled by all workers, each under a lock on the group.</summary>
internal sealed class GroupPages(GroupKey key, MemoryBudget budget) : IDisposable
{
    /// <summary>Bytes that a segment takes in a set, about.</summary>
    private const int SegmentSize = 64;

    private readonly HashSet<SegmentId> segments = [];

    public GroupKey Key { get; } = key;

    public FrameSet Frames { get; } = new(budget);

    public FrameSet Slots { get; } = new(budget);

    /// <summary>The SysV segments that its processes have attached, each once.</summary>
    public IReadOnlyCollection<SegmentId> Segments => segments;

    public int Processes { get; set; }

    /// <summary>What it comes to, once all is read.</summary>
    public MemCounts? Counts { get; set; }

    /// <summary>Adds the segments of a process.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public void AddSegments(IEnumerable<AttachedSegment> attached)
    {
        foreach (AttachedSegment segment in attached)
        {
            if (segments.Add(segment.Id))
            {
                budget.Take(SegmentSize);
            }
        }
    }

    /// <summary>Forgets the segments: they are assigned anew.</summary>
    public void ClearSegments()
    {
        budget.Return((long)segments.Count * SegmentSize);
        segments.Clear();
    }

    public void Dispose()
    {
        Frames.Dispose();
        Slots.Dispose();
    }
}
