using System.Runtime.CompilerServices;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>Decodes pagemap entries into PFNs and swap slots: the loop that runs once per page.</summary>
internal sealed unsafe class EntryDecoder : IDisposable
{
    /// <summary>A run is entries that agree in these bits, with consecutive PFNs.</summary>
    private const ulong RunMask = PagemapEntry.Present | PagemapEntry.File | PagemapEntry.FrameMask;

    private readonly PagingFacts facts;
    private readonly Kpageflags flags;
    private readonly ulong firstZero;
    private readonly ulong zeroSpan;
    private readonly ulong pageSize;
    private readonly ulong hugeSize;
    private readonly int hugePages;

    public EntryDecoder(PagingFacts facts, MemoryBudget budget)
    {
        this.facts = facts;
        flags = facts.Flags;
        firstZero = facts.Zero.First;
        zeroSpan = facts.Zero.Last - facts.Zero.First;
        pageSize = facts.PageSize;
        hugeSize = facts.HugeSize;
        hugePages = (int)(facts.HugeSize / facts.PageSize);
        Frames = new FrameCollector(budget);
        Slots = new FrameCollector(budget);
    }

    /// <summary>The frames decoded since the collector was last cleared.</summary>
    public FrameCollector Frames { get; }

    /// <summary>The swap slots decoded since the collector was last cleared.</summary>
    public FrameCollector Slots { get; }

    /// <summary>Entries that referred to a frame or a slot, over all calls.</summary>
    public long References { get; private set; }

    /// <summary>How many ranges looked like one huge page: aligned, present and with consecutive PFNs.</summary>
    public long HugePages { get; private set; }

    /// <summary>Decodes consecutive entries of one mapping; the first belongs to <paramref name="address"/>.</summary>
    /// <returns>How many referred to a frame or a swap slot that counts.</returns>
    public int TakeIn(ulong* entry, int count, MappingKind kind, ulong address)
    {
        int taken = 0;
        int untilHuge = (int)(((hugeSize - (address & (hugeSize - 1))) & (hugeSize - 1)) / pageSize);
        for (int i = 0; i < count;)
        {
            int n = Math.Min(untilHuge > 0 ? untilHuge : hugePages, count - i);
            if (n < hugePages || untilHuge > 0 || !IsHugeZeroPage(entry + i))
            {
                taken += kind == MappingKind.PrivateDevice ? TakeInCopies(entry + i, n) : TakeInPages(entry + i, n, kind);
            }

            untilHuge = 0;
            i += n;
        }

        References += taken;
        return taken;
    }

    /// <summary>Decodes a whole huge page from the entry of its first base page, which must be present.</summary>
    public void TakeInHuge(ulong entry, MappingKind kind)
    {
        bool isFile = (entry & PagemapEntry.File) != 0;
        if ((!isFile && kind == MappingKind.Shared) || IsHugeZero(entry))
        {
            return;
        }

        Frames.Add(entry & PagemapEntry.FrameMask, hugePages, isFile);
        References += hugePages;
    }

    public void Dispose()
    {
        Frames.Dispose();
        Slots.Dispose();
    }

