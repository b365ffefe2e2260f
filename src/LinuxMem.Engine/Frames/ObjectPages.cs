using System.Numerics;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// The frames of the pages of one shared memory object, by their places in it. A frame that is known stays so: a page that is
/// moved while a scan reads is counted as the one page that it is. Safe for several threads.
/// </summary>
internal sealed class ObjectPages(IndexedFrames all)
{
    private readonly SharedTable<NumberKey, IndexedFrames.Chunk> chunks = new();

    /// <summary>True when nothing is known of some pages, so that all of them have to be read.</summary>
    public bool IsUnknown(ulong first, ulong count)
    {
        for (ulong at = first; at < first + count;)
        {
            int n = Run(at, first + count, out _, out bool isKnown);
            if (isKnown)
            {
                return false;
            }

            at += (ulong)n;
        }

        return true;
    }

    /// <summary>How many pages from one on, all in one chunk, are known, or are not.</summary>
    /// <param name="first">The first page.</param>
    /// <param name="end">Where to end, exclusive.</param>
    /// <param name="chunk">The chunk; null where nothing of it is known.</param>
    /// <param name="isKnown">Whether they are known.</param>
    public int Run(ulong first, ulong end, out IndexedFrames.Chunk? chunk, out bool isKnown)
    {
        int low = (int)(first & (FrameChunk.Frames - 1));
        int stop = (int)Math.Min((ulong)FrameChunk.Frames, (ulong)low + (end - first));
        isKnown = false;
        if (!chunks.TryGetValue(first >> FrameChunk.FrameBits, out chunk))
        {
            return stop - low;
        }

        isKnown = (Volatile.Read(ref chunk.Known[low >> 6]) >> low & 1) != 0;
        int at = low;
        while (at < stop)
        {
            // Ones where a page is not as the first one.
            ulong word = Volatile.Read(ref chunk.Known[at >> 6]);
            ulong others = (isKnown ? ~word : word) >> at;
            if (others != 0)
            {
                at += BitOperations.TrailingZeroCount(others);
                break;
            }

            at = (at | 63) + 1;
        }

        return Math.Min(at, stop) - low;
    }

    /// <summary>Takes the frames of pages from entries of a page map.</summary>
    /// <param name="entries">The entries; those without a frame of the object tell nothing.</param>
    /// <param name="first">The place of the first page.</param>
    public void Record(ReadOnlySpan<ulong> entries, ulong first)
    {
        while (!entries.IsEmpty)
        {
            int low = (int)(first & (FrameChunk.Frames - 1));
            int n = Math.Min(entries.Length, FrameChunk.Frames - low);
            if (ChunkOf(first >> FrameChunk.FrameBits) is IndexedFrames.Chunk chunk)
            {
                Record(chunk, entries[..n], low);
            }

            entries = entries[n..];
            first += (ulong)n;
        }
    }

    private static void Record(IndexedFrames.Chunk chunk, ReadOnlySpan<ulong> entries, int low)
    {
        for (int i = 0; i < entries.Length;)
        {
            int w = (low + i) >> 6;
            int end = Math.Min(entries.Length, ((w + 1) * 64) - low);
            ulong known = Volatile.Read(ref chunk.Known[w]);
            ulong fresh = 0;
            Span<uint> frames = chunk.TryMakeFramesOf(w);
            if (frames.IsEmpty)
            {
                return;
            }

            for (; i < end; i++)
            {
                ulong entry = entries[i];
                ulong frame = entry & PagemapEntry.FrameMask;
                ulong bit = 1UL << (low + i);
                if ((entry & (PagemapEntry.Present | PagemapEntry.File)) == (PagemapEntry.Present | PagemapEntry.File)
                    && frame <= uint.MaxValue && (known & bit) == 0)
                {
                    frames[(low + i) & 63] = (uint)frame;
                    fresh |= bit;
                }
            }

            if (fresh != 0)
            {
                Interlocked.Or(ref chunk.Known[w], fresh);
            }
        }
    }

    private IndexedFrames.Chunk? ChunkOf(ulong number)
    {
        if (chunks.TryGetValue(number, out IndexedFrames.Chunk? chunk) || all.TryAdd() is not IndexedFrames.Chunk made)
        {
            return chunk;
        }

        chunk = chunks.GetOrAdd(number, made);
        if (chunk != made)
        {
            all.Drop(made);
        }

        return chunk;
    }
}
