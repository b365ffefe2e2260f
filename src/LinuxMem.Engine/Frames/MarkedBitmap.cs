using System.Numerics;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// A bitmap of a chunk with a mark for each of its words, so that only words in use are touched. The marks come first; a word
/// whose mark is clear counts as empty.
/// </summary>
internal static unsafe class MarkedBitmap
{
    /// <summary>64-bit words of the marks.</summary>
    public const int MarkWords = FrameChunk.Words / 64;

    /// <summary>64-bit words of marks and bitmap together.</summary>
    public const int Length = MarkWords + FrameChunk.Words;

    /// <summary>Sets consecutive bits.</summary>
    public static void SetRun(ulong* marks, int low, int length)
    {
        ulong* words = marks + MarkWords;
        int end = low + length;
        while (low < end)
        {
            int w = low >> 6;
            int bit = low & 63;
            int n = Math.Min(end - low, 64 - bit);
            words[w] |= (ulong.MaxValue >> (64 - n)) << bit;
            marks[w >> 6] |= 1UL << w;
            low += n;
        }
    }

    /// <summary>Adds the bits of one to another.</summary>
    public static void Add(ulong* marks, ulong* target)
    {
        for (int m = 0; m < MarkWords; m++)
        {
            ulong* words = marks + MarkWords + (m * 64);
            ulong* targets = target + MarkWords + (m * 64);
            for (ulong rest = marks[m]; rest != 0; rest &= rest - 1)
            {
                int w = BitOperations.TrailingZeroCount(rest);
                targets[w] |= words[w];
            }

            target[m] |= marks[m];
        }
    }

    /// <summary>Clears marks and words.</summary>
    public static void Clear(ulong* marks)
    {
        for (int m = 0; m < MarkWords; m++)
        {
            ulong* words = marks + MarkWords + (m * 64);
            if (marks[m] == ulong.MaxValue)
            {
                NativeMemory.Clear(words, 64 * sizeof(ulong));
            }
            else
            {
                for (ulong rest = marks[m]; rest != 0; rest &= rest - 1)
                {
                    words[BitOperations.TrailingZeroCount(rest)] = 0;
                }
            }

            marks[m] = 0;
        }
    }
}
