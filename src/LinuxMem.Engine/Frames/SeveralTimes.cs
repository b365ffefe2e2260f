namespace LinuxMem.Engine.Frames;

/// <summary>Finds the frames that two or more of many sets have.</summary>
internal static unsafe class SeveralTimes
{
    /// <summary>Adds them to a set.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="found">Takes them.</param>
    /// <param name="arena">The arena to allocate from.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static void Find(IReadOnlyList<FrameSet> sets, FrameSet found, FrameArena arena, CancellationToken cancellation)
    {
        ChunkIndex index = ChunkIndex.Build(sets);
        ulong* once = stackalloc ulong[FrameChunk.Words];
        ulong* marked = stackalloc ulong[MarkedBitmap.Length];
        ulong* twice = marked + MarkedBitmap.MarkWords;
        for (int i = 0; i < index.Keys.Length; i++)
        {
            ReadOnlySpan<ChunkIndex.Member> members = index.Members(i);
            if (members.Length < 2)
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            new Span<ulong>(once, FrameChunk.Words).Clear();
            new Span<ulong>(marked, MarkedBitmap.Length).Clear();
            foreach (ChunkIndex.Member member in members)
            {
                Add(sets[member.Group].Chunks[member.Chunk], once, twice);
            }

            bool any = false;
            for (int w = 0; w < FrameChunk.Words; w++)
            {
                if (twice[w] != 0)
                {
                    marked[w >> 6] |= 1UL << w;
                    any = true;
                }
            }

            if (any)
            {
                found.AddBitmap(index.Keys[i], marked, arena);
            }
        }
    }

    /// <summary>Adds the frames of a chunk to those met once and those met again.</summary>
    public static void Add(in FrameChunk chunk, ulong* once, ulong* twice)
    {
        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        for (int i = 0; i < length; i++)
        {
            int w = isBitmap ? i : chunk.ListNumbers[i];
            twice[w] |= once[w] & words[i];
            once[w] |= words[i];
        }
    }
}
