namespace LinuxMem.Unit.Staging;

/// <summary>What one process maps, as plain sets.</summary>
internal sealed class ProcessPages
{
    /// <summary>The process.</summary>
    public required int Pid { get; init; }

    /// <summary>Types of swap entries below this are swap areas.</summary>
    public ulong SwapAreas { get; init; }

    /// <summary>Frames of RAM, those of System V segments left out.</summary>
    public HashSet<ulong> Frames { get; } = [];

    /// <summary>Of <see cref="Frames"/>, the anonymous ones.</summary>
    public HashSet<ulong> Anonymous { get; } = [];

    /// <summary>Swap slots, type and offset as pagemap has them.</summary>
    public HashSet<ulong> Slots { get; } = [];

    /// <summary>Of <see cref="Slots"/>, those of anonymous pages.</summary>
    public HashSet<ulong> AnonymousSlots { get; } = [];

    /// <summary>Per System V segment attached (by id) the frames mapped of it.</summary>
    public Dictionary<long, HashSet<ulong>> Segments { get; } = [];

    /// <summary>Those of <see cref="Segments"/> that are of huge pages.</summary>
    public HashSet<long> HugeSegments { get; } = [];

    /// <summary>Entries with a frame that is no memory of the process: the zero page, the kernel's own data, a device.</summary>
    public int Strangers { get; set; }

    /// <summary>Entries whose frame had come up before in the process.</summary>
    public int Repeated { get; set; }

    /// <summary>The mappings, where they were asked for, in the order of their addresses.</summary>
    public List<MappedPages> Mapped { get; } = [];

    /// <summary>The mapping that is being counted.</summary>
    public MappedPages? Current { get; set; }

    /// <summary>True when both say the same.</summary>
    public bool Same(ProcessPages other) =>
        Pid == other.Pid
        && Strangers == other.Strangers
        && Repeated == other.Repeated
        && Frames.SetEquals(other.Frames)
        && Anonymous.SetEquals(other.Anonymous)
        && Slots.SetEquals(other.Slots)
        && AnonymousSlots.SetEquals(other.AnonymousSlots)
        && Segments.Count == other.Segments.Count
        && Segments.All(s => other.Segments.TryGetValue(s.Key, out HashSet<ulong>? frames) && frames.SetEquals(s.Value));
}
