using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Frames;

/// <summary>Counts, for one thread, the frames of chunk after chunk for all groups.</summary>
internal sealed unsafe class ChunkCounter : IDisposable
{
    private readonly IReadOnlyList<FrameSet> groups;
    private readonly RamRanges ram;
    private readonly ChunkBitmap files;
    private readonly ChunkBitmap shared;

    /// <summary>The frames that are never unique; null for none.</summary>
    private readonly ChunkBitmap? elsewhere;

    /// <summary>At index n (from 2), 2^64 / n: a group's share of a frame that n groups map.</summary>
    private readonly ulong[] shares;

    private readonly ulong* planes;

    /// <summary>For each word of the chunk: the distinct counts in it, and which frames have each count.</summary>
    private readonly CountClass* classes;

    private readonly int* classStarts;
    private readonly int* classEnds;

    /// <summary>A bit for each word of the chunk in which any group has a frame; the other words are skipped.</summary>
    private readonly ulong[] touched = new ulong[MarkedBitmap.MarkWords];

    public ChunkCounter(IReadOnlyList<FrameSet> groups, FrameSet files, FrameSet shared, FrameSet? elsewhere, RamRanges ram)
    {
        this.groups = groups;
        this.elsewhere = elsewhere is null ? null : new ChunkBitmap(elsewhere);
        this.files = new ChunkBitmap(files);
        this.shared = new ChunkBitmap(shared);
        this.ram = ram;
        Totals = new FrameTotals[groups.Count];
        shares = new ulong[groups.Count + 1];
        for (int n = 2; n <= groups.Count; n++)
        {
            shares[n] = (ulong)((UInt128.One << 64) / (uint)n);
        }

        int planeCount = PlanesFor(Math.Max(1, groups.Count));
        planes = (ulong*)NativeMemory.AllocZeroed((nuint)(planeCount * FrameChunk.Words * sizeof(ulong)));
        classes = (CountClass*)NativeMemory.Alloc((nuint)(FrameChunk.Frames * sizeof(CountClass)));
        classStarts = (int*)NativeMemory.Alloc(FrameChunk.Words * sizeof(int));
        classEnds = (int*)NativeMemory.Alloc(FrameChunk.Words * sizeof(int));
    }

    /// <summary>The totals of each group over the chunks counted so far.</summary>
    public FrameTotals[] Totals { get; }

    /// <summary>The number of distinct frames in the chunks counted so far.</summary>
    public long Distinct { get; private set; }

