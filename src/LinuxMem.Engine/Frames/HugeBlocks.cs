namespace LinuxMem.Engine.Frames;

/// <summary>The blocks of frames that a set has wholly, as a huge page needs them: neighbours, the first of them at a multiple of their number.</summary>
internal static class HugeBlocks
{
    /// <summary>The first frame of each block.</summary>
    /// <param name="set">The set.</param>
    /// <param name="frames">How many frames a block has: a power of two, from 64 to those of a chunk. Of any other number there are none.</param>
    public static List<ulong> Of(FrameSet set, ulong frames)
    {
        var found = new List<ulong>();
        if (frames is < 64 or > FrameChunk.Frames || !ulong.IsPow2(frames))
        {
            return found;
        }

        int words = (int)(frames / 64);
        int[] full = new int[FrameChunk.Words / words];
        foreach (ref FrameChunk chunk in set.Chunks)
        {
            Array.Clear(full);
            int length = chunk.IsBitmap ? FrameChunk.Words : chunk.Count;
            for (int i = 0; i < length; i++)
            {
                full[chunk.NumberAt(i) / words] += chunk.WordAt(i) == ulong.MaxValue ? 1 : 0;
            }

            for (int block = 0; block < full.Length; block++)
            {
                if (full[block] == words)
                {
                    found.Add(((ulong)chunk.Key << FrameChunk.FrameBits) + ((ulong)block * frames));
                }
            }
        }

        return found;
    }
}
