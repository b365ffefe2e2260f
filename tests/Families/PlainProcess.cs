namespace LinuxMem.Families;

/// <summary>What one process maps, as plain sets.</summary>
internal sealed class PlainProcess
{
    /// <summary>The process.</summary>
    public required int Pid { get; init; }

    /// <summary>Frames of RAM, those of System V segments left out.</summary>
    public HashSet<ulong> Frames { get; } = [];

    /// <summary>Of <see cref="Frames"/>, the anonymous ones.</summary>
    public HashSet<ulong> Anonymous { get; } = [];

    /// <summary>Swap slots, type and offset as page maps have them.</summary>
    public HashSet<ulong> Slots { get; } = [];

    /// <summary>Of <see cref="Slots"/>, those of anonymous pages.</summary>
    public HashSet<ulong> AnonymousSlots { get; } = [];

    /// <summary>The mappings, with what was counted of each.</summary>
    public List<PlainMapping> Mappings { get; } = [];

    /// <summary>True when both say the same.</summary>
    public bool Same(PlainProcess other) =>
        Pid == other.Pid && Mappings.SequenceEqual(other.Mappings)
        && Frames.SetEquals(other.Frames) && Anonymous.SetEquals(other.Anonymous)
        && Slots.SetEquals(other.Slots) && AnonymousSlots.SetEquals(other.AnonymousSlots);
}

/// <summary>A line of <c>/proc/PID/maps</c>, and how many entries of its page map are what.</summary>
/// <param name="Range">Its addresses, as the file has them.</param>
/// <param name="IsSegment">True for a System V segment.</param>
/// <param name="OfFile">True where there is an inode: of a file, or of shared memory.</param>
/// <param name="Pages">Pages in memory.</param>
/// <param name="Anonymous">Of those, anonymous ones.</param>
/// <param name="Swapped">Pages in swap.</param>
internal sealed record PlainMapping(string Range, bool IsSegment, bool OfFile, long Pages, long Anonymous, long Swapped);
