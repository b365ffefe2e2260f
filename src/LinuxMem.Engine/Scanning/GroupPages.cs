using LinuxMem.Engine.Frames;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>What the processes of one group map: filled by all workers, each under a lock on the group.</summary>
internal sealed class GroupPages(GroupKey key, MemoryBudget budget) : IDisposable
{
    /// <summary>What an object takes in <see cref="Objects"/>.</summary>
    private const long BytesPerObject = 48;

    public GroupKey Key { get; } = key;

    public FrameSet Frames { get; } = new(budget);

    public FrameSet Slots { get; } = new(budget);

    /// <summary>SysV segments that are none of <see cref="Objects"/>, because they could not be looked at.</summary>
    public HashSet<SegmentId> Segments { get; } = [];

    /// <summary>The shared memory objects that its processes hold.</summary>
    public HashSet<SharedObject> Objects { get; } = [];

    /// <summary>Adds objects that a process holds.</summary>
    public void Hold(SharedObject[] objects)
    {
        int before = Objects.Count;
        Objects.UnionWith(objects);
        budget.Take((Objects.Count - before) * BytesPerObject);
    }

    /// <summary>Bytes of page tables; null when they are not known of a process.</summary>
    public long? PageTables { get; set; } = 0;

    public int Processes { get; set; }

    /// <summary>What it comes to, once all is read.</summary>
    public MemCounts? Counts { get; set; }

    public void Dispose()
    {
        Frames.Dispose();
        budget.Return(Objects.Count * BytesPerObject);
        Slots.Dispose();
    }
}
