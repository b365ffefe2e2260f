using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>Looks up the records of a page map in its file (<see cref="PageRun"/>), a block of them in memory. One thread at a time uses it.</summary>
/// <param name="file">The file.</param>
/// <param name="runs">How many records it has.</param>
/// <param name="listed">How many entries it lists.</param>
internal sealed class PageRunCursor(OpenedFile file, long runs, ulong listed)
{
    /// <summary>Records in a block.</summary>
    public const int BlockRuns = 1024;

    private readonly PageRun[] block = new PageRun[(int)Math.Min(runs, BlockRuns)];
    private long blockStart = -1;
    private int blockCount;
    private long last;

    /// <summary>Reads whole little-endian words; 0, or the error number.</summary>
    public static int ReadWords(OpenedFile file, Span<ulong> words, long offset)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(words);
        while (!bytes.IsEmpty)
        {
            int n = file.ReadAt(bytes, offset);
            if (n <= 0)
            {
                return n < 0 ? -n : Errno.EIO;
            }

            bytes = bytes[n..];
            offset += n;
        }

        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return 0;
    }

    /// <summary>Finds the first run that ends after a page; usually the one used last, or the next. 0, or the error number.</summary>
    public int Find(ulong page, out long index)
    {
        long low = 0;
        long high = runs;
        long guess = last;
        index = 0;
        for (int step = 0; low < high; step++)
        {
            long at = step < 3 ? Math.Clamp(guess, low, high - 1) : low + ((high - low) / 2);
            int error = Load(at, out PageRun run);
            if (error != 0)
            {
                return error;
            }

            if (run.End > page)
            {
                high = at;
                guess = at - 1;
            }
            else
            {
                low = at + 1;
                guess = low;
            }
        }

        index = low;
        last = low;
        return 0;
    }

    /// <summary>A record, read with those around it; 0, or the error number.</summary>
    public int Load(long index, out PageRun run)
    {
        if (blockStart < 0 || index < blockStart || index >= blockStart + blockCount)
        {
            // Also some runs before it, for steps back.
            long start = Math.Max(0, index - (BlockRuns / 8));
            int count = (int)Math.Min(block.Length, runs - start);
            blockStart = -1;
            int error = ReadWords(file, MemoryMarshal.Cast<PageRun, ulong>(block.AsSpan(0, count)), PageRun.HeadSize + (start * PageRun.Size));
            if (error != 0)
            {
                run = default;
                return error;
            }

            // Checked to be in order, so that no query looks at more runs than it asks for pages.
            for (int i = 0; i < count; i++)
            {
                if (!block[i].IsSound(listed) || (i > 0 && block[i].Page < block[i - 1].End))
                {
                    run = default;
                    return Errno.EIO;
                }
            }

            blockStart = start;
            blockCount = count;
        }

        run = block[index - blockStart];
        return 0;
    }
}
