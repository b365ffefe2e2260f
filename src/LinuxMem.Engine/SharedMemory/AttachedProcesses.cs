using System.Collections.Concurrent;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Which processes have which segments of this process's IPC namespace attached.</summary>
internal sealed class AttachedProcesses
{
    /// <summary>How many mappings that are not what their number says are looked at, to name them.</summary>
    private const int MaxStrangers = 100;

    private readonly Dictionary<ulong, List<MemProcess>> processes = new(NumberHash.Instance);
    private readonly Dictionary<ulong, ulong> pageSizes = new(NumberHash.Instance);
    private readonly Dictionary<ulong, ulong> pmdMapped = new(NumberHash.Instance);
    private static readonly Comparer<MemProcess> ById = Comparer<MemProcess>.Create((one, other) => one.Id.CompareTo(other.Id));

    private readonly HashSet<MemProcess> readFromSmaps = [];
    private readonly SegmentDevices devices;
    private readonly Machine root;
    private readonly CancellationToken cancellation;
    private readonly SegmentClaims claims;
    private readonly SegmentSizes sizes;
    private readonly List<(MemProcess Process, AttachedSegment Claim)> strangers = [];

    private AttachedProcesses(Machine root, SegmentSizes sizes, CancellationToken cancellation)
    {
        this.root = root;
        this.sizes = sizes;
        this.cancellation = cancellation;
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
    /// <param name="table">The processes.</param>
    /// <param name="sizes">The segments.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends it.</param>
    public static AttachedProcesses Find(ProcessTable table, SegmentSizes sizes, int threads, CancellationToken cancellation)
    {
        var found = new AttachedProcesses(table.Root, sizes, cancellation);
        var read = new ConcurrentDictionary<MemProcess, Attached>();

        // A copied /proc tree does not tell the device numbers of SysV segments; there, page sizes come from smaps.
        bool isCopy = !table.Root.KnowsSegmentDevices;
        ProcessInquiry.Each(table.Processes, threads, Ask, (process, attached) => read[process] = attached, cancellation);
        foreach (MemProcess process in table.Processes)
        {
            if (!read.TryGetValue(process, out Attached attached))
            {
                // It does not answer.
                found.IsPartial = true;
                continue;
            }

            found.Take(process, attached.Segments);
            found.IsPartial |= attached.Error != 0 && !table.Root.IsGone(attached.Error);
            if (attached.Error != 0 && !table.Root.IsGone(attached.Error) && !Errno.IsRefused(attached.Error))
            {
                found.Unreadable.Add((process, attached.Error));
            }
        }

        found.NameStrangers(threads, cancellation);
        return found;

        Attached Ask(MemProcess process)
        {
            Attached attached = found.ReadLiving(process, fromSmaps: isCopy);
            return attached.Error != 0 && isCopy ? found.ReadLiving(process, fromSmaps: false) : attached;
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
            // One reading tells of all segments of a process.
            if (readFromSmaps.Add(process) && ProcessInquiry.TryAsk(process, () => ReadMappings(process), out List<SegmentMapping>? mappings))
            {
                foreach (SegmentMapping mapping in mappings!.Where(mapping => IsAttached(process, mapping.ShmId)))
                {
                    Add(process, mapping);
                }
            }

            if (pmdMapped.GetValueOrDefault(shmid) >= enough)
            {
                break;
            }
        }

        return pmdMapped.GetValueOrDefault(shmid);
    }

    /// <summary>Reads a process, through another thread where the one it was read through has ended.</summary>
    private Attached ReadLiving(MemProcess process, bool fromSmaps)
    {
        const int MaxAttempts = 20;
        for (int i = 1; ; i++)
        {
            Attached attached = Read(process, fromSmaps);
            if (attached.Error == 0 || !root.IsGone(attached.Error) || !process.FindAddressSpace())
            {
                return attached;
            }

            if (i == MaxAttempts)
            {
                return new Attached(Errno.EAGAIN, []);
            }
        }
    }

    private Attached Read(MemProcess process, bool fromSmaps)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        if (!place.IsOpen)
        {
            return new Attached(place.Error, []);
        }

        var mappings = new List<SegmentMapping>();
        int error = SegmentMappings.Read(place, devices, fromSmaps, new byte[1 << 16], out bool isEmpty, mappings, cancellation);
        if (error != 0 || mappings.Count == 0)
        {
            // Without a mapping at all, the process or thread has ended.
            return new Attached(error == 0 && isEmpty ? (root.ProcessesEnd ? Errno.ESRCH : EmptySpace.Empty) : error, []);
        }

        if (!IpcNamespace.TryRead(place, out ulong ipc))
        {
            return new Attached(Errno.ESRCH, []);
        }

        var found = new List<(SegmentMapping, AttachedSegment)>();
        foreach (SegmentMapping mapping in ipc == 0 ? mappings : [])
        {
            FileUsage? file = found.Count < AttachedSegment.MaxAsked ? AttachedSegment.FileOf(place, mapping.Start, mapping.End) : null;
            found.Add((mapping, new AttachedSegment(new SegmentId(0, mapping.ShmId), mapping.PageSize, file, mapping.Start, mapping.End)));
        }

        return new Attached(0, found);
    }

