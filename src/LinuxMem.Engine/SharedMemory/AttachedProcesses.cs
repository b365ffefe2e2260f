using System.Collections.Concurrent;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Which processes have which segments of this process's IPC namespace attached.</summary>
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

    /// <summary>True when the mappings of at least one process could not be read.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The attached segments and their page sizes.</summary>
    public IEnumerable<AttachedSegment> Segments =>
        pageSizes.Select(pair => new AttachedSegment(new SegmentId(0, pair.Key), pair.Value));

    /// <summary>Reads the mappings of all processes.</summary>
    /// <param name="table">The processes.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends it.</param>
    public static AttachedProcesses Find(ProcessTable table, int threads, CancellationToken cancellation)
    {
        var found = new AttachedProcesses(table.Root);
        var read = new ConcurrentDictionary<MemProcess, Attached>();

        // A copied /proc tree does not tell the device numbers of SysV segments; there, page sizes come from smaps.
        bool isCopy = !table.Root.KnowsSegmentDevices;
        ProcessInquiry.Each(table.Processes, threads, Ask, (process, attached) => read[process] = attached, cancellation);
        foreach (MemProcess process in table.Processes)
        {
            found.IsPartial |= !read.TryGetValue(process, out Attached attached) || Errno.IsRefused(attached.Error);
            attached.Mappings?.ForEach(mapping => found.Add(process, mapping));
        }

        return found;

        Attached Ask(MemProcess process)
        {
            Attached attached = found.Read(process, fromSmaps: isCopy);
            return attached.Error != 0 && isCopy ? found.Read(process, fromSmaps: false) : attached;
        }
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
        foreach (MemProcess process in root.CanAttachSegments ? Of(shmid).Take(LookedAt) : [])
        {
            if (ProcessInquiry.TryAsk(process, () => Read(process, fromSmaps: true), out Attached attached))
            {
                attached.Mappings?.ForEach(mapping => Add(process, mapping));
            }

            if (pmdMapped.GetValueOrDefault(shmid) >= enough)
            {
                break;
            }
        }

        return pmdMapped.GetValueOrDefault(shmid);
    }

    private Attached Read(MemProcess process, bool fromSmaps)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        if (!place.IsOpen)
        {
            return new Attached(place.Error, null);
        }

        var mappings = new List<SegmentMapping>();
        int error = SegmentMappings.Read(place, devices, fromSmaps, mappings);
        return new Attached(error, mappings.Count == 0 || IpcNamespace.Of(place) != 0 ? null : mappings);
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

    /// <summary>What was read of a process.</summary>
    /// <param name="Error">The error number of what could not be read; 0 for none.</param>
    /// <param name="Mappings">The segments of this process's IPC namespace that it has attached; null for none.</param>
    private readonly record struct Attached(int Error, List<SegmentMapping>? Mappings);
}
