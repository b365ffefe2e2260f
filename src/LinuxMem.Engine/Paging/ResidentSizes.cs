using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// How much of each mapping is mapped by numa_maps. The reading of a mapping ends when all is found that smaps tells of, and smaps
/// of some kernels (seen on Debian's 6.1) leaves out huge pages that nobody may touch at the moment, as NUMA balancing has it of any
/// of them now and then; numa_maps has them.
/// </summary>
internal sealed class ResidentSizes(ulong pageSize, CancellationToken cancellation)
{
    private readonly Dictionary<ulong, ulong> sizes = [];

    /// <summary>Reads the file of a process; learns nothing where the kernel, or a copy, has none.</summary>
    /// <param name="process">The process's folder.</param>
    /// <param name="wanted">False to forget only what is known of the last process.</param>
    /// <param name="buffer">To read with.</param>
    public void Load(in MachineFolder process, bool wanted, byte[] buffer)
    {
        sizes.Clear();
        using OpenedFile file = wanted ? process.Open("numa_maps\0"u8) : default;
        if (!wanted || !file.IsOpen)
        {
            return;
        }

        var lines = new LineStream(file, buffer, FileBounds.Smaps, cancellation);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (NumaMapsLine.TryParse(line, pageSize, out NumaMapsLine parsed) && parsed.Resident > 0)
            {
                sizes[parsed.Start] = parsed.Resident;
            }
        }
    }

    /// <summary>Bytes that are mapped of the mapping that begins at an address; 0 where nothing is known.</summary>
    public ulong Of(ulong start) => sizes.GetValueOrDefault(start);
}
