using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>A segment as one process has it mapped.</summary>
/// <param name="ShmId">The shmid.</param>
/// <param name="PageSize">The page size in bytes; 0 when it is not known.</param>
/// <param name="PmdMapped">Bytes mapped as transparent huge pages; 0 when only <c>maps</c> was read.</param>
/// <param name="Start">Where the mapping starts.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct SegmentMapping(ulong ShmId, ulong PageSize, ulong PmdMapped, ulong Start, ulong End);

/// <summary>Finds the segments that a process has attached, in its mappings.</summary>
internal static class SegmentMappings
{
    /// <summary>Reads <c>maps</c>, or <c>smaps</c>, which also tells page sizes.</summary>
    /// <param name="process">The process's folder.</param>
    /// <param name="devices">The devices of segments.</param>
    /// <param name="fromSmaps">Whether to read <c>smaps</c>.</param>
    /// <param name="buffer">What it is read into.</param>
    /// <param name="isEmpty">True when there is no mapping at all.</param>
    /// <param name="found">Takes the mappings of segments.</param>
    /// <param name="cancellation">Ends the reading of a long list.</param>
    /// <returns>0, or the error number.</returns>
    public static int Read(in MachineFolder process, SegmentDevices devices, bool fromSmaps, byte[] buffer, out bool isEmpty, List<SegmentMapping> found, CancellationToken cancellation = default)
    {
        found.Clear();
        isEmpty = true;
        using OpenedFile file = process.Open(fromSmaps ? "smaps\0"u8 : "maps\0"u8);
        if (!file.IsOpen)
        {
            return file.Error;
        }

        var lines = new LineStream(file, buffer, fromSmaps ? FileBounds.Smaps : FileBounds.Maps, cancellation);
        var sizes = default(SmapsFile);
        SegmentMapping? pending = null;
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (!MapsLine.TryParse(line, out MapsLine parsed))
            {
                if (!fromSmaps || isEmpty || !SmapsFile.IsFigure(line))
                {
                    return FileBounds.Malformed;
                }

                sizes.Add(line);
                continue;
            }

            isEmpty = false;
            Take(pending, sizes, found);
            sizes = default;
            pending = devices.IsSegment(parsed, out ulong pageSize) ? new SegmentMapping(parsed.Inode, pageSize, 0, parsed.Start, parsed.End) : null;
        }

        Take(pending, sizes, found);
        return lines.Error;
    }

    private static void Take(SegmentMapping? pending, in SmapsFile sizes, List<SegmentMapping> found)
    {
        if (pending is SegmentMapping mapping)
        {
            found.Add(mapping with { PageSize = sizes.PageSize > 0 ? sizes.PageSize : mapping.PageSize, PmdMapped = sizes.PmdMapped });
        }
    }
}
