using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// The members of a frame set among 2^15 consecutive PFNs: a list of the non-zero 64-bit words while these are few,
/// else a bitmap. These are the two containers of Roaring bitmaps, with words instead of single values, because the
/// kernel hands out neighbouring frames.
/// </summary>
[SkipLocalsInit]
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

    /// <summary>Adds the members of a marked bitmap (<see cref="MarkedBitmap"/>).</summary>
    /// <param name="marks">The marks, followed by the bitmap.</param>
    /// <param name="arena">The arena to allocate from.</param>
    public void Add(ulong* marks, FrameArena arena)
    {
        if (!IsBitmap)
        {
            if (TryAddToList(marks, arena))
            {
                return;
            }

            MakeBitmap(arena);
        }

        ulong* words = marks + MarkedBitmap.MarkWords;
        ulong* target = Bitmap;
        for (int m = 0; m < MarkedBitmap.MarkWords; m++, target += 64, words += 64)
        {
            if (marks[m] == ulong.MaxValue)
            {
                for (int w = 0; w < 64; w += Vector128<ulong>.Count)
                {
                    // Not Store: what calls it is not compiled beforehand.
                    *(Vector128<ulong>*)(target + w) |= *(Vector128<ulong>*)(words + w);
                }

                continue;
            }

            for (ulong rest = marks[m]; rest != 0; rest &= rest - 1)
            {
                int w = BitOperations.TrailingZeroCount(rest);
                target[w] |= words[w];
            }
        }
    }

    /// <summary>Writes the members to a marked bitmap, over whatever is there.</summary>
    public readonly void CopyTo(ulong* marks)
    {
        ulong* words = marks + MarkedBitmap.MarkWords;
        if (IsBitmap)
        {
            // Not Fill: it goes by the widest vectors of the processor, for which .NET itself is compiled anew.
            for (int m = 0; m < MarkedBitmap.MarkWords; m++)
            {
                marks[m] = ulong.MaxValue;
            }

            new ReadOnlySpan<ulong>(Bitmap, Words).CopyTo(new Span<ulong>(words, Words));
            return;
        }

        new Span<ulong>(marks, MarkedBitmap.MarkWords).Clear();
        ulong* listed = ListWords;
        ushort* numbers = ListNumbers;
        int length = Count;
        for (int i = 0; i < length; i++)
        {
            int w = numbers[i];
            words[w] = listed[i];
            marks[w >> 6] |= 1UL << w;
        }
    }

    /// <summary>Frees its block into an arena; the chunk is not to be used any more.</summary>
    public readonly void Free(FrameArena arena)
    {
        if (Size > 0)
        {
            arena.Free(Data, Size);
        }
    }

    /// <summary>Adds a marked bitmap to the list; false, with nothing changed, when the list would become too long.</summary>
    private bool TryAddToList(ulong* marks, FrameArena arena)
    {
        ulong* words = marks + MarkedBitmap.MarkWords;
        ulong* left = stackalloc ulong[MarkedBitmap.MarkWords];
        int fresh = 0;
        for (int m = 0; m < MarkedBitmap.MarkWords; m++)
        {
            left[m] = marks[m];
            fresh += BitOperations.PopCount(marks[m]);
        }

        // Looked up once and not in each round: where a list lies is worked out by a division.
        ulong* listed = ListWords;
        ushort* listNumbers = ListNumbers;
        int length = Count;
        for (int i = 0; i < length && fresh > 0; i++)
        {
            int w = listNumbers[i];
            ulong mark = 1UL << w;
            ulong rest = left[w >> 6];
            if ((rest & mark) != 0)
            {
                listed[i] |= words[w];
                left[w >> 6] = rest & ~mark;
                fresh--;
            }
        }

        if (fresh == 0)
        {
            return true;
        }

        if (length + fresh > MaxList)
        {
            return false;
        }

        Reserve(length + fresh, arena);
        listed = ListWords;
        listNumbers = ListNumbers;
        for (int m = 0; m < MarkedBitmap.MarkWords; m++)
        {
            for (ulong rest = left[m]; rest != 0; rest &= rest - 1)
            {
                int w = (m * 64) + BitOperations.TrailingZeroCount(rest);
                listed[length] = words[w];
                listNumbers[length++] = (ushort)w;
            }
        }

        Count = length;
        return true;
    }

    /// <summary>Makes room for a list of <paramref name="n"/> words.</summary>
    private void Reserve(int n, FrameArena arena)
    {
        if (n * BytesPerWord <= Size)
        {
            return;
        }

        // Not RoundUpToPowerOf2: it compiles to LZCNT, and the precompiled code would be discarded at run time.
        int size = 16;
        while (size < n * BytesPerWord)
        {
            size *= 2;
        }

        var grown = new FrameChunk { Key = Key, Data = arena.Allocate(size), Count = Count, Size = size };
        if (Size > 0)
        {
            new ReadOnlySpan<ulong>(ListWords, Count).CopyTo(new Span<ulong>(grown.ListWords, Count));
            new ReadOnlySpan<ushort>(ListNumbers, Count).CopyTo(new Span<ushort>(grown.ListNumbers, Count));
            arena.Free(Data, Size);
        }

        this = grown;
    }

    private void MakeBitmap(FrameArena arena)
    {
        byte* data = arena.Allocate(FrameArena.MaxBlock);
        new Span<byte>(data, FrameArena.MaxBlock).Clear();
        if (Size > 0)
        {
            ulong* bitmap = (ulong*)data;
            for (int i = 0; i < Count; i++)
            {
                bitmap[ListNumbers[i]] = ListWords[i];
            }

            arena.Free(Data, Size);
        }

        Data = data;
        Size = FrameArena.MaxBlock;
        Count = 0;
    }
}
