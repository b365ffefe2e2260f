using System.Numerics;
using System.Runtime.CompilerServices;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// A set of frame numbers (or of swap slots), in chunks that are found by hash. It grows with what is in it,
/// not with the size of the machine.
/// </summary>
/// <remarks>Not safe for several threads: whoever adds holds a lock on the set.</remarks>
[SkipLocalsInit]
internal sealed unsafe class FrameSet(MemoryBudget budget) : IDisposable
{
    private const int BytesPerSlot = 24 + (2 * sizeof(int));

    private FrameChunk[] chunks = [];
    private int[] buckets = [];
    private int count;
    private int shift;

    /// <summary>The chunks, in no particular order.</summary>
    public Span<FrameChunk> Chunks => chunks.AsSpan(0, count);

    /// <summary>The chunk with a key, or null.</summary>
    public ref FrameChunk Find(long key)
    {
        if (count > 0)
        {
            int mask = buckets.Length - 1;
            for (int b = Bucket(key); buckets[b] != 0; b = (b + 1) & mask)
            {
                ref FrameChunk chunk = ref chunks[buckets[b] - 1];
                if (chunk.Key == key)
                {
                    return ref chunk;
                }
            }
        }

        return ref Unsafe.NullRef<FrameChunk>();
    }

    /// <summary>Adds frames given by the sorted, distinct low bits of their numbers.</summary>
    public void AddSorted(long key, ushort* values, int n, FrameArena arena)
    {
        if (n == 0)
        {
            return;
        }

        ref FrameChunk chunk = ref FindOrAdd(key);
        if (chunk.IsBitmap)
        {
            SetBits(chunk.Bitmap, values, n);
            return;
        }

        if (chunk.Count + n > FrameChunk.LargestArray)
        {
            MakeBitmap(ref chunk, arena);
            SetBits(chunk.Bitmap, values, n);
            return;
        }

        if (chunk.Count == 0)
        {
            Reserve(ref chunk, n, arena);
            new ReadOnlySpan<ushort>(values, n).CopyTo(new Span<ushort>(chunk.Data, n));
            chunk.Count = n;
            return;
        }

        Merge(ref chunk, values, n, arena);
    }

    /// <summary>Adds the frames of a bitmap.</summary>
    /// <param name="key">The chunk.</param>
    /// <param name="words">The bitmap.</param>
    /// <param name="touched">A bit for each word of the bitmap that may hold a bit; the others are not looked at.</param>
    /// <param name="population">The number of bits in the bitmap.</param>
    /// <param name="arena">Where memory comes from.</param>
    public void AddBitmap(long key, ulong* words, ulong* touched, int population, FrameArena arena)
    {
        if (population == 0)
        {
            return;
        }

        ref FrameChunk chunk = ref FindOrAdd(key);
        if (!chunk.IsBitmap)
        {
            if (chunk.Count + population <= FrameChunk.LargestArray)
            {
                ushort* values = stackalloc ushort[FrameChunk.LargestArray];
                AddSorted(key, values, Extract(words, touched, values), arena);
                return;
            }

            MakeBitmap(ref chunk, arena);
        }

        ulong* target = chunk.Bitmap;
        for (int t = 0; t < FrameChunk.Words / 64; t++)
        {
            for (ulong rest = touched[t]; rest != 0; rest &= rest - 1)
            {
                int w = (t * 64) + BitOperations.TrailingZeroCount(rest);
                target[w] |= words[w];
            }
        }
    }

    /// <summary>Adds all frames of another set.</summary>
    public void AddAll(FrameSet other, FrameArena arena)
    {
        ulong* all = stackalloc ulong[FrameChunk.Words / 64];
        new Span<ulong>(all, FrameChunk.Words / 64).Fill(ulong.MaxValue);
        foreach (ref FrameChunk chunk in other.Chunks)
        {
            if (chunk.IsBitmap)
            {
                AddBitmap(chunk.Key, chunk.Bitmap, all, chunk.Population(), arena);
            }
            else
            {
                AddSorted(chunk.Key, chunk.Array, chunk.Count, arena);
            }
        }
    }

    /// <summary>Gives the memory of all chunks to an arena and empties the set.</summary>
    public void Clear(FrameArena arena)
    {
        foreach (ref FrameChunk chunk in Chunks)
        {
            if (chunk.Size > 0)
            {
                arena.Free(chunk.Data, chunk.Size);
            }
        }

        Dispose();
    }

