using System.Numerics;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// Frames that a snapshot must keep the <c>/proc/kpageflags</c> of, because the pagemap entry alone does not tell
/// whether they count. Usually few; at most two bits per frame.
/// </summary>
internal sealed class DoubtfulFrames
{
    private const int Words = FrameChunk.Frames / 64;
    private readonly SortedDictionary<ulong, ulong[]> chunks = [];

    /// <summary>Records that a frame has a flag.</summary>
    /// <param name="frame">The PFN.</param>
    /// <param name="flag"><see cref="Kpageflags.Anonymous"/> or <see cref="Kpageflags.ZeroPage"/>.</param>
    public void Add(ulong frame, ulong flag)
    {
        if (!chunks.TryGetValue(frame >> FrameChunk.FrameBits, out ulong[]? bits))
        {
            chunks[frame >> FrameChunk.FrameBits] = bits = new ulong[2 * Words];
        }

        int low = (int)(frame % FrameChunk.Frames);
        bits[(flag == Kpageflags.ZeroPage ? Words : 0) + (low / 64)] |= 1UL << (low % 64);
    }

    /// <summary>Adds all to others, and forgets them.</summary>
    public void MoveTo(DoubtfulFrames all)
    {
        foreach ((ulong key, ulong[] bits) in chunks)
        {
            if (!all.chunks.TryGetValue(key, out ulong[]? others))
            {
                all.chunks[key] = bits;
                continue;
            }

            for (int w = 0; w < others.Length; w++)
            {
                others[w] |= bits[w];
            }
        }

        chunks.Clear();
    }

    /// <summary>Writes the flags in the format of a recorded pagemap, indexed by PFN instead of by page.</summary>
    public void WriteTo(PageRunWriter writer)
    {
        writer.Begin();
        foreach ((ulong key, ulong[] bits) in chunks)
        {
            for (int w = 0; w < Words; w++)
            {
                for (ulong rest = bits[w] | bits[Words + w]; rest != 0; rest &= rest - 1)
                {
                    int bit = BitOperations.TrailingZeroCount(rest);
                    ulong flags = ((bits[w] >> bit) & 1) * Kpageflags.Anonymous | ((bits[Words + w] >> bit) & 1) * Kpageflags.ZeroPage;
                    writer.Append((key << FrameChunk.FrameBits) + (ulong)((w * 64) + bit), flags);
                }
            }
        }

        writer.End();
    }
}
