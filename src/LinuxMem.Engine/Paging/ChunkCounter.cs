using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Paging;

/// <summary>Counts the frames of one chunk after the other for all groups; one per thread.</summary>
internal sealed unsafe class ChunkCounter : IDisposable
{
    private readonly IReadOnlyList<FrameSet> groups;
    private readonly FrameSet files;
    private readonly RamRanges ram;

    /// <summary>2^64 divided by the number of groups that have a frame: each group's share of it.</summary>
    private readonly ulong[] shares;

    private readonly ulong* planes;
    private readonly ulong* fileBitmap;

    /// <summary>Per word of the chunk, the different counts of its frames and the frames that have them.</summary>
    private readonly CountClass* classes;

    private readonly int* classStarts;

    /// <summary>How many groups have each frame of the chunk, where all have it as an array.</summary>
    private readonly int* counts;

    public ChunkCounter(IReadOnlyList<FrameSet> groups, FrameSet files, RamRanges ram)
    {
        this.groups = groups;
        this.files = files;
        this.ram = ram;
        Totals = new FrameTotals[groups.Count];
        shares = new ulong[groups.Count + 1];
        for (int n = 2; n <= groups.Count; n++)
        {
            shares[n] = (ulong)((UInt128.One << 64) / (uint)n);
        }

        int planeCount = BitOperations.Log2((uint)Math.Max(1, groups.Count)) + 1;
        planes = (ulong*)NativeMemory.AllocZeroed((nuint)(planeCount * FrameChunk.Words * sizeof(ulong)));
        fileBitmap = (ulong*)NativeMemory.AllocZeroed(FrameChunk.Words * sizeof(ulong));
        classes = (CountClass*)NativeMemory.Alloc((nuint)(FrameChunk.Frames * sizeof(CountClass)));
        classStarts = (int*)NativeMemory.Alloc((FrameChunk.Words + 1) * sizeof(int));
        counts = (int*)NativeMemory.AllocZeroed(FrameChunk.Frames * sizeof(int));
    }

    /// <summary>The totals of each group over the chunks counted so far.</summary>
    public FrameTotals[] Totals { get; }

    /// <summary>The number of distinct frames in the chunks counted so far.</summary>
    public long Distinct { get; private set; }

