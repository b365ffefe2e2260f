using LinuxMem.Engine.Frames;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>What the processes of one group map: filled by all workers, each under a lock on the group.</summary>
internal sealed class GroupPages(GroupKey key, MemoryBudget budget) : IDisposable
{
    public GroupKey Key { get; } = key;

    public FrameSet Frames { get; } = new(budget);

    public FrameSet Slots { get; } = new(budget);

    public HashSet<SegmentId> Segments { get; } = [];

    public int Processes { get; set; }

    /// <summary>The ids of the processes, once all is read.</summary>
    public List<int> ProcessIds { get; } = [];

    /// <summary>What it comes to, once all is read.</summary>
    public MemCounts? Counts { get; set; }

    public void Dispose()
    {
        Frames.Dispose();
        Slots.Dispose();
    }
}
