using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// Counts how many groups have each frame of one chunk, 64 frames at once: plane b has bit b of the count of every frame.
/// </summary>
internal sealed unsafe class BitPlanes : IDisposable
{
    private readonly ulong* planes;

    /// <summary>A bit for each word of the chunk in which any group has a frame; the other words are skipped.</summary>
    private readonly ulong[] touched = new ulong[MarkedBitmap.MarkWords];

    /// <param name="groups">The highest count there can be.</param>
    public BitPlanes(int groups)
    {
        planes = (ulong*)NativeMemory.AllocZeroed((nuint)(PlanesFor(Math.Max(1, groups)) * FrameChunk.Words * sizeof(ulong)));
        Classes = (CountClass*)NativeMemory.Alloc((nuint)(FrameChunk.Frames * sizeof(CountClass)));
        Starts = (int*)NativeMemory.Alloc(FrameChunk.Words * sizeof(int));
        Ends = (int*)NativeMemory.Alloc(FrameChunk.Words * sizeof(int));
    }

    /// <summary>The different counts in each word, and which of its frames have them: see <see cref="Sort"/>.</summary>
    public CountClass* Classes { get; }

    /// <summary>For each word that any group has frames in, where its <see cref="Classes"/> begin.</summary>
    public int* Starts { get; }

    /// <summary>Where they end.</summary>
    public int* Ends { get; }

    /// <summary>Adds one to the count of every frame that a group has in the chunk: a ripple-carry addition across the planes.</summary>
    public void Add(in FrameChunk chunk)
    {
        if (chunk.IsBitmap)
        {
            ulong* bitmap = chunk.Bitmap;
            for (int w = 0; w < FrameChunk.Words; w++)
            {
                Add(w, bitmap[w]);
            }

            for (int i = 0; i < touched.Length; i++)
            {
                touched[i] = ulong.MaxValue;
            }
            return;
        }

        ushort* numbers = chunk.ListNumbers;
        ulong* words = chunk.ListWords;
        int length = chunk.Count;
        for (int i = 0; i < length; i++)
        {
            int w = numbers[i];
            Add(w, words[i]);
            touched[w >> 6] |= 1UL << w;
        }
    }

    /// <summary>Sorts the frames of every word by their count, into <see cref="Classes"/>.</summary>
    /// <param name="groups">How many groups were added.</param>
    /// <returns>How many frames any group has.</returns>
    public long Sort(int groups)
    {
        int planeCount = PlanesFor(groups);
        long distinct = 0;
        int n = 0;
        for (int m = 0; m < touched.Length; m++)
        {
            for (ulong rest = touched[m]; rest != 0; rest &= rest - 1)
            {
                int w = (m * 64) + BitOperations.TrailingZeroCount(rest);
                Starts[w] = n;
                n = SortWord(w, planeCount, n, ref distinct);
                Ends[w] = n;
            }
        }

        return distinct;
    }

    /// <summary>Sets all counts to zero, for the next chunk.</summary>
    /// <param name="groups">How many groups were added.</param>
    public void Clear(int groups)
    {
        int planeCount = PlanesFor(groups);
        for (int m = 0; m < touched.Length; m++)
        {
            for (ulong rest = touched[m]; rest != 0; rest &= rest - 1)
            {
                ulong* plane = planes + (m * 64) + BitOperations.TrailingZeroCount(rest);
                for (int b = 0; b < planeCount; b++)
                {
                    plane[b * FrameChunk.Words] = 0;
                }
            }

            touched[m] = 0;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(planes);
        NativeMemory.Free(Classes);
        NativeMemory.Free(Starts);
        NativeMemory.Free(Ends);
    }

    /// <summary>How many planes hold counts up to <paramref name="most"/>.</summary>
    private static int PlanesFor(int most)
    {
        int planes = 1;
        while (most >> planes != 0)
        {
            planes++;
        }

        return planes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(int word, ulong carry)
    {
        for (ulong* plane = planes + word; carry != 0; plane += FrameChunk.Words)
        {
            ulong both = *plane & carry;
            *plane ^= carry;
            carry = both;
        }
    }

    private int SortWord(int w, int planeCount, int n, ref long distinct)
    {
        ulong any = 0;
        for (int b = 0; b < planeCount; b++)
        {
            any |= planes[(b * FrameChunk.Words) + w];
        }

        distinct += BitOperations.PopCount(any);
        while (any != 0)
        {
            // All frames with the same count as the lowest remaining one.
            int bit = BitOperations.TrailingZeroCount(any);
            ulong same = any;
            int count = 0;
            for (int b = 0; b < planeCount; b++)
            {
                ulong plane = planes[(b * FrameChunk.Words) + w];
                if ((plane >> bit & 1) != 0)
                {
                    count |= 1 << b;
                    same &= plane;
                }
                else
                {
                    same &= ~plane;
                }
            }

            Classes[n++] = new CountClass { Frames = same, Count = count };
            any &= ~same;
        }

        return n;
    }

    /// <summary>Frames of one word that equally many groups have.</summary>
    internal struct CountClass
    {
        /// <summary>A bit for each frame.</summary>
        public ulong Frames;

        /// <summary>How many groups have them.</summary>
        public int Count;
    }
}
