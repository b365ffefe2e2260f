using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// Reads mappings of shared memory objects of which other processes have told the frames: only which pages are present is
/// asked, which costs a third of the entries. What is not known yet is read as ever, and known from then on.
/// </summary>
/// <param name="reader">Reads entries, and takes the pages.</param>
/// <param name="scanner">Finds what is present.</param>
/// <param name="pageSize">The size of a page in bytes.</param>
internal sealed class IndexedReader(EntryReader reader, RegionScanner scanner, ulong pageSize)
{
    private readonly List<(IndexedFrames.Chunk Chunk, int First, int Count)> known = [];

    /// <summary>Reads on in the mapping at the cursor.</summary>
    /// <returns>0, or the error number.</returns>
    public int Read(Pagemap pagemap, ReadOnlySpan<Mapping> mappings, ref ReadCursor cursor)
    {
        ref readonly Mapping mapping = ref mappings[cursor.Index];
        int error = scanner.Scan(pagemap, cursor.Address, Math.Min(mapping.End, cursor.Stop), PagemapScan.Present);
        if (error != 0)
        {
            return error;
        }

        known.Clear();
        int index = cursor.Index;
        foreach (PagemapScan.Region region in scanner.Regions)
        {
            error = (region.Categories & PagemapScan.Huge) != 0
                ? reader.ReadHuge(mappings, ref index, region.Start, region.End)
                : Divide(mappings, cursor.Index, region.Start, region.End);
            if (error != 0)
            {
                return error;
            }
        }

        error = TakeKnown(mappings, cursor.Index);
        cursor.Address = Math.Max(scanner.WalkEnd, cursor.Address + pageSize);
        if (mapping.End <= cursor.Address)
        {
            cursor.MoveToNextMapping();
        }

        return error;
    }

    /// <summary>Notes the known pages of a region of base pages, and reads the others.</summary>
    private int Divide(ReadOnlySpan<Mapping> mappings, int at, ulong start, ulong end)
    {
        ref readonly Mapping mapping = ref mappings[at];
        ulong page = mapping.PageAt(start, pageSize);
        ulong stop = mapping.PageAt(end, pageSize);
        while (page < stop)
        {
            int n = mapping.Pages!.Run(page, stop, out IndexedFrames.Chunk? chunk, out bool isKnown);
            if (isKnown)
            {
                known.Add((chunk!, (int)(page & (FrameChunk.Frames - 1)), n));
            }
            else
            {
                int index = at;
                int error = reader.ReadSpan(mappings, ref index, start, start + ((ulong)n * pageSize), out _);
                if (error != 0)
                {
                    return error;
                }
            }

            page += (ulong)n;
            start += (ulong)n * pageSize;
        }

        return 0;
    }

    /// <summary>Takes the pages that are known, unless the process has mapped something else in the place meanwhile: then what it has is read.</summary>
    private int TakeKnown(ReadOnlySpan<Mapping> mappings, int at)
    {
        ref readonly Mapping mapping = ref mappings[at];
        if (known.Count == 0)
        {
            return 0;
        }

        if (reader.IsStill(mapping))
        {
            reader.TakeIndexed(mapping, known);
            return 0;
        }

        foreach (PagemapScan.Region region in scanner.Regions)
        {
            int index = at;
            int error = reader.ReadSpan(mappings, ref index, region.Start, region.End, out _);
            if (error != 0)
            {
                return error;
            }
        }

        return 0;
    }
}
