using System.Runtime.InteropServices;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Frames;

/// <summary>The memory of the chunks of one <see cref="FrameCollector"/>, in blocks: all chunks are taken back at once, cleared, and their memory is there for the next process.</summary>
/// <remarks>
/// The blocks are mapped and not from malloc, where there is Linux: of malloc's, what a large process needed stays with the thread as long as anything newer lies behind it.
/// </remarks>
/// <param name="budget">What it takes its memory from.</param>
internal sealed unsafe class ChunkPool(MemoryBudget budget) : IDisposable
{
    private const int BlockSize = 128 * 1024;

    /// <summary>How many blocks are kept in any case, and at the most; the largest processes are read first, so fewer and fewer are.</summary>
    private const int LeastKept = 1;
    private const int MostKept = 64;

    private readonly StructList<nint> blocks = [];
    private byte* next;
    private int left;
    private int used;
    private int kept;

    /// <summary>An empty chunk.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be exceeded.</exception>
    public CollectedChunk* TakeChunk() => (CollectedChunk*)Take(CollectedChunk.Size);

    /// <summary>An empty marked bitmap, for <see cref="CollectedChunk.Files"/> or <see cref="CollectedChunk.Objects"/>.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be exceeded.</exception>
    public ulong* TakeMarks() => (ulong*)Take(CollectedChunk.MarkedSize);

    /// <summary>Empties a chunk, with the bitmaps that it has: its memory can be taken again after <see cref="TakeBackAll"/>.</summary>
    public static void Empty(CollectedChunk* chunk)
    {
        if (chunk->Files != null)
        {
            MarkedBitmap.Clear(chunk->Files);
        }

        if (chunk->Objects != null)
        {
            MarkedBitmap.Clear(chunk->Objects);
        }

        MarkedBitmap.Clear(CollectedChunk.Marks(chunk));
        *chunk = default;
    }

    /// <summary>Takes back all that was taken, which has been emptied.</summary>
    public void TakeBackAll()
    {
        kept = Math.Clamp(Math.Max(used, kept - 1), LeastKept, MostKept);
        Free(kept);
        used = 0;
        left = 0;
    }

    public void Dispose()
    {
        Free(0);
        used = 0;
        left = 0;
    }

    private byte* Take(int size)
    {
        if (left < size)
        {
            if (used == blocks.Count)
            {
                AddBlock();
            }

            next = (byte*)blocks[used++];
            left = BlockSize;
        }

        byte* taken = next;
        next += size;
        left -= size;
        return taken;
    }

    private void AddBlock()
    {
        budget.Take(BlockSize);
        nint block = Libc.IsThere ? Mmap.Map(BlockSize, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_PRIVATE) : (nint)NativeMemory.AllocZeroed(BlockSize);
        if (block == 0)
        {
            budget.Return(BlockSize);
            throw new OutOfMemoryException();
        }

        blocks.Add(block);
    }

    private void Free(int most)
    {
        while (blocks.Count > most && blocks.TryPop(out nint block))
        {
            if (Libc.IsThere)
            {
                Mmap.Unmap(block, BlockSize);
            }
            else
            {
                NativeMemory.Free((void*)block);
            }

            budget.Return(BlockSize);
        }
    }
}
