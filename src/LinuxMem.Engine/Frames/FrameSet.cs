using System.Numerics;
using System.Runtime.CompilerServices;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// A set of PFNs (or swap slots), as a hash table of chunks. Its size depends on its members, not on the RAM of the
/// machine.
/// </summary>
/// <remarks>Not thread-safe: whoever adds holds a lock on the set.</remarks>
[SkipLocalsInit]
internal sealed unsafe class FrameSet(MemoryBudget budget) : IDisposable
{
    /// <summary>The largest hash table that <see cref="Empty"/> keeps.</summary>
    private const int KeptChunks = 64;

    private const int BytesPerSlot = 24 + (2 * sizeof(int));

    private static readonly FrameChunk[] None = new FrameChunk[0];

    private FrameChunk[] chunks = None;
    private int[] buckets = [];
    private int count;
    private int shift;

    /// <summary>The chunks, unordered.</summary>
    public Span<FrameChunk> Chunks => new(chunks, 0, count);

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

    /// <summary>Adds the frames of a marked bitmap (<see cref="MarkedBitmap"/>).</summary>
    /// <param name="key">The key of the chunk.</param>
    /// <param name="marks">The marks, followed by the bitmap.</param>
    /// <param name="arena">The arena to allocate from.</param>
    public void AddBitmap(long key, ulong* marks, FrameArena arena) => FindOrAdd(key).Add(marks, arena);

    /// <summary>Adds all frames of another set.</summary>
    public void AddAll(FrameSet other, FrameArena arena)
    {
        ulong* marks = stackalloc ulong[MarkedBitmap.Length];
        foreach (ref FrameChunk chunk in other.Chunks)
        {
            chunk.CopyTo(marks);
            AddBitmap(chunk.Key, marks, arena);
        }
    }

    /// <summary>Frees the memory of all chunks into an arena and empties the set.</summary>
    public void Clear(FrameArena arena)
    {
        foreach (ref FrameChunk chunk in Chunks)
        {
            chunk.Free(arena);
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
            chunk.Free(arena);
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
        chunks = None;
        buckets = [];
        count = 0;
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
        var grown = new FrameChunk[size];
        Array.Copy(chunks, grown, count);
        chunks = grown;
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
