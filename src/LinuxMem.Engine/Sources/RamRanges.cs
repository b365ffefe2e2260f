using LinuxMem.Engine.Frames;

namespace LinuxMem.Engine.Sources;

/// <summary>Which frames are memory, and not a device's.</summary>
internal sealed class RamRanges
{
    private readonly (ulong Start, ulong End)[] ranges;

    /// <summary>Nothing known: every frame counts as memory.</summary>
    public static RamRanges Unknown { get; } = new([], 1);

    /// <summary>Takes the ranges in.</summary>
    /// <param name="bytes">Ranges of physical addresses by address; none when they are not known.</param>
    /// <param name="pageSize">The size of a page in bytes.</param>
    public RamRanges(IEnumerable<(ulong Start, ulong End)> bytes, ulong pageSize)
    {
        // The kernel does not use a frame that lies only partly in a range.
        ranges = bytes
            .Select(range => (Start: (range.Start + pageSize - 1) / pageSize, End: range.End / pageSize))
            .Where(range => range.Start < range.End)
            .ToArray();
    }

    /// <summary>True when all frames of a chunk are memory, or when nothing is known.</summary>
    public bool CoversChunk(long key)
    {
        if (ranges.Length == 0)
        {
            return true;
        }

        ulong next = (ulong)key << FrameChunk.FrameBits;
        ulong end = next + FrameChunk.Frames;
        foreach ((ulong start, ulong stop) in ranges)
        {
            if (start <= next && stop > next)
            {
                next = stop;
                if (next >= end)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>True when the frame is memory, or when nothing is known.</summary>
    public bool Contains(ulong frame)
    {
        if (ranges.Length == 0)
        {
            return true;
        }

        foreach ((ulong start, ulong stop) in ranges)
        {
            if (frame >= start && frame < stop)
            {
                return true;
            }
        }

        return false;
    }
}
