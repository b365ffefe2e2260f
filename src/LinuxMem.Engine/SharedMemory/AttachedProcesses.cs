using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Which processes have which segments of the engine's own IPC namespace attached.</summary>
internal sealed class AttachedProcesses
{
    private readonly Dictionary<ulong, List<MemProcess>> processes = [];
    private readonly Dictionary<ulong, ulong> pageSizes = [];
    private readonly Dictionary<ulong, ulong> pmdMapped = [];
    private readonly SegmentDevices devices;
    private readonly Machine root;

    private AttachedProcesses(Machine root)
    {
        this.root = root;
        devices = root.FindSegmentDevices();
    }

    /// <summary>True when the mappings of some process could not be read.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The segments seen, with the sizes of their pages.</summary>
    public IEnumerable<AttachedSegment> Segments =>
        pageSizes.Select(pair => new AttachedSegment(new SegmentId(0, pair.Key), pair.Value));

    /// <summary>Reads the mappings of all processes.</summary>
    public static AttachedProcesses Find(ProcessTable table, CancellationToken cancellation)
    {
        var found = new AttachedProcesses(table.Root);
        var mappings = new List<SegmentMapping>();
        foreach (MemProcess process in table.Processes)
        {
            cancellation.ThrowIfCancellationRequested();

            // A copy of a /proc tree does not know the devices of its machine: its smaps tell the sizes of pages.
            bool isCopy = !table.Root.KnowsSegmentDevices;
            int error = found.Read(process, fromSmaps: isCopy, mappings);
            if (error != 0 && isCopy)
            {
                error = found.Read(process, fromSmaps: false, mappings);
            }

            found.IsPartial |= Errno.IsRefused(error);
        }

        return found;
    }

    /// <summary>The processes that have a segment attached, by ascending id.</summary>
    public IReadOnlyList<MemProcess> Of(ulong shmid) => processes.TryGetValue(shmid, out List<MemProcess>? found) ? found : [];

    /// <summary>The size of a segment's pages in bytes; 0 when it is not known.</summary>
    public ulong PageSizeOf(ulong shmid) => pageSizes.GetValueOrDefault(shmid);

    /// <summary>
    /// Bytes of the segment that some process maps as transparent huge pages: all that it has, or less. Looks
    /// at a few processes, until one maps as much as there can be.
    /// </summary>
    public ulong PmdMappedOf(ulong shmid, ulong enough)
    {
        const int LookedAt = 4;
        var mappings = new List<SegmentMapping>();
        foreach (MemProcess process in root.CanAttachSegments ? Of(shmid).Take(LookedAt) : [])
        {
            Read(process, fromSmaps: true, mappings);
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

        int error = SegmentMappings.Read(place, devices, fromSmaps, mappings);
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

        if (!attached.Contains(process))
        {
            attached.Add(process);
        }

        pageSizes[mapping.ShmId] = Math.Max(mapping.PageSize, PageSizeOf(mapping.ShmId));
        pmdMapped[mapping.ShmId] = Math.Max(mapping.PmdMapped, pmdMapped.GetValueOrDefault(mapping.ShmId));
    }
}
