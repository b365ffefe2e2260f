using LinuxMem.Engine.Frames;

namespace LinuxMem.Unit.Paging;

/// <summary>Makes frame sets from plain lists of frames, the way a scan does, and plain sets from frame sets.</summary>
internal static class FrameSource
{
    /// <summary>Runs of frames: scattered ones, short runs, long runs, over a few far-apart regions.</summary>
    public static List<(ulong First, int Length)> RandomRuns(Random random, int runs)
    {
        ulong[] regions = [0, 40_000, 1UL << 21, (1UL << 32) + 12345, 1UL << 45];
        var list = new List<(ulong, int)>();
        for (int i = 0; i < runs; i++)
        {
            ulong region = regions[random.Next(regions.Length)];
            int length = random.Next(10) switch { 0 => random.Next(1, 3000), < 4 => random.Next(1, 70), _ => 1 };
            list.Add((region + (ulong)random.Next(100_000), length));
        }

        return list;
    }

    public static unsafe HashSet<ulong> ToPlain(FrameSet set)
    {
        var plain = new HashSet<ulong>();
        foreach (ref FrameChunk chunk in set.Chunks)
        {
            ulong first = (ulong)chunk.Key << FrameChunk.FrameBits;
            if (chunk.IsBitmap)
            {
                for (int i = 0; i < FrameChunk.Frames; i++)
                {
                    if ((chunk.Bitmap[i >> 6] >> (i & 63) & 1) != 0)
                    {
                        Assert.True(plain.Add(first + (ulong)i));
                    }
                }
            }
            else
            {
                for (int i = 0; i < chunk.Count; i++)
                {
                    for (int bit = 0; bit < 64; bit++)
                    {
                        if ((chunk.ListWords[i] >> bit & 1) != 0)
                        {
                            Assert.True(plain.Add(first + ((ulong)chunk.ListNumbers[i] * 64) + (ulong)bit), "a word is there twice");
                        }
                    }
                }
            }
        }

        return plain;
    }

    public static FrameSet FromFrames(IEnumerable<ulong> frames, MemoryBudget budget, FrameArena arena)
    {
        using var collector = new FrameCollector(budget);
        foreach (ulong frame in frames)
        {
            collector.Add(frame, 1, isFile: false);
        }

        var set = new FrameSet(budget);
        collector.AddTo(set, arena);
        return set;
    }
}