    /// <summary>Counts the frames of one chunk.</summary>
    /// <param name="key">The chunk's key.</param>
    /// <param name="members">The groups that have frames in it.</param>
    public void Count(long key, ReadOnlySpan<ChunkIndex.Member> members)
    {
        if (!ram.CoversChunk(key))
        {
            foreach (ChunkIndex.Member member in members)
            {
                ram.RemoveOthers(ref groups[member.Group].Chunks[member.Chunk]);
            }
        }

        files.Load(key);
        shared.Load(key);
        elsewhere?.Load(key);
        if (members.Length == 1)
        {
            CountAlone(members[0]);
        }
        else
        {
            CountShared(members);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(planes);
        files.Dispose();
        shared.Dispose();
        elsewhere?.Dispose();
        NativeMemory.Free(classes);
        NativeMemory.Free(classStarts);
        NativeMemory.Free(classEnds);
    }

    private void CountAlone(ChunkIndex.Member member)
    {
        ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
        int n = chunk.Population();
        ref FrameTotals totals = ref Totals[member.Group];
        totals.Frames += n;
        totals.Unique += n;
        long anonymous = AddClasses(chunk, n, ref totals);
        totals.UniqueAnonymous += anonymous;
        Distinct += n;
        if (elsewhere is { IsEmpty: false })
        {
            AddElsewhere(chunk, ref totals);
        }
    }

    /// <summary>Takes out of what one group alone has what is mapped elsewhere, too.</summary>
    private void AddElsewhere(in FrameChunk chunk, ref FrameTotals totals)
    {
        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        for (int i = 0; i < length; i++)
        {
            int w = isBitmap ? i : chunk.ListNumbers[i];
            AddElsewhere(words[i], w, ref totals);
        }
    }

    private void AddElsewhere(ulong frames, int w, ref FrameTotals totals)
    {
        ulong there = frames & elsewhere!.Words[w];
        totals.Elsewhere += BitOperations.PopCount(there);
        totals.UniqueAnonymous -= BitOperations.PopCount(there & ~(files.Words[w] | shared.Words[w]));
    }

    /// <summary>How many bit planes hold counts up to <paramref name="most"/>.</summary>
    private static int PlanesFor(int most)
    {
        int planes = 1;
        while (most >> planes != 0)
        {
            planes++;
        }

        return planes;
    }

    private void CountShared(ReadOnlySpan<ChunkIndex.Member> members)
    {
        int planeCount = PlanesFor(members.Length);
        foreach (ChunkIndex.Member member in members)
        {
            AddToPlanes(groups[member.Group].Chunks[member.Chunk]);
        }

        Classify(planeCount);
        foreach (ChunkIndex.Member member in members)
        {
            ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
            ref FrameTotals totals = ref Totals[member.Group];
            int n = chunk.Population();
            totals.Frames += n;
            AddClasses(chunk, n, ref totals);
            Share(chunk, ref totals);
        }

        ClearPlanes(planeCount);
    }

    /// <summary>
    /// Adds one to the count of every frame in a chunk: a ripple-carry addition across the bit planes.
    /// </summary>
    private void AddToPlanes(in FrameChunk chunk)
    {
        if (chunk.IsBitmap)
        {
            ulong* bitmap = chunk.Bitmap;
            for (int w = 0; w < FrameChunk.Words; w++)
            {
                AddToPlanes(w, bitmap[w]);
            }

            Array.Fill(touched, ulong.MaxValue);
            return;
        }

        ushort* numbers = chunk.ListNumbers;
        ulong* words = chunk.ListWords;
        int length = chunk.Count;
        for (int i = 0; i < length; i++)
        {
            int w = numbers[i];
            AddToPlanes(w, words[i]);
            touched[w >> 6] |= 1UL << w;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddToPlanes(int word, ulong carry)
    {
        for (ulong* plane = planes + word; carry != 0; plane += FrameChunk.Words)
        {
            ulong both = *plane & carry;
            *plane ^= carry;
            carry = both;
        }
    }

    private void ClearPlanes(int planeCount)
    {
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

    /// <summary>Sorts the frames of every word by their count.</summary>
    private void Classify(int planeCount)
    {
        int n = 0;
        for (int m = 0; m < touched.Length; m++)
        {
            for (ulong rest = touched[m]; rest != 0; rest &= rest - 1)
            {
                int w = (m * 64) + BitOperations.TrailingZeroCount(rest);
                classStarts[w] = n;
                n = ClassifyWord(w, planeCount, n);
                classEnds[w] = n;
            }
        }
    }

    private int ClassifyWord(int w, int planeCount, int n)
    {
        ulong any = 0;
        for (int b = 0; b < planeCount; b++)
        {
            any |= planes[(b * FrameChunk.Words) + w];
        }

        Distinct += BitOperations.PopCount(any);
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

            classes[n++] = new CountClass { Frames = same, Count = count };
            any &= ~same;
        }

        return n;
    }

    private void Share(in FrameChunk chunk, ref FrameTotals totals)
    {
        // Adjacent words mostly have one and the same count: multiply once for all of them.
        int count = 1;
        long frames = 0;
        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        ushort* numbers = chunk.ListNumbers;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        for (int i = 0; i < length; i++)
        {
            ulong word = words[i];
            if (word == 0)
            {
                continue;
            }

            int w = isBitmap ? i : numbers[i];
            for (int c = classStarts[w]; c < classEnds[w]; c++)
            {
                ulong same = word & classes[c].Frames;
                int n = BitOperations.PopCount(same);
                if (classes[c].Count == 1)
                {
                    totals.UniqueAnonymous += BitOperations.PopCount(same & ~(files.Words[w] | shared.Words[w]));
                    if (elsewhere is not null)
                    {
                        AddElsewhere(same, w, ref totals);
                    }
                }

                if (classes[c].Count != count)
                {
                    Share(count, frames, ref totals);
                    count = classes[c].Count;
                    frames = 0;
                }

                frames += n;
            }
        }

        Share(count, frames, ref totals);
    }

    private void Share(int count, long frames, ref FrameTotals totals)
    {
        if (count == 1)
        {
            totals.Unique += frames;
        }
        else
        {
            ulong high = Math.BigMul((ulong)frames, shares[count], out ulong low);
            totals.Shares += new UInt128(high, low);
        }
    }

    /// <summary>Adds the frames of a chunk by their classes; returns how many are anonymous.</summary>
    private int AddClasses(in FrameChunk chunk, int frames, ref FrameTotals totals)
    {
        if (files.IsEmpty && shared.IsEmpty)
        {
            totals.Anonymous += frames;
            return frames;
        }

        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        ushort* numbers = chunk.ListNumbers;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        int named = 0;
        int ofObjects = 0;
        for (int i = 0; i < length; i++)
        {
            int w = isBitmap ? i : numbers[i];
            ulong objects = shared.Words[w];
            named += BitOperations.PopCount(words[i] & (files.Words[w] | objects));
            ofObjects += BitOperations.PopCount(words[i] & objects);
        }

        totals.Anonymous += frames - named;
        totals.Shared += ofObjects;
        return frames - named;
    }

    private struct CountClass
    {
        public ulong Frames;
        public int Count;
    }
}
