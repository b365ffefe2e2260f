using LinuxMem.Engine.Frames;

namespace LinuxMem.Engine.Processes;

/// <summary>What a scan counted of one group or process. The figures of <see cref="MemFigures"/> are worked out of it.</summary>
internal sealed class MemCounts
{
    /// <summary>Processes scanned.</summary>
    public required int Processes { get; init; }

    /// <summary>Bytes of a frame and of a swap slot.</summary>
    public required long PageSize { get; init; }

    /// <summary>The frames mapped.</summary>
    public required FrameTotals Frames { get; init; }

    /// <summary>The swap slots referred to.</summary>
    public required FrameTotals Slots { get; init; }

    /// <summary>Bytes of the frames, each divided by the number of groups that map it.</summary>
    public required long ProportionalBytes { get; init; }

    /// <summary>Resident bytes of the SysV segments attached.</summary>
    public required long SegmentBytes { get; init; }

    /// <summary>Of those, the bytes of segments that no other group has attached.</summary>
    public required long UniqueSegmentBytes { get; init; }

    /// <summary>Swapped bytes of the SysV segments attached.</summary>
    public required long SegmentSwap { get; init; }

    /// <summary>The shmids of these segments, in order.</summary>
    public required IReadOnlyList<long> SegmentIds { get; init; }

    /// <summary>The machine's memory in bytes; null where it is not known.</summary>
    public required long? MemTotal { get; init; }
}
