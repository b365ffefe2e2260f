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
    private readonly SegmentClaims claims;

    private AttachedProcesses(Machine root, SegmentSizes sizes)
    {
        this.root = root;
        devices = root.FindSegmentDevices();
        claims = new SegmentClaims(root, sizes);
    }

    /// <summary>True when the mappings of at least one process could not be read.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The attached segments and their page sizes.</summary>
    public IEnumerable<AttachedSegment> Segments =>
        pageSizes.Select(pair => new AttachedSegment(new SegmentId(0, pair.Key), pair.Value));

    /// <summary>The processes whose mappings could not be read although they live, with the reason: they may hold segments.</summary>
    public List<(MemProcess Process, int Error)> Unreadable { get; } = [];

    /// <summary>Names the processes with segments that are not what their number says; null when there are none.</summary>
    public string? Warning => claims.Warning(areListed: true);

    /// <summary>Reads the mappings of all processes.</summary>
    public static AttachedProcesses Find(ProcessTable table, SegmentSizes sizes, CancellationToken cancellation)
    {
        var found = new AttachedProcesses(table.Root, sizes);
        var mappings = new List<SegmentMapping>();
        var all = new List<(MemProcess Process, SegmentMapping Mapping, AttachedSegment Claim)>();
        foreach (MemProcess process in table.Processes)
        {
            cancellation.ThrowIfCancellationRequested();

            // A copied /proc tree does not tell the device numbers of SysV segments; there, page sizes come from smaps.
            bool isCopy = !table.Root.KnowsSegmentDevices;
            int error = found.ReadLiving(process, fromSmaps: isCopy, mappings, all);
            if (error != 0 && isCopy)
            {
                error = found.ReadLiving(process, fromSmaps: false, mappings, all);
            }

            found.IsPartial |= error != 0 && !Errno.IsGone(error);
            if (error != 0 && !Errno.IsGone(error) && !Errno.IsRefused(error))
            {
                found.Unreadable.Add((process, error));
            }
        }

        found.claims.Hear(all.Select(one => one.Claim));
        foreach ((MemProcess process, SegmentMapping mapping, AttachedSegment claim) in all)
        {
            if (found.claims.Resolve(process, [claim])[0].Id == claim.Id)
            {
                found.Add(process, mapping);
            }
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
            Read(process, fromSmaps: true, mappings, []);
            foreach (SegmentMapping mapping in mappings.Where(mapping => mapping.ShmId == shmid))
            {
                Add(process, mapping);
            }

            if (pmdMapped.GetValueOrDefault(shmid) >= enough)
            {
                break;
            }
        }

        return pmdMapped.GetValueOrDefault(shmid);
    }

    /// <summary>Reads a process, through another thread where the one it was read through has ended; 0 or the error number.</summary>
    private int ReadLiving(MemProcess process, bool fromSmaps, List<SegmentMapping> mappings, List<(MemProcess, SegmentMapping, AttachedSegment)> all)
    {
        const int MostAttempts = 20;
        for (int i = 1; ; i++)
        {
            int error = Read(process, fromSmaps, mappings, all);
            if (error == 0 || !root.IsGone(error))
            {
                return error;
            }

            if (!process.FindAddressSpace())
            {
                return error;
            }

            if (i == MostAttempts)
            {
                return Errno.EAGAIN;
            }
        }
    }

    private int Read(MemProcess process, bool fromSmaps, List<SegmentMapping> mappings, List<(MemProcess, SegmentMapping, AttachedSegment)> all)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        if (!place.IsOpen)
        {
            return place.Error;
        }

        int error = SegmentMappings.Read(place, devices, fromSmaps, out bool isEmpty, mappings);
        if (error != 0 || mappings.Count == 0)
        {
            // Without a mapping at all, the process or thread has ended.
            return error == 0 && isEmpty && root.ProcessesEnd ? Errno.ESRCH : error;
        }

        if (!IpcNamespace.TryRead(place, out ulong ipc))
        {
            return Errno.ESRCH;
        }

        if (ipc == 0)
        {
            foreach (SegmentMapping mapping in mappings)
            {
                FileContent? file = root.TryReadMapped(place, mapping.Start, mapping.End, out FileContent content) ? content : null;
                all.Add((process, mapping, new AttachedSegment(new SegmentId(0, mapping.ShmId), mapping.PageSize, file, mapping.Start, mapping.End)));
            }
        }

        return 0;
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