    /// <summary>
    /// The inner loop, eight entries at a time. Consecutive PFNs, ascending or descending as the kernel's free lists
    /// hand them out, are added at once; for scattered ones no branch depends on the PFN.
    /// </summary>
    private int TakeInPages(ulong* entry, int count, MappingKind kind)
    {
        FrameCollector frames = Frames;
        ulong first = firstZero, span = zeroSpan;
        int taken = 0;
        ulong* end = entry + count;
        while (entry < end)
        {
            ulong* stop = end;
            if (end - entry >= 8)
            {
                stop = entry + 8;
                ulong value = *entry & RunMask;
                ulong last = entry[7] & RunMask;
                if ((long)value < 0 && ((last == value + 7 && IsRun(entry, value, 1)) || (last == value - 7 && IsRun(entry, value, -1))))
                {
                    bool isFile = (value & PagemapEntry.File) != 0;
                    ulong frame = Math.Min(value, last) & PagemapEntry.FrameMask;
                    if (isFile || (kind != MappingKind.Shared && (frame > first + span || frame + 7 < first)))
                    {
                        frames.AddEight(frame, isFile);
                        taken += 8;
                        entry = stop;
                        continue;
                    }
                }
                else if ((*entry | entry[1] | entry[2] | entry[3] | entry[4] | entry[5] | entry[6] | entry[7]) < PagemapEntry.Swapped)
                {
                    entry = stop;
                    continue;
                }
            }

            for (; entry < stop; entry++)
            {
                ulong value = *entry;
                if ((long)value >= 0)
                {
                    taken += (value & PagemapEntry.Swapped) != 0 ? TakeInSlot(value) : 0;
                    continue;
                }

                ulong frame = value & PagemapEntry.FrameMask;
                bool isFile = (value & PagemapEntry.File) != 0;
                if (!isFile && (kind == MappingKind.Shared || frame - first <= span))
                {
                    continue;
                }

                frames.AddOne(frame, isFile);
                taken++;
            }
        }

        return taken;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsRun(ulong* entry, ulong value, long step) =>
        (((entry[1] & RunMask) ^ (value + (ulong)step)) | ((entry[2] & RunMask) ^ (value + (ulong)(2 * step)))
        | ((entry[3] & RunMask) ^ (value + (ulong)(3 * step))) | ((entry[4] & RunMask) ^ (value + (ulong)(4 * step)))
        | ((entry[5] & RunMask) ^ (value + (ulong)(5 * step))) | ((entry[6] & RunMask) ^ (value + (ulong)(6 * step)))) == 0;

    /// <summary>
    /// Decodes a private mapping of a device: pages copied on write count, the device's own pages do not.
    /// </summary>
    private int TakeInCopies(ulong* entry, int count)
    {
        int taken = 0;
        for (int i = 0; i < count; i++)
        {
            ulong value = entry[i];
            if ((long)value >= 0)
            {
                taken += (value & PagemapEntry.Swapped) != 0 ? TakeInSlot(value) : 0;
                continue;
            }

            ulong frame = value & PagemapEntry.FrameMask;
            bool isFile = (value & PagemapEntry.File) != 0;
            if (isFile || (flags.IsAnonymous(frame) && !flags.IsZeroPage(frame)))
            {
                Frames.AddOne(frame, isFile);
                taken++;
            }
        }

        return taken;
    }

    private int TakeInSlot(ulong entry)
    {
        ulong area = entry & ((1UL << PagemapEntry.SwapTypeBits) - 1);
        if (!facts.IsSwapArea(area))
        {
            return 0;
        }

        ulong slot = (entry & PagemapEntry.FrameMask) >> PagemapEntry.SwapTypeBits;
        Slots.AddOne((area << PagemapEntry.SlotAreaShift) | slot, (entry & PagemapEntry.File) != 0);
        return 1;
    }

    /// <summary>True when these entries, of one huge page, map the huge zero page.</summary>
    private bool IsHugeZeroPage(ulong* entry)
    {
        ulong value = *entry & RunMask;
        if ((long)value >= 0 || (value & PagemapEntry.FrameMask) % (ulong)hugePages != 0
            || (entry[hugePages - 1] & RunMask) != value + (ulong)hugePages - 1)
        {
            return false;
        }

        HugePages++;
        return IsHugeZero(*entry);
    }

    /// <summary>
    /// True for an entry of the huge zero page. It is mapped many times, so entries with the exclusive bit need no
    /// lookup of their flags. The kernel sets the file bit on its entries.
    /// </summary>
    private bool IsHugeZero(ulong entry) =>
        (entry & PagemapEntry.Exclusive) == 0 && flags.IsZeroPage(entry & PagemapEntry.FrameMask);
}
