using System.Numerics;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// Which frames the pages of shared memory objects are, as far as page maps have told. A page is told by its object and its
/// place there; while processes are read, sets may have such pages under keys of their own, beyond those of all frames, until
/// <see cref="Resolve"/> puts the frames in their place. Safe for several threads.
/// </summary>
internal sealed unsafe class IndexedFrames(MemoryBudget budget)
{
    private readonly MemoryBudget budget = budget;

    /// <summary>The first key of chunks of pages: no frame has a number so high.</summary>
    public const long FirstKey = 1L << 48;

    /// <summary>Bytes that a chunk takes beside its frames: a bit for each page.</summary>
    private const int ChunkSize = (FrameChunk.Words * sizeof(ulong)) + 512;

    /// <summary>log2 of the pages of a row, which take four bytes each.</summary>
    private const int RowBits = 10;

    private const int RowSize = sizeof(uint) << RowBits;

    private readonly List<Chunk> chunks = [];
    private long rows;

    /// <summary>The number of chunks.</summary>
    public int Count
    {
        get
        {
            lock (chunks)
            {
                return chunks.Count;
            }
        }
    }

    /// <summary>A new chunk; null where it would take from the memory that the sets themselves may need.</summary>
    public Chunk? TryAdd()
    {
        if (!budget.TryTake(ChunkSize, budget.Limit / 4))
        {
            return null;
        }

        lock (chunks)
        {
            var chunk = new Chunk(this, FirstKey + chunks.Count);
            chunks.Add(chunk);
            return chunk;
        }
    }

    /// <summary>Forgets a chunk that another thread made, too: it is never used.</summary>
    public void Drop(Chunk chunk) => chunk.IsDropped = true;

    /// <summary>Puts frames in the place of the pages of a set. What is not known of a page is not there.</summary>
    /// <param name="set">The set; no other thread uses it.</param>
    /// <param name="collector">An empty one, which is empty after it.</param>
    /// <param name="arena">The arena to allocate from.</param>
    public void Resolve(FrameSet set, FrameCollector collector, FrameArena arena)
    {
        Chunk[] all = All();
        foreach (FrameChunk pages in set.TakeFrom(FirstKey))
        {
            Add(all[(int)(pages.Key - FirstKey)], pages, collector);
            arena.Free(pages.Data, pages.Size);
        }

        Flush(set, collector, arena);
    }

    /// <summary>Adds all frames that are known.</summary>
    public void AddTo(FrameSet set, FrameCollector collector, FrameArena arena)
    {
        foreach (Chunk chunk in All())
        {
            for (int w = 0; w < FrameChunk.Words && !chunk.IsDropped; w++)
            {
                Add(chunk, w, Volatile.Read(ref chunk.Known[w]), collector);
            }
        }

        Flush(set, collector, arena);
    }

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        lock (chunks)
        {
            budget.Return(((long)chunks.Count * ChunkSize) + (Interlocked.Exchange(ref rows, 0) * RowSize));
            chunks.Clear();
        }
    }

    private Chunk[] All()
    {
        lock (chunks)
        {
            return [.. chunks];
        }
    }

    private static void Flush(FrameSet set, FrameCollector collector, FrameArena arena)
    {
        collector.AddTo(set, arena);
        collector.Clear();
    }

    private static void Add(Chunk chunk, in FrameChunk pages, FrameCollector collector)
    {
        int length = pages.IsBitmap ? FrameChunk.Words : pages.Count;
        for (int i = 0; i < length; i++)
        {
            int w = pages.NumberAt(i);
            Add(chunk, w, pages.WordAt(i), collector);
        }
    }

    private static void Add(Chunk chunk, int w, ulong pages, FrameCollector collector)
    {
        if (pages == 0)
        {
            return;
        }

        ReadOnlySpan<uint> frames = chunk.FramesOf(w);
        for (ulong rest = pages; rest != 0;)
        {
            int bit = BitOperations.TrailingZeroCount(rest);
            uint first = frames[bit];

            // Neighbours mostly are neighbours in memory, too.
            if ((bit & 7) == 0 && (byte)(rest >> bit) == 0xFF && IsRun(frames.Slice(bit, 8), first))
            {
                collector.AddEight(first, isFile: false);
                rest &= ~(0xFFUL << bit);
                continue;
            }

            collector.AddOne(first, isFile: false);
            rest &= rest - 1;
        }
    }

    private static bool IsRun(ReadOnlySpan<uint> frames, uint first)
    {
        uint other = 0;
        for (int i = 1; i < 8; i++)
        {
            other |= frames[i] ^ (first + (uint)i);
        }

        return other == 0;
    }

    /// <summary>The frames of 2^15 neighbouring pages of an object.</summary>
    internal sealed class Chunk(IndexedFrames all, long key)
    {
        private readonly uint[]?[] rows = new uint[FrameChunk.Frames >> RowBits][];

        /// <summary>Its key in sets.</summary>
        public long Key => key;

        /// <summary>A bit for each page of which the frame is known; it is set after the frame, and never cleared.</summary>
        public ulong[] Known { get; } = new ulong[FrameChunk.Words];

        /// <summary>The frames of the 64 pages of a word, of which any is known.</summary>
        public ReadOnlySpan<uint> FramesOf(int word) => Volatile.Read(ref rows[word >> (RowBits - 6)]).AsSpan((word & ((1 << (RowBits - 6)) - 1)) * 64, 64);

        /// <summary>The place of the frames of the 64 pages of a word; null where there is no memory for them.</summary>
        public Span<uint> TryMakeFramesOf(int word)
        {
            ref uint[]? row = ref rows[word >> (RowBits - 6)];
            if (Volatile.Read(ref row) is null)
            {
                if (!all.budget.TryTake(RowSize, all.budget.Limit / 4))
                {
                    return default;
                }

                if (Interlocked.CompareExchange(ref row, new uint[1 << RowBits], null) is null)
                {
                    Interlocked.Increment(ref all.rows);
                }
                else
                {
                    all.budget.Return(RowSize);
                }
            }

            return row.AsSpan((word & ((1 << (RowBits - 6)) - 1)) * 64, 64);
        }

        public bool IsDropped { get; set; }
    }
}
