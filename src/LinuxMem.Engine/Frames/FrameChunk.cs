using System.Numerics;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// The members of a frame set among 2^15 consecutive PFNs: a list of the non-zero 64-bit words while these are few,
/// else a bitmap. These are the two containers of Roaring bitmaps, with words instead of single values, because the
/// kernel hands out neighbouring frames.
/// </summary>
internal unsafe struct FrameChunk
{
    /// <summary>log2 of <see cref="Frames"/>.</summary>
    public const int FrameBits = 15;

    /// <summary>PFNs per chunk.</summary>
    public const int Frames = 1 << FrameBits;

    /// <summary>64-bit words in a bitmap.</summary>
    public const int Words = Frames / 64;

    /// <summary>The most words in a list: it fills a block of 2 KiB, half the size of a bitmap.</summary>
    public const int MaxList = FrameArena.MaxBlock / 2 / BytesPerWord;

    /// <summary>Bytes per word of a list: the word and its index in the chunk.</summary>
    public const int BytesPerWord = sizeof(ulong) + sizeof(ushort);

    /// <summary>The upper bits of the PFN, equal for all members.</summary>
    public long Key;

    /// <summary>The list or the bitmap.</summary>
    public byte* Data;

    /// <summary>The number of words in the list; not maintained for a bitmap.</summary>
    public int Count;

    /// <summary>
    /// The size of the block at <see cref="Data"/> in bytes; <see cref="FrameArena.MaxBlock"/> means a bitmap.
    /// </summary>
    public int Size;

    public readonly bool IsBitmap => Size == FrameArena.MaxBlock;

    public readonly ulong* Bitmap => (ulong*)Data;

    /// <summary>The words of a list, unordered.</summary>
    public readonly ulong* ListWords => (ulong*)Data;

    /// <summary>For each word of a list, its index in the chunk.</summary>
    public readonly ushort* ListNumbers => (ushort*)(Data + (Size / BytesPerWord * sizeof(ulong)));

    /// <summary>Which word of the chunk stands at a place of the list or bitmap.</summary>
    public readonly int NumberAt(int place) => IsBitmap ? place : ListNumbers[place];

    /// <summary>The word at a place of the list or bitmap.</summary>
    public readonly ulong WordAt(int place) => ((ulong*)Data)[place];

    /// <summary>The number of members.</summary>
    public readonly int Population()
    {
        int n = 0;
        ulong* words = (ulong*)Data;
        int length = IsBitmap ? Words : Count;
        for (int w = 0; w < length; w++)
        {
            n += BitOperations.PopCount(words[w]);
        }

        return n;
    }
}
