using System.Runtime.InteropServices;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>Reads the entries of stretches of an address space, and has them decoded. One thread uses it.</summary>
internal sealed unsafe class EntryReader : IDisposable
{
    /// <summary>Entries per read: 64 KiB of them stay in the processor's cache.</summary>
    public const int BufferEntries = 8192;

    private const int EntrySize = sizeof(ulong);

    private ulong* entries;
    private readonly MemoryBudget budget;
    private readonly EntryDecoder decoder;
    private readonly ulong pageSize;
    private readonly ulong hugeSize;
    private readonly bool processesEnd;

    public EntryReader(PagingFacts facts, MemoryBudget budget)
    {
        budget.Take(BufferEntries * EntrySize);
        this.budget = budget;
        pageSize = facts.PageSize;
        hugeSize = facts.HugeSize;
        processesEnd = facts.ProcessesEnd;
        entries = (ulong*)NativeMemory.AlignedAlloc(BufferEntries * EntrySize, 64);
        decoder = new EntryDecoder(facts, budget);
    }

    /// <summary>The page map to read.</summary>
    public Pagemap Pagemap { get; set; } = null!;

    /// <summary>Keeps what is read by the names of the mappings, too; null where no report is made by mapping.</summary>
    public NamedFrames? Names { get; set; }

    /// <summary>The frames read since the collector was last cleared.</summary>
    public FrameCollector Frames => Names?.Frames ?? decoder.Frames;

    /// <summary>The swap slots read since the collector was last cleared.</summary>
    public FrameCollector Slots => Names?.Slots ?? decoder.Slots;

    /// <summary>Entries that referred to a frame or a slot, over all reads.</summary>
    public long References => decoder.References;

    /// <summary>Huge pages taken in, over all reads.</summary>
    public long HugePages => decoder.HugePages;

    /// <summary>Entries read in all, those of nothing included.</summary>
    public long Entries { get; private set; }

    /// <summary>System calls made to read them.</summary>
    public long Calls { get; private set; }

    public void Dispose()
    {
        if (entries == null)
        {
            return;
        }

        decoder.Dispose();
        NativeMemory.AlignedFree(entries);
        entries = null;
        budget.Return(BufferEntries * EntrySize);
    }

    /// <summary>Hands over what was read under the last name; to be called when all has been read.</summary>
    public void EndNames() => Names?.Leave(decoder.Frames, decoder.Slots);

    /// <summary>Forgets what was read.</summary>
    public void Discard()
    {
        decoder.Frames.Clear();
        decoder.Slots.Clear();
        Names?.Clear();
    }

    /// <summary>Reads a region of huge pages: one entry for each stretch of consecutive frames.</summary>
    public int ReadHuge(ReadOnlySpan<Mapping> mappings, ref int index, ulong start, ulong end)
    {
        ulong hugePages = hugeSize / pageSize;
        for (ulong address = start; address < end;)
        {
            while (index < mappings.Length && mappings[index].End <= address)
            {
                index++;
            }

            if (index == mappings.Length)
            {
                return 0;
            }

            ref readonly Mapping mapping = ref mappings[index];
            if (mapping.Start > address)
            {
                address = mapping.Start;
                continue;
            }

            ulong stretchEnd = Math.Min(Math.Min((address + hugeSize) & ~(hugeSize - 1), mapping.End), end);
            ulong entry;
            int error = ReadExactly(&entry, address, 1);
            if (error != 0)
            {
                return error;
            }

            bool isWhole = stretchEnd - address == hugeSize && (address & (hugeSize - 1)) == 0;
            ulong frame = entry & PagemapEntry.FrameMask;
            if (isWhole && (entry & PagemapEntry.Present) != 0 && frame % hugePages == 0 && mapping.Kind != MappingKind.PrivateDevice)
            {
                Names?.Enter(mapping.Name, decoder.Frames, decoder.Slots);
                decoder.TakeInHuge(entry, mapping.Kind);
            }
            else
            {
                // Split, swapped or moved since the scan, or cut by the mapping's end: read all of it.
                int here = index;
                error = ReadSpan(mappings, ref here, address, stretchEnd, out _);
                if (error != 0)
                {
                    return error;
                }
            }

            address = stretchEnd;
        }

        return 0;
    }

    /// <summary>Reads a region whose pages are all the same frame: one entry in each mapping.</summary>
    public int ReadSame(ReadOnlySpan<Mapping> mappings, ref int index, ulong start, ulong end)
    {
        for (ulong address = start; address < end; address = mappings[index++].End)
        {
            while (index < mappings.Length && mappings[index].End <= address)
            {
                index++;
            }

            if (index == mappings.Length || mappings[index].Start >= end)
            {
                return 0;
            }

            address = Math.Max(address, mappings[index].Start);
            int here = index;
            int error = ReadSpan(mappings, ref here, address, address + pageSize, out _);
            if (error != 0)
            {
                return error;
            }

            if (mappings[index].End >= end)
            {
                return 0;
            }
        }

        return 0;
    }

    /// <summary>Reads all entries of a range and takes in those that lie in a mapping.</summary>
    public int ReadSpan(ReadOnlySpan<Mapping> mappings, ref int index, ulong start, ulong end, out ulong found)
    {
        found = 0;
        while (start < end)
        {
            ulong stop = Math.Min(end, EndOfRead(start, BufferEntries));
            int error = ReadExactly(entries, start, (int)((stop - start) / pageSize));
            if (error != 0)
            {
                return error;
            }

            for (ulong at = start; at < stop;)
            {
                while (index < mappings.Length && mappings[index].End <= at)
                {
                    index++;
                }

                if (index == mappings.Length || mappings[index].Start >= stop)
                {
                    break;
                }

                ref readonly Mapping mapping = ref mappings[index];
                ulong from = Math.Max(at, mapping.Start);
                ulong to = Math.Min(stop, mapping.End);
                if (mapping.Kind != MappingKind.Skipped)
                {
                    Names?.Enter(mapping.Name, decoder.Frames, decoder.Slots);
                    found += (ulong)decoder.TakeIn(entries + ((from - start) / pageSize), (int)((to - from) / pageSize), mapping.Kind, from);
                }

                at = to;
            }

            start = stop;
        }

        return 0;
    }

    /// <summary>
    /// Where a read of at most <paramref name="pages"/> pages ends: between huge pages, so that none of them is
    /// seen in two halves, neither of which looks like one.
    /// </summary>
    public ulong EndOfRead(ulong start, ulong pages)
    {
        ulong limit = start + Math.Min(pages * pageSize, (ulong.MaxValue - start) & ~(pageSize - 1));
        ulong aligned = limit & ~(hugeSize - 1);
        return aligned > start ? aligned : limit;
    }

    private int ReadExactly(ulong* target, ulong address, int count)
    {
        Entries += count;
        long offset = (long)(address / pageSize * EntrySize);
        var buffer = new Span<byte>(target, count * EntrySize);
        while (!buffer.IsEmpty)
        {
            int n = Pagemap.Read(buffer, offset);
            Calls++;
            if (n <= 0)
            {
                // The kernel reads nothing of an address space that is gone; a copy has an end where it was cut off.
                return n < 0 ? -n : processesEnd ? Errno.ESRCH : Errno.EIO;
            }

            buffer = buffer[n..];
            offset += n;
        }

        return 0;
    }
}
