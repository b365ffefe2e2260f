using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// The frames of the process that one thread is reading, built for fast adding: a bitmap per chunk, with a mark bit for
/// each word in use, so that copying and clearing touch only those. Its memory is reused for the next process.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class FrameCollector(MemoryBudget budget) : IDisposable
{
    /// <summary>How many blocks are kept for the next process; more are freed.</summary>
    private const int KeptBlocks = 1024;

    /// <summary>
    /// Chunk keys below this (PFNs below 32 TiB at 4 KiB pages) are looked up in an array, others in a hash table.
    /// </summary>
    private const int MaxTable = 1 << 18;

    private const int MarkedSize = MarkedBitmap.Length * sizeof(ulong);
    private const int MarkWords = MarkedBitmap.MarkWords;
    private const int BlockHeader = 64;
    private const int BlockSize = BlockHeader + MarkedSize;

    private readonly Dictionary<long, nint> far = [];
    private readonly Stack<nint> spareBlocks = new();
    private readonly Stack<nint> spareFiles = new();
    private CollectedChunk** table;
    private long tableLength;
    private nint[] blocks = new nint[64];
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
            CollectedChunk* block = BlockOf((long)(first >> FrameChunk.FrameBits));
            int low = (int)first & (FrameChunk.Frames - 1);
            int n = Math.Min(length, FrameChunk.Frames - low);
            MarkedBitmap.SetRun(Marks(block), low, n);
            if (isFile)
            {
                MarkedBitmap.SetRun(FileMarks(block), low, n);
            }

            first += (ulong)n;
            length -= n;
        }
    }

    /// <summary>Adds consecutive pages of an object, all of them in one chunk (<see cref="IndexedFrames"/>).</summary>
    public void AddPages(long key, int first, int length) => MarkedBitmap.SetRun(Marks(BlockOf(key)), first, length);

    /// <summary>Adds all frames to a set; the caller holds its lock.</summary>
    public void AddTo(FrameSet set, FrameArena arena)
    {
        for (int i = 0; i < count; i++)
        {
            var block = (CollectedChunk*)blocks[i];
            set.AddBitmap(block->Key, Marks(block), arena);
        }
    }

    /// <summary>Adds the file frames to a set; the caller holds its lock.</summary>
    public void AddFilesTo(FrameSet set, FrameArena arena)
    {
        for (int i = 0; i < count; i++)
        {
            var block = (CollectedChunk*)blocks[i];
            if (block->Files != null)
            {
                set.AddBitmap(block->Key, block->Files, arena);
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
            var block = (CollectedChunk*)blocks[i];
            if (block->Objects != null)
            {
                set.AddBitmap(block->Key, block->Objects, arena);
            }
        }
    }

    /// <summary>Adds all to another collector, and empties this one.</summary>
    public void MoveTo(FrameCollector other)
    {
        for (int i = 0; i < count; i++)
        {
            var block = (CollectedChunk*)blocks[i];
            CollectedChunk* target = other.BlockOf(block->Key);
            MarkedBitmap.Add(Marks(block), Marks(target));
            if (block->Files != null)
            {
                MarkedBitmap.Add(block->Files, target->Files != null ? target->Files : target->Files = other.NewMarks());
            }

            if (block->Objects != null)
            {
                other.HasObjects = true;
                MarkedBitmap.Add(block->Objects, target->Objects != null ? target->Objects : target->Objects = other.NewMarks());
            }
        }

        Clear();
    }

    /// <summary>Empties the collector for the next process.</summary>
    public void Clear()
    {
        for (int i = 0; i < count; i++)
        {
            var block = (CollectedChunk*)blocks[i];
            if (block->Key < tableLength)
            {
                table[block->Key] = null;
            }

            if (block->Files != null)
            {
                Recycle(block->Files);
            }

            if (block->Objects != null)
            {
                Recycle(block->Objects);
            }

            Recycle(block);
        }

        far.Clear();
        count = 0;
        HasObjects = false;
    }

    public void Dispose()
    {
        Clear();
        while (spareBlocks.TryPop(out nint block))
        {
            Free((void*)block, BlockSize);
        }

        while (spareFiles.TryPop(out nint bitmap))
        {
            Free((void*)bitmap, MarkedSize);
        }

        NativeMemory.Free(table);
        budget.Return(tableLength * sizeof(CollectedChunk*));
        table = null;
        tableLength = 0;
    }

    private static ulong* Marks(CollectedChunk* block) => (ulong*)((byte*)block + BlockHeader);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddBits(ulong first, ulong bits, bool isFile)
    {
        CollectedChunk* block = BlockOf((long)(first >> FrameChunk.FrameBits));
        int w = ((int)first & (FrameChunk.Frames - 1)) >> 6;
        bits <<= (int)first;
        ulong* marks = Marks(block);
        marks[MarkWords + w] |= bits;
        marks[w >> 6] |= 1UL << w;
        if (isFile)
        {
            AddFileBits(block, w, bits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private CollectedChunk* BlockOf(long key)
    {
        if (key < tableLength)
        {
            CollectedChunk* block = table[key];
            if (block != null)
            {
                return block;
            }
        }

        return FindOrAdd(key);
    }

    private void AddFileBits(CollectedChunk* block, int w, ulong bits)
    {
        ulong* marks = FileMarks(block);
        marks[MarkWords + w] |= bits;
        marks[w >> 6] |= 1UL << w;
    }

    private ulong* FileMarks(CollectedChunk* block)
    {
        if (IsOfObject)
        {
            HasObjects = true;
            return block->Objects != null ? block->Objects : block->Objects = NewMarks();
        }

        return block->Files != null ? block->Files : block->Files = NewMarks();
    }

    private ulong* NewMarks() => (ulong*)(spareFiles.TryPop(out nint spare) ? (void*)spare : Allocate(MarkedSize));

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

        if (count == blocks.Length)
        {
            Array.Resize(ref blocks, blocks.Length * 2);
        }

        CollectedChunk* block = (CollectedChunk*)(spareBlocks.TryPop(out nint spare) ? (void*)spare : Allocate(BlockSize));
        block->Key = key;
        blocks[count++] = (nint)block;
        if (key < tableLength)
        {
            table[key] = block;
        }
        else
        {
            far.Add(key, (nint)block);
        }

        return block;
    }

    private void GrowTable(long key)
    {
        long size = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(256, key + 1));
        budget.Take((size - tableLength) * sizeof(CollectedChunk*));
        table = (CollectedChunk**)NativeMemory.Realloc(table, (nuint)(size * sizeof(CollectedChunk*)));
        NativeMemory.Clear(table + tableLength, (nuint)((size - tableLength) * sizeof(CollectedChunk*)));
        tableLength = size;
    }

    private void* Allocate(int size)
    {
        budget.Take(size);
        void* memory = NativeMemory.AlignedAlloc((nuint)size, 64);
        NativeMemory.Clear(memory, (nuint)size);
        return memory;
    }

    private void Free(void* memory, int size)
    {
        NativeMemory.AlignedFree(memory);
        budget.Return(size);
    }

    private void Recycle(ulong* files)
    {
        if (spareFiles.Count >= KeptBlocks)
        {
            Free(files, MarkedSize);
            return;
        }

        MarkedBitmap.Clear(files);
        spareFiles.Push((nint)files);
    }

    private void Recycle(CollectedChunk* block)
    {
        if (spareBlocks.Count >= KeptBlocks)
        {
            Free(block, BlockSize);
            return;
        }

        MarkedBitmap.Clear(Marks(block));
        *block = default;
        spareBlocks.Push((nint)block);
    }
}
