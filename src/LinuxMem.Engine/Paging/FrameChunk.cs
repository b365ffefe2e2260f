using System.Numerics;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// The members of a frame set among 2^15 consecutive frame numbers: an array of their low 15 bits, in no order, while
/// they are few, a bitmap after (as in the Roaring papers).
/// </summary>
internal unsafe struct FrameChunk
{
    /// <summary>Frame numbers per chunk, as a power of two.</summary>
    public const int FrameBits = 15;

    /// <summary>Frame numbers per chunk.</summary>
    public const int Frames = 1 << FrameBits;

    /// <summary>64-bit words of a bitmap.</summary>
    public const int Words = Frames / 64;

    /// <summary>The most members of an array; with more the bitmap takes no more room.</summary>
    public const int LargestArray = 512;

    /// <summary>The frame numbers' upper bits, which all members share.</summary>
    public long Key;

    /// <summary>The array, or the bitmap.</summary>
    public byte* Data;

    /// <summary>Members of the array; not kept for a bitmap.</summary>
    public int Count;

    /// <summary>Bytes at <see cref="Data"/>; <see cref="FrameArena.LargestBlock"/> means bitmap.</summary>
    public int Size;

    public readonly bool IsBitmap => Size == FrameArena.LargestBlock;

    public readonly ushort* Array => (ushort*)Data;

    public readonly ulong* Bitmap => (ulong*)Data;

    /// <summary>The number of members.</summary>
    public readonly int Population()
    {
        if (!IsBitmap)
        {
            return Count;
        }

        int n = 0;
        for (int w = 0; w < Words; w++)
        {
            n += BitOperations.PopCount(Bitmap[w]);
        }

        return n;
    }
}
