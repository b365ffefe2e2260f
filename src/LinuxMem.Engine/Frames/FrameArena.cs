using System.Numerics;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// Native memory for the chunks of frame sets, in blocks of 16 bytes to 4 KiB. Not thread-safe: one thread uses an
/// arena at a time, but a block may be freed into an arena other than its own. <see cref="Dispose"/> frees everything
/// at once.
/// </summary>
internal sealed unsafe class FrameArena(MemoryBudget budget) : IDisposable
{
    /// <summary>The largest block in bytes: the bitmap of a chunk.</summary>
    public const int MaxBlock = 4096;

    private const int SmallestBlock = 16;
    private const int SlabSize = 128 * 1024;

    private readonly StructList<nint> slabs = [];
    private readonly void*[] free = new void*[BlockClass(MaxBlock) + 1];
    private byte* next;
    private int left;

    /// <summary>
    /// Returns a block of <paramref name="size"/> bytes, a power of two from 16 to 4096; its content is undefined.
    /// </summary>
    /// <exception cref="LinuxMemException">The memory limit would be exceeded.</exception>
    public byte* Allocate(int size)
    {
        int c = BlockClass(size);
        void* block = free[c];
        if (block != null)
        {
            free[c] = *(void**)block;
            return (byte*)block;
        }

        if (left < size)
        {
            AddSlab();
        }

        byte* fresh = next;
        next += size;
        left -= size;
        return fresh;
    }

    /// <summary>Frees a block of <paramref name="size"/> bytes for reuse by <see cref="Allocate"/>.</summary>
    public void Free(byte* block, int size)
    {
        int c = BlockClass(size);
        *(void**)block = free[c];
        free[c] = block;
    }

    public void Dispose()
    {
        foreach (nint slab in slabs)
        {
            NativeMemory.AlignedFree((void*)slab);
        }

        budget.Return((long)slabs.Count * SlabSize);
        slabs.Clear();
        Array.Clear(free);
        left = 0;
    }

    // Not Log2: it compiles to LZCNT, which is not in the base instruction set, so the precompiled code would be
    // discarded at run time.
    private static int BlockClass(int size) => BitOperations.TrailingZeroCount((uint)size / SmallestBlock);

    private void AddSlab()
    {
        // Split the rest of the old slab into blocks of the sizes that fit.
        while (left >= SmallestBlock)
        {
            int size = MaxBlock;
            while (size > left)
            {
                size /= 2;
            }

            Free(next, size);
            next += size;
            left -= size;
        }

        budget.Take(SlabSize);
        next = (byte*)NativeMemory.AlignedAlloc(SlabSize, 64);
        left = SlabSize;
        slabs.Add((nint)next);
    }
}
