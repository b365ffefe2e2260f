using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Snapshots;

/// <summary>Writes a pagemap as runs (<see cref="PageRun"/>), in page order, with little memory.</summary>
/// <param name="file">Receives the records; written from its beginning.</param>
/// <param name="entries">Buffers the listed entries, which follow the records in the file.</param>
internal sealed class PageRunWriter(Stream file, Stream entries)
{
    /// <summary>The shortest sequence of entries that is stored as a run of its own; shorter ones are listed.</summary>
    private const int ShortestRun = 8;

    /// <summary>
    /// Holes of at most this many pages are listed as empty entries, which is shorter than a new record.
    /// </summary>
    private const int SmallHole = 3;

    private readonly ulong[] list = new ulong[8192];
    private ulong listPage;
    private int listCount;
    private int tail;
    private PageRunKind tailKind;
    private PageRun run;
    private ulong next;
    private ulong runs;
    private ulong listed;

    /// <summary>The number of entries appended.</summary>
    public long Entries { get; private set; }

    /// <summary>Begins a new pagemap.</summary>
    public void Begin()
    {
        file.Position = 0;
        file.SetLength(0);
        entries.Position = 0;
        entries.SetLength(0);
        runs = 0;
        listed = 0;
        listCount = 0;
        run = default;
        Entries = 0;
        WriteWords([PageRun.Magic, 0, 0], file);
    }

    /// <summary>Appends the entry of a page. Pages must ascend; pages without an entry are left out.</summary>
    public void Append(ulong page, ulong entry)
    {
        Entries++;
        if (run.CountAndKind != 0)
        {
            if (entry == next && page == run.End)
            {
                run.CountAndKind++;
                next += run.Step;
                return;
            }

            EndRun();
        }

        if (listCount > 0)
        {
            ulong gap = page - listPage - (ulong)listCount;
            if (gap > SmallHole || listCount + (int)gap >= list.Length)
            {
                EndList(listCount);
            }

            for (; listCount > 0 && gap > 0; gap--)
            {
                list[listCount++] = 0;
                tail = 0;
            }
        }

        if (listCount == 0)
        {
            listPage = page;
            tail = 0;
        }

        Extend(entry);
    }

    /// <summary>Completes the file.</summary>
    public void End()
    {
        EndRun();
        EndList(listCount);
        entries.Position = 0;
        entries.CopyTo(file);
        file.Position = 0;
        WriteWords([PageRun.Magic, runs, listed], file);
        file.Flush();
    }

    /// <summary>Adds an entry to the list, and turns its last entries into a run when they are enough.</summary>
    private void Extend(ulong entry)
    {
        ulong before = tail > 0 ? list[listCount - 1] : 0;
        PageRunKind kind = tail == 0 ? PageRunKind.Listed : Kind(before, entry);
        tail = kind == PageRunKind.Listed ? 1 : tail > 1 && kind == tailKind ? tail + 1 : 2;
        tailKind = kind;
        list[listCount++] = entry;
        if (tail < ShortestRun)
        {
            return;
        }

        int first = listCount - tail;
        run = new PageRun(listPage + (ulong)first, (ulong)tail, tailKind, list[first]);
        next = entry + run.Step;
        EndList(first);
    }

    /// <summary>How an entry differs from the one before it.</summary>
    private static PageRunKind Kind(ulong before, ulong entry) => (entry - before) switch
    {
        0 => PageRunKind.Same,
        1 when (entry & PagemapEntry.Present) != 0 => PageRunKind.Frames,
        1UL << PagemapEntry.SwapTypeBits when (entry & PagemapEntry.Present) == 0 => PageRunKind.Slots,
        _ => PageRunKind.Listed,
    };

    private void EndRun()
    {
        if (run.CountAndKind != 0)
        {
            WriteRun(run);
            run = default;
        }
    }

    /// <summary>Writes the first <paramref name="count"/> entries of the list, and clears the list.</summary>
    private void EndList(int count)
    {
        if (count > 0)
        {
            WriteRun(new PageRun(listPage, (ulong)count, PageRunKind.Listed, listed));
            WriteWords(list.AsSpan(0, count), entries);
            listed += (ulong)count;
        }

        listCount = 0;
        tail = 0;
    }

    private void WriteRun(in PageRun record)
    {
        runs++;
        WriteWords([record.Page, record.CountAndKind, record.Value], file);
    }

    private void WriteWords(ReadOnlySpan<ulong> words, Stream to)
    {
        if (BitConverter.IsLittleEndian)
        {
            to.Write(MemoryMarshal.AsBytes(words));
            return;
        }

        byte[] bytes = new byte[words.Length * sizeof(ulong)];
        BinaryPrimitives.ReverseEndianness(words, MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan()));
        to.Write(bytes);
    }
}
