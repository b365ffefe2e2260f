using System.Runtime.InteropServices;
using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.Frames;

/// <summary>The memory of the chunks of one <see cref="FrameCollector"/>: cleared, and kept for the next process.</summary>
/// <param name="budget">What it takes its memory from.</param>
internal sealed unsafe class ChunkPool(MemoryBudget budget) : IDisposable
{
    /// <summary>How many chunks are kept, and how many marked bitmaps; more are freed.</summary>
    private const int Kept = 1024;

    private readonly StructList<nint> spareChunks = [];
    private readonly StructList<nint> spareMarks = [];

    /// <summary>An empty chunk.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be exceeded.</exception>
    public CollectedChunk* TakeChunk() => (CollectedChunk*)(spareChunks.TryPop(out nint spare) ? (void*)spare : Allocate(CollectedChunk.Size));

    /// <summary>An empty marked bitmap, for <see cref="CollectedChunk.Files"/> or <see cref="CollectedChunk.Objects"/>.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be exceeded.</exception>
    public ulong* TakeMarks() => (ulong*)(spareMarks.TryPop(out nint spare) ? (void*)spare : Allocate(CollectedChunk.MarkedSize));

    /// <summary>Takes back a chunk, with the bitmaps that it has.</summary>
    public void Return(CollectedChunk* chunk)
    {
        Return(chunk->Files);
        Return(chunk->Objects);
        if (spareChunks.Count >= Kept)
        {
            Free(chunk, CollectedChunk.Size);
            return;
        }

        MarkedBitmap.Clear(CollectedChunk.Marks(chunk));
        *chunk = default;
        spareChunks.Add((nint)chunk);
    }

    public void Dispose()
    {
        while (spareChunks.TryPop(out nint chunk))
        {
            Free((void*)chunk, CollectedChunk.Size);
        }

        while (spareMarks.TryPop(out nint marks))
        {
            Free((void*)marks, CollectedChunk.MarkedSize);
        }
    }

    private void Return(ulong* marks)
    {
        if (marks == null)
        {
            return;
        }

        if (spareMarks.Count >= Kept)
        {
            Free(marks, CollectedChunk.MarkedSize);
            return;
        }

        MarkedBitmap.Clear(marks);
        spareMarks.Add((nint)marks);
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
}
