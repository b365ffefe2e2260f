using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>What the processes of one group map: filled by all workers, each under a lock on the group.</summary>
internal sealed class GroupPages(GroupKey key, MemoryBudget budget) : IDisposable
{
    /// <summary>What an object takes in <see cref="Objects"/>.</summary>
    private const long BytesPerObject = 48;

    /// <summary>Bytes that a segment takes in a set, about.</summary>
    private const int SegmentSize = 64;

    private readonly StructSet<SegmentId> segments = new();

    public GroupKey Key { get; } = key;

    /// <summary>How many processes are to be read.</summary>
    public int Expected { get; set; }

    /// <summary>True for a group with so many of the processes that threads would wait for one another to add to it.</summary>
    public bool IsBusy { get; set; }

    public FrameSet Frames { get; } = new(budget);

    public FrameSet Slots { get; } = new(budget);

    /// <summary>The SysV segments that its processes have attached, each once.</summary>
    public StructSet<SegmentId> Segments => segments;

    /// <summary>The shared memory objects that its processes hold.</summary>
    public HashSet<SharedObject> Objects { get; } = [];

    /// <summary>Adds objects that a process holds.</summary>
    public void Hold(SharedObject[] objects)
    {
        int before = Objects.Count;
        foreach (SharedObject one in objects)
        {
            Objects.Add(one);
        }

        budget.Take((Objects.Count - before) * BytesPerObject);
    }

    /// <summary>What they map by name, where a report is made by mapping; else null.</summary>
    public NamedPages? Names { get; init; }

    /// <summary>Bytes of page tables; null when they are not known of a process.</summary>
    public long? PageTables { get; set; } = 0;

    public int Processes { get; set; }

    /// <summary>The ids of the processes, once all is read.</summary>
    public List<int> ProcessIds { get; } = [];

    /// <summary>What it comes to, once all is read.</summary>
    public MemCounts? Counts { get; set; }

    /// <summary>Adds the segments of a process.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public void AddSegments(AttachedSegment[] attached)
    {
        foreach (AttachedSegment segment in attached)
        {
            Attach(segment.Id);
        }
    }

    /// <summary>Adds what others of the same group have gathered.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public void Take(GroupPages other, FrameArena arena)
    {
        Frames.AddAll(other.Frames, arena);
        Slots.AddAll(other.Slots, arena);
        Objects.UnionWith(other.Objects);
        foreach (SegmentId segment in other.segments)
        {
            Attach(segment);
        }

        PageTables += other.PageTables;
        Processes += other.Processes;
    }

    /// <summary>Forgets all, and keeps what it needs to be filled again.</summary>
    public void Empty(FrameArena arena)
    {
        Frames.Empty(arena);
        Slots.Empty(arena);
        budget.Return(Objects.Count * BytesPerObject);
        Objects.Clear();
        ClearSegments();
        PageTables = 0;
        Processes = 0;
    }

    /// <summary>Forgets the segments: they are assigned anew.</summary>
    public void ClearSegments()
    {
        budget.Return((long)segments.Count * SegmentSize);
        segments.Clear();
    }

    private void Attach(SegmentId segment)
    {
        if (segments.Add(segment))
        {
            budget.Take(SegmentSize);
        }
    }

    public void Dispose()
    {
        Frames.Dispose();
        budget.Return(Objects.Count * BytesPerObject);
        Slots.Dispose();
        Names?.Dispose();
    }
}
