using System.Numerics;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Frames;

/// <summary>A bitmap of a chunk behind its marks (<see cref="FrameSet.MarkedWords"/>), of which only marked words are touched.</summary>
internal static unsafe class MarkedBitmap
{
    private const int MarkWords = FrameSet.MarkWords;

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
