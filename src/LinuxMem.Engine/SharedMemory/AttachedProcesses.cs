using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Which processes have which segments of this process's IPC namespace attached.</summary>
internal sealed class AttachedProcesses
{
    private readonly Dictionary<ulong, List<MemProcess>> processes = [];
    private readonly Dictionary<ulong, ulong> pageSizes = [];
    private readonly Dictionary<ulong, ulong> pmdMapped = [];
    private readonly HashSet<MemProcess> readFromSmaps = [];
    private readonly byte[] buffer = new byte[1 << 16];
    private readonly SegmentDevices devices;
    private readonly Machine root;
    private readonly CancellationToken cancellation;

    private AttachedProcesses(Machine root, CancellationToken cancellation)
    {
        this.root = root;
        this.cancellation = cancellation;
        devices = root.FindSegmentDevices();
    }

    /// <summary>True when the mappings of at least one process could not be read.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The attached segments and their page sizes.</summary>
    public IEnumerable<AttachedSegment> Segments =>
        pageSizes.Select(pair => new AttachedSegment(new SegmentId(0, pair.Key), pair.Value));

    /// <summary>Reads the mappings of all processes.</summary>
    public static AttachedProcesses Find(ProcessTable table, CancellationToken cancellation)
    {
        var found = new AttachedProcesses(table.Root, cancellation);
        var mappings = new List<SegmentMapping>();
        foreach (MemProcess process in table.Processes)
        {
            cancellation.ThrowIfCancellationRequested();

            // A copied /proc tree does not tell the device numbers of SysV segments; there, page sizes come from smaps.
            bool isCopy = !table.Root.KnowsSegmentDevices;
            int error = found.Read(process, fromSmaps: isCopy, mappings);
            if (error != 0 && isCopy)
            {
                error = found.Read(process, fromSmaps: false, mappings);
            }

            found.IsPartial |= Errno.IsRefused(error) || error == FileBounds.Exceeded;
        }

        return found;
    }

    /// <summary>The processes that have the segment attached, by ascending pid.</summary>
    public IReadOnlyList<MemProcess> Of(ulong shmid) => processes.TryGetValue(shmid, out List<MemProcess>? found) ? found : [];

    /// <summary>The page size of the segment in bytes; 0 when it is not known.</summary>
    public ulong PageSizeOf(ulong shmid) => pageSizes.GetValueOrDefault(shmid);

    /// <summary>
    /// Bytes of the segment that one process maps as transparent huge pages: a lower bound of what it has. Tries a few
    /// processes, until one maps <paramref name="enough"/> bytes.
    /// </summary>
    public ulong PmdMappedOf(ulong shmid, ulong enough)
    {
        const int LookedAt = 4;
        var mappings = new List<SegmentMapping>();
        foreach (MemProcess process in root.CanAttachSegments ? Of(shmid).Take(LookedAt) : [])
        {
            // One reading tells of all segments of a process.
            if (!readFromSmaps.Contains(process))
            {
                Read(process, fromSmaps: true, mappings);
            }

            if (pmdMapped.GetValueOrDefault(shmid) >= enough)
            {
                break;
            }
        }

        return pmdMapped.GetValueOrDefault(shmid);
    }

    private int Read(MemProcess process, bool fromSmaps, List<SegmentMapping> mappings)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        if (!place.IsOpen)
        {
            return place.Error;
        }

        if (fromSmaps)
        {
            readFromSmaps.Add(process);
        }

        int error = SegmentMappings.Read(place, devices, fromSmaps, buffer, mappings, cancellation);
        if (mappings.Count == 0 || IpcNamespace.Of(place) != 0)
        {
            return error;
        }

        foreach (SegmentMapping mapping in mappings)
        {
            Add(process, mapping);
        }

        return error;
    }

    private void Add(MemProcess process, in SegmentMapping mapping)
    {
        if (!processes.TryGetValue(mapping.ShmId, out List<MemProcess>? attached))
        {
            processes[mapping.ShmId] = attached = [];
        }

        // Processes are read by ascending pid: one that has it already stands last, or it is read for the second time.
        if (attached.Count == 0 || attached[^1].Id < process.Id)
        {
            attached.Add(process);
        }

        pageSizes[mapping.ShmId] = Math.Max(mapping.PageSize, PageSizeOf(mapping.ShmId));
        pmdMapped[mapping.ShmId] = Math.Max(mapping.PmdMapped, pmdMapped.GetValueOrDefault(mapping.ShmId));
    }
}
