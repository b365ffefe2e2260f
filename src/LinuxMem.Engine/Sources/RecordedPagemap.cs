using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>The page map of a snapshot: answers from runs (<see cref="PageRun"/>) as the kernel does from page tables.</summary>
/// <remarks>
/// Records are looked up by bisection in the file, a block of them in memory at a time, so the map of a process
/// of terabytes takes no more memory than any other. A damaged file gives an error (EIO) or wrong figures, but
/// never a wrong memory access.
/// </remarks>
internal sealed class RecordedPagemap : Pagemap
{
    private const int EntrySize = sizeof(ulong);
    private const int BlockRuns = 1024;

    private readonly OpenedFile file;
    private readonly ulong pageSize;
    private readonly long runs;
    private readonly ulong listed;
    private readonly PageRun[] block;
    private long blockStart = -1;
    private int blockCount;
    private long last;

    private RecordedPagemap(OpenedFile file, ulong pageSize, long runs, ulong listed)
    {
        this.file = file;
        this.pageSize = pageSize;
        this.runs = runs;
        this.listed = listed;
        block = new PageRun[(int)Math.Min(runs, BlockRuns)];
    }

    /// <summary>Takes over an open file.</summary>
    /// <param name="file">The file; closed with the map, or when it is none.</param>
    /// <param name="pageSize">The size of a page in bytes.</param>
    /// <param name="error">0, or the error number: EIO for a file that is cut off or not of this form.</param>
    public static RecordedPagemap? Open(OpenedFile file, ulong pageSize, out int error)
    {
        Span<ulong> head = stackalloc ulong[3];
        error = ReadWords(file, head, 0);
        if (error == 0 && (head[0] != PageRun.Magic || head[1] > long.MaxValue / 64 || head[2] > long.MaxValue / 64 || !EndsAt(file, head[1], head[2])))
        {
            error = Errno.EIO;
        }

        if (error == 0)
        {
            return new RecordedPagemap(file, pageSize, (long)head[1], head[2]);
        }

        file.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, long offset)
    {
        Span<ulong> entries = MemoryMarshal.Cast<byte, ulong>(buffer);
        entries.Clear();
        ulong first = (ulong)offset / EntrySize;
        ulong end = first + (ulong)entries.Length;
        lock (block)
        {
            int error = Find(first, out long index);
            for (; error == 0 && index < runs; index++)
            {
                error = Load(index, out PageRun run);
                if (error != 0 || run.Page >= end)
                {
                    break;
                }

                ulong from = Math.Max(first, run.Page);
                ulong to = Math.Min(end, run.End);
                if (from < to)
                {
                    error = Fill(run, from - run.Page, entries.Slice((int)(from - first), (int)(to - from)));
                }
            }

            return error != 0 ? -error : entries.Length * EntrySize;
        }
    }

    /// <inheritdoc/>
    public override int Scan(ref PagemapScan.Arguments argument, Span<PagemapScan.Region> regions)
    {
        ulong next = argument.Start / pageSize;
        ulong end = argument.End / pageSize;
        ulong left = argument.MaxPages == 0 ? ulong.MaxValue : argument.MaxPages;
        int count = 0;
        argument.WalkEnd = argument.End;
        lock (block)
        {
            int error = Find(next, out long index);
            for (; error == 0 && index < runs; index++)
            {
                error = Load(index, out PageRun run);
                if (error != 0 || run.Page >= end)
                {
                    break;
                }

                ulong from = Math.Max(next, run.Page);
                ulong to = Math.Min(end, run.End);
                if (from >= to)
                {
                    continue;
                }

                if (count == (int)argument.RegionCount || left == 0)
                {
                    argument.WalkEnd = next * pageSize;
                    break;
                }

                to = Math.Min(to, from + Math.Min(left, to - from));
                left -= to - from;
                regions[count++] = new PagemapScan.Region { Start = from * pageSize, End = to * pageSize };
                next = to;
                if (to < Math.Min(end, run.End))
                {
                    argument.WalkEnd = to * pageSize;
                    break;
                }
            }

            return error != 0 ? -error : count;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();

    /// <summary>Reads whole little-endian words; 0, or the error number.</summary>
    private static int ReadWords(OpenedFile file, Span<ulong> words, long offset)
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

    private static bool EndsAt(OpenedFile file, ulong runs, ulong listed)
    {
        long size = PageRun.HeadSize + ((long)runs * PageRun.Size) + ((long)listed * EntrySize);
        Span<byte> around = stackalloc byte[2];
        return file.ReadAt(around, size - 1) == 1;
    }

    private int Fill(in PageRun run, ulong skipped, Span<ulong> entries)
    {
        if (run.Kind == PageRunKind.Listed)
        {
            return ReadWords(file, entries, PageRun.HeadSize + (runs * PageRun.Size) + ((long)(run.Value + skipped) * EntrySize));
        }

        ulong step = run.Step;
        ulong value = run.Value + (skipped * step);
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = value;
            value += step;
        }

        return 0;
    }

    /// <summary>Finds the first run that ends after a page; usually the one used last, or the next.</summary>
    private int Find(ulong page, out long index)
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

    private int Load(long index, out PageRun run)
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
