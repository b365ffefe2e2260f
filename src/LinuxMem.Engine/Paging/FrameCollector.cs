using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// The frames of the process that a thread is reading, built for fast adding: per chunk a short unsorted
/// list, then a bitmap with a summary of the words in use. Its memory is used again for the next process.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class FrameCollector(MemoryBudget budget) : IDisposable
{
    private const int SummaryWords = FrameChunk.Words / 64;

    /// <summary>Bytes of a dense block: all frames, the file frames among them, the summary.</summary>
    private const int DenseSize = (2 * FrameChunk.Words * sizeof(ulong)) + (SummaryWords * sizeof(ulong));

    /// <summary>Members of a chunk's short list; each is the low 15 bits of a frame, with the top bit for file.</summary>
    private const int ListLength = 60;

    private const int ListSize = ListLength * sizeof(ushort);
    private const ushort FileMark = 0x8000;

    /// <summary>Dense blocks kept for the next process; what is above this is given back.</summary>
    private const int KeptBlocks = 512;

    /// <summary>Chunk keys below this (32 TiB of 4 KiB frames) are looked up in a table, others by hash.</summary>
    private const int LargestTable = 1 << 18;

    private readonly Dictionary<long, int> far = [];
    private readonly Stack<nint> spareBlocks = new();
    private int[] table = [];
    private Chunk[] chunks = [];
    private byte* lists;
    private int count;
    private long lastKey = -1;
    private int lastIndex;

    /// <summary>True when nothing has been added since the last <see cref="Clear"/>.</summary>
    public bool IsEmpty => count == 0;

    /// <summary>Adds <paramref name="length"/> consecutive frames.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong first, int length, bool isFile)
    {
        long key = (long)(first >> FrameChunk.FrameBits);
        int low = (int)(first & (FrameChunk.Frames - 1));
        if (length == 1 && key == lastKey)
        {
            ref Chunk chunk = ref chunks[lastIndex];
            if (chunk.Dense != null)
            {
                SetOne(chunk.Dense, low, isFile);
                return;
            }
        }

        AddRun(key, low, length, isFile);
    }

    /// <summary>
    /// Brings the chunks into the form in which <see cref="AddTo"/> hands them on: lists sorted and without
    /// duplicates, bitmaps counted.
    /// </summary>
    public void Seal()
    {
        for (int i = 0; i < count; i++)
        {
            ref Chunk chunk = ref chunks[i];
            if (chunk.Dense != null)
            {
                (chunk.Count, chunk.FileCount) = CountDense((ulong*)chunk.Dense);
            }
            else
            {
                chunk.Count = SortList(List(i), chunk.Count);
            }
        }
    }

    /// <summary>Adds all frames to a set. The caller has sealed the collector and locks the set.</summary>
    public void AddTo(FrameSet set, FrameArena arena)
    {
        ushort* values = stackalloc ushort[ListLength];
        for (int i = 0; i < count; i++)
        {
            ref Chunk chunk = ref chunks[i];
            if (chunk.Dense != null)
            {
                ulong* words = (ulong*)chunk.Dense;
                set.AddBitmap(chunk.Key, words, words + (2 * FrameChunk.Words), chunk.Count, arena);
                continue;
            }

            // Sorted with the file mark as the lowest bit: the order is that of the frames.
            ushort* list = List(i);
            int n = chunk.Count;
            for (int j = 0; j < n; j++)
            {
                values[j] = (ushort)(list[j] >> 1);
            }

            set.AddSorted(chunk.Key, values, n, arena);
        }
    }

    /// <summary>Adds the file frames to a set. The caller has sealed the collector and locks the set.</summary>
    public void AddFilesTo(FrameSet set, FrameArena arena)
    {
        ushort* values = stackalloc ushort[ListLength];
        for (int i = 0; i < count; i++)
        {
            ref Chunk chunk = ref chunks[i];
            if (chunk.Dense != null)
            {
                ulong* words = (ulong*)chunk.Dense;
                set.AddBitmap(chunk.Key, words + FrameChunk.Words, words + (2 * FrameChunk.Words), chunk.FileCount, arena);
                continue;
            }

            ushort* list = List(i);
            int n = 0;
            for (int j = 0; j < chunk.Count; j++)
            {
                if ((list[j] & 1) != 0)
                {
                    values[n++] = (ushort)(list[j] >> 1);
                }
            }

            set.AddSorted(chunk.Key, values, n, arena);
        }
    }

    /// <summary>Empties the collector for the next process.</summary>
    public void Clear()
    {
        for (int i = 0; i < count; i++)
        {
            ref Chunk chunk = ref chunks[i];
            if (chunk.Key < table.Length)
            {
                table[chunk.Key] = 0;
            }

            if (chunk.Dense != null)
            {
                Recycle(chunk.Dense);
            }
        }

        far.Clear();
        count = 0;
        lastKey = -1;
    }

    public void Dispose()
    {
        Clear();
        while (spareBlocks.TryPop(out nint block))
        {
            FreeDense((byte*)block);
        }

        budget.Return(((long)chunks.Length * (sizeof(Chunk) + ListSize)) + ((long)table.Length * sizeof(int)));
        NativeMemory.Free(lists);
        lists = null;
        chunks = [];
        table = [];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetOne(byte* dense, int low, bool isFile)
    {
        ulong* words = (ulong*)dense;
        int w = low >> 6;
        ulong bit = 1UL << (low & 63);
        words[w] |= bit;
        if (isFile)
        {
            words[FrameChunk.Words + w] |= bit;
        }

        words[(2 * FrameChunk.Words) + (w >> 6)] |= 1UL << (w & 63);
    }

    private static void SetRun(byte* dense, int low, int length, bool isFile)
    {
        ulong* words = (ulong*)dense;
        while (length > 0)
        {
            int w = low >> 6;
            int bit = low & 63;
            int n = Math.Min(length, 64 - bit);
            ulong mask = (n == 64 ? ulong.MaxValue : (1UL << n) - 1) << bit;
            words[w] |= mask;
            if (isFile)
            {
                words[FrameChunk.Words + w] |= mask;
            }

            words[(2 * FrameChunk.Words) + (w >> 6)] |= 1UL << (w & 63);
            low += n;
            length -= n;
        }
    }

    private static (int All, int File) CountDense(ulong* words)
    {
        int all = 0, file = 0;
        ulong* touched = words + (2 * FrameChunk.Words);
        for (int t = 0; t < SummaryWords; t++)
        {
            for (ulong rest = touched[t]; rest != 0; rest &= rest - 1)
            {
                int w = (t * 64) + BitOperations.TrailingZeroCount(rest);
                all += BitOperations.PopCount(words[w]);
                file += BitOperations.PopCount(words[FrameChunk.Words + w]);
            }
        }

        return (all, file);
    }

    /// <summary>Sorts by frame, file mark moved to the lowest bit; of equal frames one stays.</summary>
    private static int SortList(ushort* list, int n)
    {
        var span = new Span<ushort>(list, n);
        for (int i = 0; i < n; i++)
        {
            span[i] = (ushort)((span[i] << 1) | (span[i] >> 15));
        }

        span.Sort();
        int kept = 0;
        for (int i = 0; i < n; i++)
        {
            if (kept > 0 && list[kept - 1] >> 1 == list[i] >> 1)
            {
                list[kept - 1] |= list[i];
            }
            else
            {
                list[kept++] = list[i];
            }
        }

        return kept;
    }

    private void AddRun(long key, int low, int length, bool isFile)
    {
        while (true)
        {
            int n = Math.Min(length, FrameChunk.Frames - low);
            AddWithinChunk(key, low, n, isFile);
            length -= n;
            if (length == 0)
            {
                return;
            }

            key++;
            low = 0;
        }
    }

    private void AddWithinChunk(long key, int low, int length, bool isFile)
    {
        int index = key == lastKey ? lastIndex : FindOrAdd(key);
        ref Chunk chunk = ref chunks[index];
        if (chunk.Dense == null)
        {
            if (chunk.Count + length <= ListLength)
            {
                ushort* list = List(index) + chunk.Count;
                int mark = isFile ? FileMark : 0;
                for (int i = 0; i < length; i++)
                {
                    list[i] = (ushort)((low + i) | mark);
                }

                chunk.Count += length;
                return;
            }

            MakeDense(ref chunk, List(index));
        }

        if (length == 1)
        {
            SetOne(chunk.Dense, low, isFile);
        }
        else
        {
            SetRun(chunk.Dense, low, length, isFile);
        }
    }

    private void MakeDense(ref Chunk chunk, ushort* list)
    {
        byte* dense = AllocateDense();
        for (int i = 0; i < chunk.Count; i++)
        {
            SetOne(dense, list[i] & ~FileMark, (list[i] & FileMark) != 0);
        }

        chunk.Dense = dense;
        chunk.Count = 0;
    }

    private ushort* List(int index) => (ushort*)(lists + ((long)index * ListSize));

    private int FindOrAdd(long key)
    {
        int index;
        if (key < table.Length)
        {
            index = table[key] - 1;
        }
        else if (!far.TryGetValue(key, out index))
        {
            index = -1;
        }

        if (index < 0)
        {
            index = AddChunk(key);
        }

        lastKey = key;
        lastIndex = index;
        return index;
    }

    private int AddChunk(long key)
    {
        if (count == chunks.Length)
        {
            int size = Math.Max(64, chunks.Length * 2);
            budget.Take((long)(size - chunks.Length) * (sizeof(Chunk) + ListSize));
            Array.Resize(ref chunks, size);
            lists = (byte*)NativeMemory.Realloc(lists, (nuint)size * ListSize);
        }

        int index = count++;
        chunks[index] = new Chunk { Key = key };
        if (key >= table.Length && key < LargestTable)
        {
            GrowTable(key);
        }

        if (key < table.Length)
        {
            table[key] = index + 1;
        }
        else
        {
            far[key] = index;
        }

        return index;
    }

    private void GrowTable(long key)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(256, key + 1));
        budget.Take((long)(size - table.Length) * sizeof(int));
        Array.Resize(ref table, size);
    }

    private byte* AllocateDense()
    {
        if (spareBlocks.TryPop(out nint spare))
        {
            return (byte*)spare;
        }

        budget.Take(DenseSize);
        return (byte*)NativeMemory.AllocZeroed(DenseSize);
    }

    private void Recycle(byte* dense)
    {
        if (spareBlocks.Count >= KeptBlocks)
        {
            FreeDense(dense);
            return;
        }

        ulong* words = (ulong*)dense;
        ulong* touched = words + (2 * FrameChunk.Words);
        for (int t = 0; t < SummaryWords; t++)
        {
            for (ulong rest = touched[t]; rest != 0; rest &= rest - 1)
            {
                int w = (t * 64) + BitOperations.TrailingZeroCount(rest);
                words[w] = 0;
                words[FrameChunk.Words + w] = 0;
            }

            touched[t] = 0;
        }

        spareBlocks.Push((nint)dense);
    }

    private void FreeDense(byte* dense)
    {
        NativeMemory.Free(dense);
        budget.Return(DenseSize);
    }

    private struct Chunk
    {
        public long Key;

        /// <summary>The dense block, or null while the members are in the short list.</summary>
        public byte* Dense;

        /// <summary>Members of the list; for a dense block known after <see cref="Seal"/>.</summary>
        public int Count;

        /// <summary>File frames of a dense block, known after <see cref="Seal"/>.</summary>
        public int FileCount;
    }
}