    /// <summary>Reads the mappings of a process with their sizes; of those of another namespace, too.</summary>
    private List<SegmentMapping> ReadMappings(MemProcess process)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        var mappings = new List<SegmentMapping>();
        if (place.IsOpen)
        {
            SegmentMappings.Read(place, devices, fromSmaps: true, new byte[1 << 16], out _, mappings, cancellation);
        }

        return mappings;
    }

    private void Take(MemProcess process, List<(SegmentMapping Mapping, AttachedSegment Claim)> segments)
    {
        foreach ((SegmentMapping mapping, AttachedSegment claim) in segments)
        {
            Take(process, mapping, claim);
        }
    }

    private void Take(MemProcess process, in SegmentMapping mapping, in AttachedSegment claim)
    {
        if (!claims.Hear(claim, out bool replaces))
        {
            if (strangers.Count < MaxStrangers)
            {
                strangers.Add((process, claim));
            }

            return;
        }

        if (replaces)
        {
            // Those taken before had another with this number.
            foreach (MemProcess other in Of(mapping.ShmId))
            {
                claims.Name(other, claim with { File = null });
            }

            processes.Remove(mapping.ShmId);
            pageSizes.Remove(mapping.ShmId);
            pmdMapped.Remove(mapping.ShmId);
        }

        Add(process, mapping);
    }

    /// <summary>
    /// Names the processes whose segments are not those here. One made since the table was read is in it by now, and
    /// nothing is wrong with one that is not attached any more.
    /// </summary>
    private void NameStrangers(int threads, CancellationToken cancellation)
    {
        claims.LookAgain([.. strangers.GroupBy(stranger => stranger.Process, stranger => stranger.Claim).Select(same => new ProcessClaims(same.Key, [.. same]))], threads, cancellation);
        HashSet<ulong> now = strangers.Count == 0 ? [] : (SysvShmFile.Read(root) ?? []).Select(segment => segment.ShmId).ToHashSet(NumberHash.Instance);
        foreach ((MemProcess process, AttachedSegment claim) in strangers)
        {
            if ((sizes.TryFind(claim.Id, out _) || !now.Contains(claim.Id.ShmId)) && claims.IsStillAttached(process, claim, out _))
            {
                claims.Name(process, claim);
            }
        }
    }

    /// <summary>True when the process has been found to have that segment attached.</summary>
    private bool IsAttached(MemProcess process, ulong shmid) =>
        processes.TryGetValue(shmid, out List<MemProcess>? attached) && attached.BinarySearch(process, ById) >= 0;

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

    /// <summary>What was read of a process.</summary>
    /// <param name="Error">The error number of what could not be read; 0 for none.</param>
    /// <param name="Segments">The segments that it has attached, if it lives in this process's IPC namespace.</param>
    private readonly record struct Attached(int Error, List<(SegmentMapping Mapping, AttachedSegment Claim)> Segments);
}
