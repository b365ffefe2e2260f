using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// The frames of the process that one thread is reading, built for fast adding: a bitmap per chunk, with a mark bit for
/// each word in use, so that copying and clearing touch only those. Its memory is reused for the next process.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class FrameCollector(MemoryBudget budget) : IDisposable
{
    /// <summary>
    /// Chunk keys below this (PFNs below 32 TiB at 4 KiB pages) are looked up in an array, others in a hash table.
    /// </summary>
    private const int MaxTable = 1 << 18;

    private const int MarkWords = MarkedBitmap.MarkWords;

    private readonly StructTable<NumberKey, nint> far = new();
    private readonly ChunkPool pool = new(budget);
    private CollectedChunk** table;
    private long tableLength;
    private nint[] chunks = new nint[64];
    private int count;

    /// <summary>True when nothing has been added since the last <see cref="Clear"/>.</summary>
    public bool IsEmpty => count == 0;

    /// <summary>Whether the file frames added from now on are those of a shared memory object.</summary>
    public bool IsOfObject { get; set; }

    /// <summary>Adds one frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddOne(ulong frame, bool isFile) => AddBits(frame, 1, isFile);

    /// <summary>Adds eight consecutive frames.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddEight(ulong first, bool isFile)
    {
        if ((first & 63) > 56)
        {
            Add(first, 8, isFile);
            return;
        }

        AddBits(first, 0xFF, isFile);
    }

    /// <summary>Adds <paramref name="length"/> consecutive frames.</summary>
    public void Add(ulong first, int length, bool isFile)
    {
        while (length > 0)
        {
            CollectedChunk* chunk = ChunkOf((long)(first >> FrameChunk.FrameBits));
            int low = (int)first & (FrameChunk.Frames - 1);
            int n = Math.Min(length, FrameChunk.Frames - low);
            MarkedBitmap.SetRun(CollectedChunk.Marks(chunk), low, n);
            if (isFile)
            {
                MarkedBitmap.SetRun(FileMarks(chunk), low, n);
            }

            first += (ulong)n;
            length -= n;
        }
    }

    /// <summary>Adds consecutive pages of an object, all of them in one chunk (<see cref="IndexedFrames"/>).</summary>
    public void AddPages(long key, int first, int length) => MarkedBitmap.SetRun(CollectedChunk.Marks(ChunkOf(key)), first, length);

    /// <summary>Adds all frames to a set; the caller holds its lock.</summary>
    public void AddTo(FrameSet set, FrameArena arena)
    {
        for (int i = 0; i < count; i++)
        {
            var chunk = (CollectedChunk*)chunks[i];
            set.AddBitmap(chunk->Key, CollectedChunk.Marks(chunk), arena);
        }
    }

    /// <summary>Adds the file frames to a set; the caller holds its lock.</summary>
    public void AddFilesTo(FrameSet set, FrameArena arena)
    {
        for (int i = 0; i < count; i++)
        {
            var chunk = (CollectedChunk*)chunks[i];
            if (chunk->Files != null)
            {
                set.AddBitmap(chunk->Key, chunk->Files, arena);
            }
        }
    }

    /// <summary>True when frames of shared memory objects have been added.</summary>
    public bool HasObjects { get; private set; }

    /// <summary>Adds the frames of shared memory objects to a set; the caller holds its lock.</summary>
    public void AddObjectsTo(FrameSet set, FrameArena arena)
    {
        for (int i = 0; i < count && HasObjects; i++)
        {
            var chunk = (CollectedChunk*)chunks[i];
            if (chunk->Objects != null)
            {
                set.AddBitmap(chunk->Key, chunk->Objects, arena);
            }
        }
    }

    /// <summary>Adds all to another collector, and empties this one.</summary>
    public void MoveTo(FrameCollector other)
    {
        for (int i = 0; i < count; i++)
        {
            var chunk = (CollectedChunk*)chunks[i];
            CollectedChunk* target = other.ChunkOf(chunk->Key);
            MarkedBitmap.Add(CollectedChunk.Marks(chunk), CollectedChunk.Marks(target));
            if (chunk->Files != null)
            {
                MarkedBitmap.Add(chunk->Files, target->Files != null ? target->Files : target->Files = other.pool.TakeMarks());
            }

            if (chunk->Objects != null)
            {
                other.HasObjects = true;
                MarkedBitmap.Add(chunk->Objects, target->Objects != null ? target->Objects : target->Objects = other.pool.TakeMarks());
            }
        }

        Clear();
    }

    /// <summary>Empties the collector for the next process.</summary>
    public void Clear()
    {
        for (int i = 0; i < count; i++)
        {
            var chunk = (CollectedChunk*)chunks[i];
            if (chunk->Key < tableLength)
            {
                table[chunk->Key] = null;
            }

            ChunkPool.Empty(chunk);
        }

        pool.TakeBackAll();

        far.Clear();
        count = 0;
        HasObjects = false;
    }

    public void Dispose()
    {
        Clear();
        pool.Dispose();
        NativeMemory.Free(table);
        budget.Return(tableLength * sizeof(CollectedChunk*));
        table = null;
        tableLength = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddBits(ulong first, ulong bits, bool isFile)
    {
        CollectedChunk* chunk = ChunkOf((long)(first >> FrameChunk.FrameBits));
        int w = ((int)first & (FrameChunk.Frames - 1)) >> 6;
        bits <<= (int)first;
        ulong* marks = CollectedChunk.Marks(chunk);
        marks[MarkWords + w] |= bits;
        marks[w >> 6] |= 1UL << w;
        if (isFile)
        {
            AddFileBits(chunk, w, bits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private CollectedChunk* ChunkOf(long key)
    {
        if (key < tableLength)
        {
            CollectedChunk* chunk = table[key];
            if (chunk != null)
            {
                return chunk;
            }
        }

        return FindOrAdd(key);
    }

    private void AddFileBits(CollectedChunk* chunk, int w, ulong bits)
    {
        ulong* marks = FileMarks(chunk);
        marks[MarkWords + w] |= bits;
        marks[w >> 6] |= 1UL << w;
    }

    private ulong* FileMarks(CollectedChunk* chunk)
    {
        if (IsOfObject)
        {
            HasObjects = true;
            return chunk->Objects != null ? chunk->Objects : chunk->Objects = pool.TakeMarks();
        }

        return chunk->Files != null ? chunk->Files : chunk->Files = pool.TakeMarks();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private CollectedChunk* FindOrAdd(long key)
    {
        if (key >= tableLength)
        {
            if (key < MaxTable)
            {
                GrowTable(key);
            }
            else if (far.TryGetValue(key, out nint known))
            {
                return (CollectedChunk*)known;
            }
        }

        if (count == chunks.Length)
        {
            nint[] grown = new nint[chunks.Length * 2];
            Array.Copy(chunks, grown, count);
            chunks = grown;
        }

        CollectedChunk* chunk = pool.TakeChunk();
        chunk->Key = key;
        chunks[count++] = (nint)chunk;
        if (key < tableLength)
        {
            table[key] = chunk;
        }
        else
        {
            far[key] = (nint)chunk;
        }

        return chunk;
    }

    private void GrowTable(long key)
    {
        long size = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(256, key + 1));
        budget.Take((size - tableLength) * sizeof(CollectedChunk*));
        table = (CollectedChunk**)NativeMemory.Realloc(table, (nuint)(size * sizeof(CollectedChunk*)));
        NativeMemory.Clear(table + tableLength, (nuint)((size - tableLength) * sizeof(CollectedChunk*)));
        tableLength = size;
    }
}
