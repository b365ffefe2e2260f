using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// A set of PFNs (or swap slots), as a hash table of chunks. Its size depends on its members, not on the RAM of the
/// machine.
/// </summary>
/// <remarks>Not thread-safe: whoever adds holds a lock on the set.</remarks>
[SkipLocalsInit]
internal sealed unsafe class FrameSet(MemoryBudget budget) : IDisposable
{
    /// <summary>64-bit words of the marks of a bitmap: one mark bit for each word of the bitmap.</summary>
    public const int MarkWords = FrameChunk.Words / 64;

    /// <summary>64-bit words of a marked bitmap: the marks, then the bitmap.</summary>
    public const int MarkedWords = MarkWords + FrameChunk.Words;

    /// <summary>The largest hash table that <see cref="Empty"/> keeps.</summary>
    private const int KeptChunks = 64;

    private const int BytesPerSlot = 24 + (2 * sizeof(int));

    private FrameChunk[] chunks = [];
    private int[] buckets = [];
    private int count;
    private int shift;

    /// <summary>The chunks, unordered.</summary>
    public Span<FrameChunk> Chunks => chunks.AsSpan(0, count);

    /// <summary>The chunk with that key, or a null reference.</summary>
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
    /// <param name="key">The key of the chunk.</param>
    /// <param name="marks">The marks, followed by the bitmap. A word of the bitmap whose mark is clear holds no
    /// frame.</param>
    /// <param name="arena">The arena to allocate from.</param>
    public void AddBitmap(long key, ulong* marks, FrameArena arena)
    {
        ulong* words = marks + MarkWords;
        ref FrameChunk chunk = ref FindOrAdd(key);
        if (!chunk.IsBitmap)
        {
            if (TryAddToList(ref chunk, marks, arena))
            {
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
                new Span<ulong>(marks, MarkWords).Clear();
                ulong* listed = chunk.ListWords;
                ushort* numbers = chunk.ListNumbers;
                int length = chunk.Count;
                for (int i = 0; i < length; i++)
                {
                    int w = numbers[i];
                    words[w] = listed[i];
                    marks[w >> 6] |= 1UL << w;
                }
            }

            AddBitmap(chunk.Key, marks, arena);
        }
    }

    /// <summary>Frees the memory of all chunks into an arena and empties the set.</summary>
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

    /// <summary>As <see cref="Clear"/>, but keeps a small hash table for what is added next.</summary>
    public void Empty(FrameArena arena)
    {
        if (chunks.Length > KeptChunks)
        {
            Clear(arena);
            return;
        }

        foreach (ref FrameChunk chunk in Chunks)
        {
            if (chunk.Size > 0)
            {
                arena.Free(chunk.Data, chunk.Size);
            }
        }

        Array.Clear(buckets);
        count = 0;
    }

    /// <summary>Takes out the chunks whose keys are as high as one, or higher; their memory is the caller's then.</summary>
    public FrameChunk[] TakeFrom(long key)
    {
        FrameChunk[] taken = [.. chunks.Take(count).Where(chunk => chunk.Key >= key)];
        if (taken.Length > 0)
        {
            FrameChunk[] left = [.. chunks.Take(count).Where(chunk => chunk.Key < key)];
            Array.Clear(buckets);
            Array.Clear(chunks);
            left.CopyTo(chunks, 0);
            count = left.Length;
            for (int i = 0; i < count; i++)
            {
                Enter(chunks[i].Key, i + 1);
            }
        }

        return taken;
    }

    /// <summary>Returns the memory of the hash table to the budget; the chunks' memory belongs to the arenas.</summary>
    public void Dispose()
    {
        budget.Return((long)chunks.Length * BytesPerSlot);
        chunks = [];
        buckets = [];
        count = 0;
    }

    /// <summary>
    /// Adds a marked bitmap to a list; false, with nothing changed, when the list would become too long.
    /// </summary>
    private static bool TryAddToList(ref FrameChunk chunk, ulong* marks, FrameArena arena)
    {
        ulong* words = marks + MarkWords;
        ulong* left = stackalloc ulong[MarkWords];
        int fresh = 0;
        for (int m = 0; m < MarkWords; m++)
        {
            left[m] = marks[m];
            fresh += BitOperations.PopCount(marks[m]);
        }

        // Looked up once and not in each round: where a list lies is worked out by a division.
        ulong* listed = chunk.ListWords;
        ushort* listNumbers = chunk.ListNumbers;
        int length = chunk.Count;
        for (int i = 0; i < length && fresh > 0; i++)
        {
            int w = listNumbers[i];
            ulong mark = 1UL << w;
            ulong rest = left[w >> 6];
            if ((rest & mark) != 0)
            {
                listed[i] |= words[w];
                left[w >> 6] = rest & ~mark;
                fresh--;
            }
        }

        if (fresh == 0)
        {
            return true;
        }

        if (chunk.Count + fresh > FrameChunk.MaxList)
        {
            return false;
        }

        Reserve(ref chunk, chunk.Count + fresh, arena);
        ulong* listWords = chunk.ListWords;
        ushort* numbers = chunk.ListNumbers;
        int n = chunk.Count;
        for (int m = 0; m < MarkWords; m++)
        {
            for (ulong rest = left[m]; rest != 0; rest &= rest - 1)
            {
                int w = (m * 64) + BitOperations.TrailingZeroCount(rest);
                listWords[n] = words[w];
                numbers[n++] = (ushort)w;
            }
        }

        chunk.Count = n;
        return true;
    }

    /// <summary>Ensures room for a list of <paramref name="n"/> words.</summary>
    private static void Reserve(ref FrameChunk chunk, int n, FrameArena arena)
    {
        if (n * FrameChunk.BytesPerWord <= chunk.Size)
        {
            return;
        }

        // Not RoundUpToPowerOf2: it compiles to LZCNT, and the precompiled code would be discarded at run time.
        int size = 16;
        while (size < n * FrameChunk.BytesPerWord)
        {
            size *= 2;
        }

        var grown = new FrameChunk { Key = chunk.Key, Data = arena.Allocate(size), Count = chunk.Count, Size = size };
        if (chunk.Size > 0)
        {
            new ReadOnlySpan<ulong>(chunk.ListWords, chunk.Count).CopyTo(new Span<ulong>(grown.ListWords, chunk.Count));
            new ReadOnlySpan<ushort>(chunk.ListNumbers, chunk.Count).CopyTo(new Span<ushort>(grown.ListNumbers, chunk.Count));
            arena.Free(chunk.Data, chunk.Size);
        }

        chunk = grown;
    }

    private static void MakeBitmap(ref FrameChunk chunk, FrameArena arena)
    {
        byte* data = arena.Allocate(FrameArena.MaxBlock);
        new Span<byte>(data, FrameArena.MaxBlock).Clear();
        if (chunk.Size > 0)
        {
            ulong* bitmap = (ulong*)data;
            for (int i = 0; i < chunk.Count; i++)
            {
                bitmap[chunk.ListNumbers[i]] = chunk.ListWords[i];
            }

            arena.Free(chunk.Data, chunk.Size);
        }

        chunk.Data = data;
        chunk.Size = FrameArena.MaxBlock;
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
