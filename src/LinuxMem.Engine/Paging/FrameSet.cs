using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// A set of frame numbers (or of swap slots), in chunks that are found by hash. It grows with what is in it,
/// not with the size of the machine.
/// </summary>
/// <remarks>Not safe for several threads: whoever adds holds a lock on the set.</remarks>
[SkipLocalsInit]
internal sealed unsafe class FrameSet(MemoryBudget budget) : IDisposable
{
    /// <summary>Words of the marks of a bitmap: a bit for each of its words.</summary>
    public const int MarkWords = FrameChunk.Words / 64;

    /// <summary>Words of a marked bitmap: the marks, then the bitmap.</summary>
    public const int MarkedWords = MarkWords + FrameChunk.Words;

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

    /// <summary>Adds the frames of a marked bitmap.</summary>
    /// <param name="key">The chunk.</param>
    /// <param name="marks">A bit for each word of the bitmap that may hold a frame; the bitmap follows them.</param>
    /// <param name="arena">Where memory comes from.</param>
    public void AddBitmap(long key, ulong* marks, FrameArena arena)
    {
        ulong* words = marks + MarkWords;
        ref FrameChunk chunk = ref FindOrAdd(key);
        if (!chunk.IsBitmap)
        {
            if (Population(marks) + chunk.Count <= FrameChunk.LargestArray)
            {
                Append(ref chunk, words, marks, arena);
                return;
            }

            MakeBitmap(ref chunk, arena);
        }

        ulong* target = chunk.Bitmap;
        for (int m = 0; m < MarkWords; m++, target += 64, words += 64)
        {
            if (marks[m] == ulong.MaxValue)
            {
                for (int w = 0; w < 64; w += Vector128<ulong>.Count)
                {
                    (Vector128.Load(target + w) | Vector128.Load(words + w)).Store(target + w);
                }

                continue;
            }

            for (ulong rest = marks[m]; rest != 0; rest &= rest - 1)
            {
                int w = BitOperations.TrailingZeroCount(rest);
                target[w] |= words[w];
            }
        }
    }

    /// <summary>Adds all frames of another set.</summary>
    public void AddAll(FrameSet other, FrameArena arena)
    {
        ulong* marks = stackalloc ulong[MarkedWords];
        ulong* words = marks + MarkWords;
        foreach (ref FrameChunk chunk in other.Chunks)
        {
            if (chunk.IsBitmap)
            {
                new Span<ulong>(marks, MarkWords).Fill(ulong.MaxValue);
                new ReadOnlySpan<ulong>(chunk.Bitmap, FrameChunk.Words).CopyTo(new Span<ulong>(words, FrameChunk.Words));
            }
            else
            {
                new Span<ulong>(marks, MarkedWords).Clear();
                SetBits(words, chunk.Array, chunk.Count);
                for (int i = 0; i < chunk.Count; i++)
                {
                    marks[chunk.Array[i] >> 12] |= 1UL << (chunk.Array[i] >> 6);
                }
            }

            AddBitmap(chunk.Key, marks, arena);
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

    private static int Population(ulong* marks)
    {
        int n = 0;
        for (int m = 0; m < MarkWords; m++)
        {
            for (ulong rest = marks[m]; rest != 0; rest &= rest - 1)
            {
                n += BitOperations.PopCount(marks[MarkWords + (m * 64) + BitOperations.TrailingZeroCount(rest)]);
            }
        }

        return n;
    }

    /// <summary>Appends to an array the frames of a bitmap that are not in it; together they fit in one.</summary>
    private static void Append(ref FrameChunk chunk, ulong* words, ulong* marks, FrameArena arena)
    {
        ulong* fresh = words;
        ulong* copy = stackalloc ulong[FrameChunk.Words];
        if (chunk.Count > 0)
        {
            // What is there already is taken out of a copy: no order has to be kept, and nothing compared.
            for (int m = 0; m < MarkWords; m++)
            {
                for (ulong rest = marks[m]; rest != 0; rest &= rest - 1)
                {
                    int w = (m * 64) + BitOperations.TrailingZeroCount(rest);
                    copy[w] = words[w];
                }
            }

            for (int i = 0; i < chunk.Count; i++)
            {
                copy[chunk.Array[i] >> 6] &= ~(1UL << chunk.Array[i]);
            }

            fresh = copy;
        }

        ushort* values = stackalloc ushort[FrameChunk.LargestArray];
        int n = 0;
        for (int m = 0; m < MarkWords; m++)
        {
            for (ulong rest = marks[m]; rest != 0; rest &= rest - 1)
            {
                int w = (m * 64) + BitOperations.TrailingZeroCount(rest);
                for (ulong bits = fresh[w]; bits != 0; bits &= bits - 1)
                {
                    values[n++] = (ushort)((w * 64) + BitOperations.TrailingZeroCount(bits));
                }
            }
        }

        if (n > 0)
        {
            Reserve(ref chunk, chunk.Count + n, arena);
            new ReadOnlySpan<ushort>(values, n).CopyTo(new Span<ushort>(chunk.Array + chunk.Count, n));
            chunk.Count += n;
        }
    }

    /// <summary>Makes room for an array of <paramref name="n"/> members.</summary>
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
            new ReadOnlySpan<ushort>(chunk.Data, chunk.Count).CopyTo(new Span<ushort>(data, chunk.Count));
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