    /// <summary>Returns the directory's memory to the budget; that of the chunks belongs to the arenas.</summary>
    public void Dispose()
    {
        budget.Return((long)chunks.Length * BytesPerSlot);
        chunks = [];
        buckets = [];
        count = 0;
    }

    private static void SetBits(ulong* bitmap, ushort* values, int n)
    {
        for (int i = 0; i < n; i++)
        {
            bitmap[values[i] >> 6] |= 1UL << (values[i] & 63);
        }
    }

    private static int Extract(ulong* words, ulong* touched, ushort* values)
    {
        int n = 0;
        for (int t = 0; t < FrameChunk.Words / 64; t++)
        {
            for (ulong rest = touched[t]; rest != 0; rest &= rest - 1)
            {
                int w = (t * 64) + BitOperations.TrailingZeroCount(rest);
                for (ulong bits = words[w]; bits != 0; bits &= bits - 1)
                {
                    values[n++] = (ushort)((w * 64) + BitOperations.TrailingZeroCount(bits));
                }
            }
        }

        return n;
    }

    private static void Merge(ref FrameChunk chunk, ushort* values, int n, FrameArena arena)
    {
        ushort* merged = stackalloc ushort[FrameChunk.LargestArray];
        ushort* old = chunk.Array;
        int oldCount = chunk.Count;
        int i = 0, j = 0, k = 0;
        while (i < oldCount && j < n)
        {
            ushort a = old[i], b = values[j];
            merged[k++] = a < b ? a : b;
            i += a <= b ? 1 : 0;
            j += b <= a ? 1 : 0;
        }

        while (i < oldCount)
        {
            merged[k++] = old[i++];
        }

        while (j < n)
        {
            merged[k++] = values[j++];
        }

        if (k == oldCount)
        {
            return;
        }

        Reserve(ref chunk, k, arena);
        new ReadOnlySpan<ushort>(merged, k).CopyTo(new Span<ushort>(chunk.Data, k));
        chunk.Count = k;
    }

    /// <summary>Makes room for an array of <paramref name="n"/> members; what was there is not kept.</summary>
    private static void Reserve(ref FrameChunk chunk, int n, FrameArena arena)
    {
        int bytes = n * sizeof(ushort);
        if (bytes <= chunk.Size)
        {
            return;
        }

        int size = 16;
        while (size < bytes)
        {
            size *= 2;
        }

        byte* data = arena.Allocate(size);
        if (chunk.Size > 0)
        {
            arena.Free(chunk.Data, chunk.Size);
        }

        chunk.Data = data;
        chunk.Size = size;
    }

    private static void MakeBitmap(ref FrameChunk chunk, FrameArena arena)
    {
        byte* bitmap = arena.Allocate(FrameArena.LargestBlock);
        new Span<byte>(bitmap, FrameArena.LargestBlock).Clear();
        if (chunk.Size > 0)
        {
            SetBits((ulong*)bitmap, chunk.Array, chunk.Count);
            arena.Free(chunk.Data, chunk.Size);
        }

        chunk.Data = bitmap;
        chunk.Size = FrameArena.LargestBlock;
        chunk.Count = 0;
    }

    private ref FrameChunk FindOrAdd(long key)
    {
        ref FrameChunk found = ref Find(key);
        if (!Unsafe.IsNullRef(ref found))
        {
            return ref found;
        }

        if (count == chunks.Length)
        {
            Grow();
        }

        ref FrameChunk chunk = ref chunks[count++];
        chunk = new FrameChunk { Key = key };
        Enter(key, count);
        return ref chunk;
    }

    private void Grow()
    {
        int size = Math.Max(8, chunks.Length * 2);
        budget.Take((long)(size - chunks.Length) * BytesPerSlot);
        Array.Resize(ref chunks, size);
        buckets = new int[size * 2];
        shift = 64 - BitOperations.TrailingZeroCount((uint)buckets.Length);
        for (int i = 0; i < count; i++)
        {
            Enter(chunks[i].Key, i + 1);
        }
    }

    private void Enter(long key, int number)
    {
        int mask = buckets.Length - 1;
        int b = Bucket(key);
        while (buckets[b] != 0)
        {
            b = (b + 1) & mask;
        }

        buckets[b] = number;
    }

    private int Bucket(long key) => (int)(((ulong)key * 0x9E3779B97F4A7C15) >> shift);
}
