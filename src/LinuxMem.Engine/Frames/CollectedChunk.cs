using System.Runtime.CompilerServices;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// A chunk of a <see cref="FrameCollector"/>: this header, and behind it the marked bitmap (<see cref="MarkedBitmap"/>) of all its frames.
/// </summary>
internal unsafe struct CollectedChunk
{
    /// <summary>Bytes of the header: a cache line.</summary>
    private const int HeaderSize = 64;

    /// <summary>Bytes of a marked bitmap.</summary>
    public const int MarkedSize = MarkedBitmap.Length * sizeof(ulong);

    /// <summary>Bytes of a chunk.</summary>
    public const int Size = HeaderSize + MarkedSize;

    /// <summary>The upper bits of the PFN.</summary>
    public long Key;

    /// <summary>The marked bitmap of the file frames; null while there are none.</summary>
    public ulong* Files;

    /// <summary>The same of the frames of shared memory objects.</summary>
    public ulong* Objects;

    /// <summary>The marked bitmap of all frames.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Marks(CollectedChunk* chunk) => (ulong*)((byte*)chunk + HeaderSize);
}