    /// <summary>Counts a chunk.</summary>
    /// <param name="key">The chunk.</param>
    /// <param name="members">The groups that have it.</param>
    public void Count(long key, ReadOnlySpan<ChunkIndex.Member> members)
    {
        if (!ram.CoversChunk(key))
        {
            foreach (ChunkIndex.Member member in members)
            {
                RemoveOtherThanRam(ref groups[member.Group].Chunks[member.Chunk]);
            }
        }

        ulong* file = FileBitmap(key, out bool isTemporary);
        if (members.Length == 1)
        {
            CountAlone(members[0], file);
        }
        else if (HasBitmap(members))
        {
            CountShared(members, file);
        }
        else
        {
            CountArrays(members, file);
        }

        if (isTemporary)
        {
            new Span<ulong>(fileBitmap, FrameChunk.Words).Clear();
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(planes);
        NativeMemory.Free(fileBitmap);
        NativeMemory.Free(classes);
        NativeMemory.Free(classStarts);
        NativeMemory.Free(counts);
    }

    private void CountAlone(ChunkIndex.Member member, ulong* file)
    {
        ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
        int n = chunk.Population();
        ref FrameTotals totals = ref Totals[member.Group];
        totals.Frames += n;
        totals.Unique += n;
        totals.Anonymous += n - CountIn(chunk, file);
        Distinct += n;
    }

    private bool HasBitmap(ReadOnlySpan<ChunkIndex.Member> members)
    {
        foreach (ChunkIndex.Member member in members)
        {
            if (groups[member.Group].Chunks[member.Chunk].IsBitmap)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Few frames each: a counter per frame costs less than planes of bits.</summary>
    private void CountArrays(ReadOnlySpan<ChunkIndex.Member> members, ulong* file)
    {
        int distinct = 0;
        foreach (ChunkIndex.Member member in members)
        {
            ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
            ushort* array = chunk.Array;
            for (int i = 0; i < chunk.Count; i++)
            {
                distinct += counts[array[i]]++ == 0 ? 1 : 0;
            }
        }

        Distinct += distinct;
        foreach (ChunkIndex.Member member in members)
        {
            ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
            ref FrameTotals totals = ref Totals[member.Group];
            totals.Frames += chunk.Count;
            totals.Anonymous += chunk.Count - CountIn(chunk, file);
            ushort* array = chunk.Array;
            fixed (ulong* share = shares)
            {
                int unique = 0;
                ulong low = 0, high = 0;
                for (int i = 0; i < chunk.Count; i++)
                {
                    int count = counts[array[i]];
                    ulong part = share[count];
                    low += part;
                    high += low < part ? 1UL : 0;
                    unique += count == 1 ? 1 : 0;
                }

                totals.Unique += unique;
                totals.Shares += new UInt128(high, low);
            }
        }

        foreach (ChunkIndex.Member member in members)
        {
            ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
            for (int i = 0; i < chunk.Count; i++)
            {
                counts[chunk.Array[i]] = 0;
            }
        }
    }

    private void CountShared(ReadOnlySpan<ChunkIndex.Member> members, ulong* file)
    {
        int planeCount = BitOperations.Log2((uint)members.Length) + 1;
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
            totals.Anonymous += n - CountIn(chunk, file);
            if (chunk.IsBitmap)
            {
                ShareBitmap(chunk.Bitmap, ref totals);
            }
            else
            {
                ShareArray(chunk, planeCount, ref totals);
            }
        }

        new Span<ulong>(planes, planeCount * FrameChunk.Words).Clear();
    }

    /// <summary>Adds one to the count of every frame of a chunk: a ripple-carry addition over the planes.</summary>
    private void AddToPlanes(in FrameChunk chunk)
    {
        if (chunk.IsBitmap)
        {
            ulong* bitmap = chunk.Bitmap;
            for (int w = 0; w < FrameChunk.Words; w++)
            {
                AddToPlanes(w, bitmap[w]);
            }

            return;
        }

        ushort* array = chunk.Array;
        for (int i = 0; i < chunk.Count; i++)
        {
            AddToPlanes(array[i] >> 6, 1UL << (array[i] & 63));
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

    /// <summary>Divides the frames of every word by their counts.</summary>
    private void Classify(int planeCount)
    {
        int n = 0;
        for (int w = 0; w < FrameChunk.Words; w++)
        {
            classStarts[w] = n;
            ulong any = 0;
            for (int b = 0; b < planeCount; b++)
            {
                any |= planes[(b * FrameChunk.Words) + w];
            }

            Distinct += BitOperations.PopCount(any);
            while (any != 0)
            {
                // All frames with the same count as the lowest one left.
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
        }

        classStarts[FrameChunk.Words] = n;
    }

    private void ShareBitmap(ulong* bitmap, ref FrameTotals totals)
    {
        // Neighbouring words mostly have one and the same count: multiply once for all of them.
        int count = 1;
        long frames = 0;
        for (int w = 0; w < FrameChunk.Words; w++)
        {
            ulong word = bitmap[w];
            if (word == 0)
            {
                continue;
            }

            for (int c = classStarts[w]; c < classStarts[w + 1]; c++)
            {
                int n = BitOperations.PopCount(word & classes[c].Frames);
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

    private void ShareArray(in FrameChunk chunk, int planeCount, ref FrameTotals totals)
    {
        ushort* array = chunk.Array;
        for (int i = 0; i < chunk.Count; i++)
        {
            int w = array[i] >> 6;
            int bit = array[i] & 63;
            int count = 0;
            for (int b = 0; b < planeCount; b++)
            {
                count |= (int)(planes[(b * FrameChunk.Words) + w] >> bit & 1) << b;
            }

            Share(count, 1, ref totals);
        }
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

    private static int CountIn(in FrameChunk chunk, ulong* file)
    {
        if (file == null)
        {
            return 0;
        }

        int n = 0;
        if (chunk.IsBitmap)
        {
            for (int w = 0; w < FrameChunk.Words; w++)
            {
                n += BitOperations.PopCount(chunk.Bitmap[w] & file[w]);
            }

            return n;
        }

        for (int i = 0; i < chunk.Count; i++)
        {
            n += (int)(file[chunk.Array[i] >> 6] >> (chunk.Array[i] & 63) & 1);
        }

        return n;
    }

    private ulong* FileBitmap(long key, out bool isTemporary)
    {
        isTemporary = false;
        ref FrameChunk chunk = ref files.Find(key);
        if (Unsafe.IsNullRef(ref chunk))
        {
            return null;
        }

        if (chunk.IsBitmap)
        {
            return chunk.Bitmap;
        }

        for (int i = 0; i < chunk.Count; i++)
        {
            fileBitmap[chunk.Array[i] >> 6] |= 1UL << (chunk.Array[i] & 63);
        }

        isTemporary = true;
        return fileBitmap;
    }

    private void RemoveOtherThanRam(ref FrameChunk chunk)
    {
        ulong first = (ulong)chunk.Key << FrameChunk.FrameBits;
        if (!chunk.IsBitmap)
        {
            int kept = 0;
            for (int i = 0; i < chunk.Count; i++)
            {
                ushort low = chunk.Array[i];
                if (ram.Contains(first + low))
                {
                    chunk.Array[kept++] = low;
                }
            }

            chunk.Count = kept;
            return;
        }

        for (int w = 0; w < FrameChunk.Words; w++)
        {
            for (ulong rest = chunk.Bitmap[w]; rest != 0; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                if (!ram.Contains(first + (ulong)((w * 64) + bit)))
                {
                    chunk.Bitmap[w] &= ~(1UL << bit);
                }
            }
        }
    }

    private struct CountClass
    {
        public ulong Frames;
        public int Count;
    }
}
