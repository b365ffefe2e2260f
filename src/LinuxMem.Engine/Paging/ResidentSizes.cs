using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// How much of each mapping is mapped by numa_maps. The reading of a mapping ends when all is found that smaps tells of, and smaps
/// of some kernels (seen on Debian's 6.1) leaves out huge pages that nobody may touch at the moment, as NUMA balancing has it of any
/// of them now and then; numa_maps has them. Both files have the mappings by ascending address, so that they are read in step and
/// nothing is kept.
/// </summary>
/// <param name="file">The file; not open where the kernel, or a copy, has none: then nothing is known.</param>
/// <param name="buffer">To read with.</param>
/// <param name="pageSize">The size of a page in bytes.</param>
/// <param name="cancellation">Ends the reading of a long list.</param>
internal ref struct ResidentSizes(OpenedFile file, byte[] buffer, ulong pageSize, CancellationToken cancellation)
{
    private readonly ulong pageSize = pageSize;
    private LineStream lines = new(file, buffer, FileBounds.Smaps, cancellation);
    private NumaMapsLine ahead;
    private bool isOver = !file.IsOpen;

    /// <summary>0, or the error number of a file that could not be read: <see cref="FileBounds.Malformed"/> for a line that is none.</summary>
    public int Error { get; private set; }

    /// <summary>Bytes that are mapped of the mapping that begins at an address, which no smaller one follows; 0 where nothing is known.</summary>
    public ulong Of(ulong start)
    {
        while (!isOver && ahead.Start < start)
        {
            if (!lines.TryNext(out ReadOnlySpan<byte> line))
            {
                isOver = true;
                Error = lines.Error;
            }
            else if (!NumaMapsLine.TryParse(line, pageSize, out ahead))
            {
                isOver = true;
                Error = FileBounds.Malformed;
            }
        }

        return !isOver && ahead.Start == start ? ahead.Resident : 0;
    }
}
