using System.Numerics;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Frames;

/// <summary>Takes out of chunks what is not RAM.</summary>
internal static unsafe class RamFilter
{
    /// <summary>Removes the frames of a chunk that are not RAM: device memory.</summary>
    public static void RemoveOthers(this RamRanges ram, ref FrameChunk chunk)
    {
        ulong first = (ulong)chunk.Key << FrameChunk.FrameBits;
        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        for (int i = 0; i < length; i++)
        {
            int w = isBitmap ? i : chunk.ListNumbers[i];
            for (ulong rest = words[i]; rest != 0; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                if (!ram.Contains(first + (ulong)((w * 64) + bit)))
                {
                    words[i] &= ~(1UL << bit);
                }
            }
        }
    }
}
