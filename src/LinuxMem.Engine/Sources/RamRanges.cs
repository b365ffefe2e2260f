using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>Which frames are memory, and not a device's.</summary>
internal sealed class RamRanges
{
    private readonly Frames[] ranges;

    /// <summary>Nothing known: every frame counts as memory.</summary>
    public static RamRanges Unknown { get; } = new([], 1);

    /// <summary>Takes the ranges in.</summary>
    /// <param name="bytes">Ranges of physical addresses by address; none when they are not known.</param>
    /// <param name="pageSize">The size of a page in bytes.</param>
    public RamRanges(IEnumerable<AddressRange> bytes, ulong pageSize)
    {
        // The kernel does not use a frame that lies only partly in a range.
        var whole = new StructList<Frames>();
        foreach (AddressRange range in bytes)
        {
            var frames = new Frames((range.Start + pageSize - 1) / pageSize, range.End / pageSize);
            if (frames.Start < frames.End)
            {
                whole.Add(frames);
            }
        }

        ranges = whole.ToArray();
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
        foreach (Frames range in ranges)
        {
            if (range.Start <= next && range.End > next)
            {
                next = range.End;
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

        foreach (Frames range in ranges)
        {
            if (frame >= range.Start && frame < range.End)
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Frames(ulong Start, ulong End);
}
