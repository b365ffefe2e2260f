using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>The page map of a snapshot: answers from runs (<see cref="PageRun"/>) as the kernel does from page tables.</summary>
/// <remarks>
/// Records are looked up by bisection in the file, a block of them in memory at a time, so the map of a process
/// of terabytes takes no more memory than any other. That they are in order is checked when it is opened; a file that is
/// changed later gives an error (EIO) or wrong figures, but never a wrong memory access.
/// </remarks>
internal sealed class RecordedPagemap : Pagemap
{
    private const int EntrySize = sizeof(ulong);

    /// <summary>Fewer pages of one frame are read with those around them.</summary>
    private const ulong LeastSame = 512;

    /// <summary>The error number for records that are out of order, overlap, or are none; the kernel returns it for no page map.</summary>
    public const int Damaged = Errno.EBADMSG;

    /// <summary>What <see cref="Damaged"/> means for a process, as a clause for a message.</summary>
    public const string Description = "the records of its pages in the snapshot are not in order, or overlap: the file is damaged";

    private readonly OpenedFile file;
    private readonly ulong pageSize;
    private readonly long runs;
    private readonly ulong listed;

    /// <summary>One for each thread that reads at the same time, so that none waits for another.</summary>
    private readonly ConcurrentBag<PageRunCursor> cursors = [];

    private RecordedPagemap(OpenedFile file, ulong pageSize, long runs, ulong listed)
    {
        this.file = file;
        this.pageSize = pageSize;
        this.runs = runs;
        this.listed = listed;
    }

    /// <summary>Takes over an open file.</summary>
    /// <param name="file">The file; closed with the map, or when it is none.</param>
    /// <param name="pageSize">The size of a page in bytes.</param>
    /// <param name="error">
    /// 0, or the error number: EIO for a file that is cut off or not of this form, <see cref="Damaged"/> for records that are
    /// not in order.
    /// </param>
    /// <param name="cancellation">Ends the check of a long file.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RecordedPagemap? Open(OpenedFile file, ulong pageSize, out int error, CancellationToken cancellation = default)
    {
        Span<ulong> head = stackalloc ulong[3];
        error = PageRunCursor.ReadWords(file, head, 0);
        if (error == 0 && (head[0] != PageRun.Magic || head[1] > long.MaxValue / 64 || head[2] > long.MaxValue / 64 || !EndsAt(file, head[1], head[2])))
        {
            error = Errno.EIO;
        }

        error = error == 0 ? Check(file, (long)head[1], head[2], cancellation) : error;
        if (error == 0)
        {
            return new RecordedPagemap(file, pageSize, (long)head[1], head[2]);
        }

        file.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public override bool ScansAtOnce => true;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, long offset)
    {
        Span<ulong> entries = MemoryMarshal.Cast<byte, ulong>(buffer);
        entries.Clear();
        ulong first = (ulong)offset / EntrySize;
        ulong end = first + (ulong)entries.Length;
        PageRunCursor cursor = Rent();
        int error = cursor.Find(first, out long index);
        for (; error == 0 && index < runs; index++)
        {
            error = cursor.Load(index, out PageRun run);
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

        cursors.Add(cursor);
        return error != 0 ? -error : entries.Length * EntrySize;
    }

    /// <inheritdoc/>
    public override int Scan(ref PagemapScan.Arguments argument, Span<PagemapScan.Region> regions)
    {
        ulong next = argument.Start / pageSize;
        ulong end = argument.End / pageSize;
        ulong left = argument.MaxPages == 0 ? ulong.MaxValue : argument.MaxPages;
        int count = 0;
        argument.WalkEnd = argument.End;
        PageRunCursor cursor = Rent();
        int error = cursor.Find(next, out long index);
        for (; error == 0 && index < runs; index++)
        {
            error = cursor.Load(index, out PageRun run);
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

            // Of pages that are all the same frame, however many there are, it takes one to know all.
            bool isSame = run.Kind == PageRunKind.Same && to - from >= LeastSame;
            to = isSame ? to : Math.Min(to, from + Math.Min(left, to - from));
            left -= isSame ? 1 : to - from;
            regions[count++] = new PagemapScan.Region { Start = from * pageSize, End = to * pageSize, Categories = isSame ? PagemapScan.Same : 0 };
            next = to;
            if (to < Math.Min(end, run.End))
            {
                argument.WalkEnd = to * pageSize;
                break;
            }
        }

        cursors.Add(cursor);
        return error != 0 ? -error : count;
    }

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();

    /// <summary>
    /// All records, once and in order: whatever is asked for then passes over as many records as it has pages, and no more
    /// than the file has.
    /// </summary>
    private static int Check(OpenedFile file, long runs, ulong listed, CancellationToken cancellation)
    {
        PageRun[] some = new PageRun[Math.Min(runs, PageRunCursor.BlockRuns)];
        ulong end = 0;
        for (long start = 0; start < runs; start += some.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<PageRun> block = some.AsSpan(0, (int)Math.Min(some.Length, runs - start));
            int error = PageRunCursor.ReadWords(file, MemoryMarshal.Cast<PageRun, ulong>(block), PageRun.HeadSize + (start * PageRun.Size));
            if (error != 0)
            {
                return error;
            }

            foreach (ref readonly PageRun run in block)
            {
                if (!run.IsSound(listed) || run.Page < end)
                {
                    return Damaged;
                }

                end = run.End;
            }
        }

        return 0;
    }

    private static bool EndsAt(OpenedFile file, ulong runs, ulong listed)
    {
        long size = PageRun.HeadSize + ((long)runs * PageRun.Size) + ((long)listed * EntrySize);
        Span<byte> around = stackalloc byte[2];
        return file.ReadAt(around, size - 1) == 1;
    }

    private PageRunCursor Rent() => cursors.TryTake(out PageRunCursor? cursor) ? cursor : new PageRunCursor(file, runs, listed);

    private int Fill(in PageRun run, ulong skipped, Span<ulong> entries)
    {
        if (run.Kind == PageRunKind.Listed)
        {
            return PageRunCursor.ReadWords(file, entries, PageRun.HeadSize + (runs * PageRun.Size) + ((long)(run.Value + skipped) * EntrySize));
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
}
