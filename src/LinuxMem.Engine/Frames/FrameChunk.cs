using System.Numerics;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// The members of a frame set among 2^15 consecutive frame numbers: a list of the 64-bit words that hold any
/// while those are few, a bitmap after (the two containers of the Roaring papers, but for words: the kernel
/// hands out neighbouring frames, and a word takes its neighbours in at once).
/// </summary>
internal unsafe struct FrameChunk
{
    /// <summary>Frame numbers per chunk, as a power of two.</summary>
    public const int FrameBits = 15;

    /// <summary>Frame numbers per chunk.</summary>
    public const int Frames = 1 << FrameBits;

    /// <summary>64-bit words of a bitmap.</summary>
    public const int Words = Frames / 64;

    /// <summary>The most words of a list, those of a block of 2 KiB; a bitmap takes twice that.</summary>
    public const int MaxList = FrameArena.MaxBlock / 2 / BytesPerWord;

    /// <summary>Bytes of a list per word: the word, and its number in the chunk.</summary>
    public const int BytesPerWord = sizeof(ulong) + sizeof(ushort);

    /// <summary>The frame numbers' upper bits, which all members share.</summary>
    public long Key;

    /// <summary>The list or the bitmap.</summary>
    public byte* Data;

    /// <summary>Words of the list; not kept for a bitmap.</summary>
    public int Count;

    /// <summary>Bytes at <see cref="Data"/>; <see cref="FrameArena.MaxBlock"/> means bitmap.</summary>
    public int Size;

    public readonly bool IsBitmap => Size == FrameArena.MaxBlock;

    public readonly ulong* Bitmap => (ulong*)Data;

    /// <summary>The words of a list, in no order.</summary>
    public readonly ulong* ListWords => (ulong*)Data;

    /// <summary>The numbers, within the chunk, of the words of a list.</summary>
    public readonly ushort* ListNumbers => (ushort*)(Data + (Size / BytesPerWord * sizeof(ulong)));

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
