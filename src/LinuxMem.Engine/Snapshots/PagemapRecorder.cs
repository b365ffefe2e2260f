using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Snapshots;

/// <summary>Copies the page maps of processes into runs, with what figures come from and nothing else.</summary>
/// <param name="facts">What there is to know of the machine.</param>
/// <param name="writer">Takes the runs.</param>
/// <param name="doubtful">Takes the frames whose flags decide whether they count.</param>
internal sealed class PagemapRecorder(PagingFacts facts, PageRunWriter writer, DoubtfulFrames doubtful)
{
    private const int EntrySize = sizeof(ulong);

    /// <summary>A mapping of at most this many pages is read without a scan for its holes.</summary>
    private const ulong SmallMapping = 512;

    /// <summary>The bits of an entry that are kept.</summary>
    private const ulong Kept = PagemapEntry.Present | PagemapEntry.Swapped | PagemapEntry.File | PagemapEntry.Exclusive | PagemapEntry.FrameMask;

    private readonly ulong[] entries = new ulong[8192];
    private readonly PagemapScan.Region[] regions = GC.AllocateUninitializedArray<PagemapScan.Region>(512, pinned: true);
    private ulong empty;
    private ulong hugeZeroPage;
    private ulong hugeZeroFrame;
    private readonly ulong hugePages = facts.HugeSize / facts.PageSize;

    /// <summary>Copies a page map, from the first mapping to the last.</summary>
    /// <param name="map">The page map.</param>
    /// <param name="mappings">The mappings of the address space.</param>
    /// <param name="scan">Whether to use <c>PAGEMAP_SCAN</c>.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>0, or the error number: ESRCH when the address space is gone, ENOTTY when there is no scan.</returns>
    public int Record(Pagemap map, ReadOnlySpan<Mapping> mappings, bool scan, CancellationToken cancellation)
    {
        writer.Begin();
        empty = 0;
        hugeZeroPage = ulong.MaxValue >> 1;
        hugeZeroFrame = 0;
        int error = 0;
        for (int i = 0; i < mappings.Length && error == 0; i++)
        {
            ref readonly Mapping mapping = ref mappings[i];
            if (mapping.Kind == MappingKind.Skipped)
            {
                continue;
            }

            error = scan && mapping.End - mapping.Start > SmallMapping * facts.PageSize
                ? CopyPopulated(map, mapping, cancellation)
                : Copy(map, mapping, mapping.Start, mapping.End, cancellation);
        }

        writer.End();
        return error;
    }

    private int CopyPopulated(Pagemap map, in Mapping mapping, CancellationToken cancellation)
    {
        ulong found = (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(regions, 0);
        for (ulong at = mapping.Start; at < mapping.End;)
        {
            cancellation.ThrowIfCancellationRequested();
            var argument = new PagemapScan.Arguments
            {
                Size = (ulong)Marshal.SizeOf<PagemapScan.Arguments>(),
                Start = at,
                End = mapping.End,
                Regions = found,
                RegionCount = (ulong)regions.Length,
                CategoryAnyOfMask = PagemapScan.Present | PagemapScan.Swapped,
                ReturnMask = PagemapScan.Present | PagemapScan.Swapped,
            };
            int n = map.Scan(ref argument, regions);
            if (n < 0)
            {
                return -n;
            }

            for (int i = 0; i < n; i++)
            {
                int error = Copy(map, mapping, regions[i].Start, regions[i].End, cancellation);
                if (error != 0)
                {
                    return error;
                }
            }

            at = Math.Max(argument.WalkEnd, at + facts.PageSize);
        }

        return 0;
    }

    /// <summary>Copies a range; ends early when all that smaps promised of the mapping has been found.</summary>
    private int Copy(Pagemap map, in Mapping mapping, ulong start, ulong end, CancellationToken cancellation)
    {
        ulong found = 0;
        ulong stop = end / facts.PageSize;
        for (ulong page = start / facts.PageSize; page < stop && found < mapping.Populated;)
        {
            cancellation.ThrowIfCancellationRequested();

            // Between huge pages, so that no huge zero page is kept in part: it would not look like one.
            ulong most = page + (ulong)entries.Length;
            ulong whole = most - (most % hugePages);
            Span<ulong> read = entries.AsSpan(0, (int)(Math.Min(whole > page ? whole : most, stop) - page));
            int error = ReadExactly(map, read, page);
            if (error != 0)
            {
                return error;
            }

            ulong before = found;
            foreach (ulong entry in read)
            {
                if ((entry & (PagemapEntry.Present | PagemapEntry.Swapped)) != 0)
                {
                    found += Take(page, entry & Kept, mapping.Kind);
                }

                page++;
            }

            empty += (ulong)read.Length - Math.Min(found - before, (ulong)read.Length);
            if (empty * facts.PageSize > (ulong)EmptySpace.Max)
            {
                return EmptySpace.Exceeded;
            }
        }

        return 0;
    }

    /// <summary>
    /// Takes an entry in; returns 1 for one that smaps counts, and 0 for what is present and no memory of the process: else
    /// a mapping would seem to have been found whole before it has.
    /// </summary>
    private ulong Take(ulong page, ulong entry, MappingKind kind)
    {
        writer.Append(page, entry);
        if ((entry & PagemapEntry.Present) == 0)
        {
            return facts.IsSwapArea(entry & (PagemapEntry.SwapTypes - 1)) ? 1UL : 0;
        }

        ulong frame = entry & PagemapEntry.FrameMask;
        if (IsHugeZero(page, entry, frame))
        {
            return 0;
        }

        if ((entry & PagemapEntry.File) != 0)
        {
            return 1;
        }

        switch (kind)
        {
            case MappingKind.Private:
                return frame >= facts.Zero.First && frame <= facts.Zero.Last ? 0UL : 1;
            case MappingKind.PrivateDevice when facts.Flags.IsAnonymous(frame) && !facts.Flags.IsZeroPage(frame):
                doubtful.Add(frame, Kpageflags.Anonymous);
                return 1;
            default:
                return 0;
        }
    }

    /// <summary>True for each of the entries of a huge zero page; only the first of them is looked up.</summary>
    private bool IsHugeZero(ulong page, ulong entry, ulong frame)
    {
        ulong behindFirst = page - hugeZeroPage;
        if (behindFirst < hugePages && behindFirst > 0 && frame == hugeZeroFrame + behindFirst)
        {
            return true;
        }

        if ((entry & PagemapEntry.Exclusive) != 0 || page % hugePages != 0 || frame % hugePages != 0 || !facts.Flags.IsZeroPage(frame))
        {
            return false;
        }

        doubtful.Add(frame, Kpageflags.ZeroPage);
        hugeZeroPage = page;
        hugeZeroFrame = frame;
        return true;
    }

    private static int ReadExactly(Pagemap map, Span<ulong> target, ulong page)
    {
        Span<byte> left = MemoryMarshal.AsBytes(target);
        long offset = (long)page * EntrySize;
        while (!left.IsEmpty)
        {
            int n = map.Read(left, offset);
            if (n <= 0)
            {
                return n < 0 ? -n : Errno.ESRCH;
            }

            left = left[n..];
            offset += n;
        }

        return 0;
    }
}
