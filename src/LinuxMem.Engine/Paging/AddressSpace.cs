using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// The mappings (VMAs) of one process, reduced to what reading its page tables needs; reused for the next process.
/// </summary>
/// <param name="segmentDevices">The devices of SysV segments.</param>
/// <param name="pageSize">The size of a page in bytes.</param>
/// <param name="memoryDevices">The devices of all shared memory; null where nothing tells them.</param>
/// <param name="cancellation">Ends the reading of a long list.</param>
internal sealed class AddressSpace(SegmentDevices segmentDevices, ulong pageSize, MemoryDevices? memoryDevices = null, CancellationToken cancellation = default)
{
    private readonly Dictionary<(uint Minor, ulong Inode), int> numbers = [];
    private readonly ResidentSizes resident = new(pageSize, cancellation);
    private Mapping[] mappings = new Mapping[256];

    /// <summary>
    /// The mappings by ascending address; adjacent ones of one kind (and name, where they have names) are merged unless smaps was read.
    /// </summary>
    public ReadOnlySpan<Mapping> Mappings => mappings.AsSpan(0, Count);

    /// <summary>The number of mappings.</summary>
    public int Count { get; private set; }

    /// <summary>The mappings of SysV segments.</summary>
    public List<SegmentRange> Segments { get; } = [];

    /// <summary>The shared memory objects mapped, each once, but SysV segments as often as they are; see <see cref="Mapping.Object"/>.</summary>
    public List<ObjectMapping> Objects { get; } = [];

    /// <summary>Gives mappings their names and counts them; null where no report is made by mapping.</summary>
    public IMappingNaming? Naming { get; set; }

    /// <summary>Bytes of address space whose page table entries are to be read.</summary>
    public ulong ReadableSize { get; private set; }

    /// <summary>
    /// Reads <c>/proc/PID/maps</c>, or <c>smaps</c>, which also tells how many pages each mapping holds.
    /// </summary>
    /// <returns>0, or the error number.</returns>
    public int Load(in MachineFolder process, bool fromSmaps, byte[] buffer)
    {
        resident.Load(process, fromSmaps, buffer);
        using OpenedFile file = process.Open(fromSmaps ? "smaps\0"u8 : "maps\0"u8);
        if (!file.IsOpen)
        {
            Clear();
            return file.Error;
        }

        return Load(file, fromSmaps, buffer, process);
    }

    /// <summary>Reads the mappings from an open <c>maps</c> or <c>smaps</c> file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fromSmaps">Whether it is <c>smaps</c>.</param>
    /// <param name="buffer">To read with.</param>
    /// <param name="process">The process's folder, through which its mounts are found; none where nothing is asked of it.</param>
    /// <returns>0, or the error number.</returns>
    public int Load(OpenedFile file, bool fromSmaps, byte[] buffer, in MachineFolder process = default)
    {
        Clear();
        var lines = new LineStream(file, buffer, fromSmaps ? FileBounds.Smaps : FileBounds.Maps, cancellation);
        var sizes = default(SmapsFile);
        bool pending = false;
        Mapping mapping = default;
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (!MapsLine.TryParse(line, out MapsLine parsed))
            {
                sizes.Add(line);
                continue;
            }

            if (pending)
            {
                Add(mapping, sizes, fromSmaps);
            }

            mapping = new Mapping { Start = parsed.Start, End = parsed.End };
            mapping.Kind = Classify(parsed, process, out mapping.Object);
            if (Naming is not null)
            {
                mapping.Name = NameOf(parsed, mapping);
            }

            sizes = default;
            pending = true;
        }

        if (pending)
        {
            Add(mapping, sizes, fromSmaps);
        }

        return lines.Error;
    }

    /// <summary>A copy of the mappings, for the threads that read one process together.</summary>
    public Mapping[] Snapshot() => Mappings.ToArray();

    /// <summary>Says of which objects nothing is known: their mappings count as those of any file.</summary>
    /// <param name="unknown">For each of <see cref="Objects"/>, whether it is one of these.</param>
    public void Disown(ReadOnlySpan<bool> unknown)
    {
        foreach (ref Mapping mapping in mappings.AsSpan(0, Count))
        {
            if (mapping.Object > 0 && unknown[mapping.Object - 1])
            {
                mapping.Kind = mapping.Kind switch
                {
                    MappingKind.SharedObject => MappingKind.Shared,
                    MappingKind.PrivateObject => MappingKind.Private,
                    MappingKind kind => kind,
                };
            }
        }
    }

    private void Clear()
    {
        Naming?.Begin();
        Objects.Clear();
        numbers.Clear();
        Count = 0;
        ReadableSize = 0;
        Segments.Clear();
    }

    private static bool IsKernelLent(ReadOnlySpan<byte> path) =>
        path.StartsWith("[vvar"u8) || path.SequenceEqual("[vsyscall]"u8);

    private static bool IsDevice(ReadOnlySpan<byte> path) =>
        (path.StartsWith("/dev/"u8) && !path.StartsWith("/dev/shm/"u8) && !path.StartsWith("/dev/hugepages/"u8) && !path.StartsWith("/dev/zero"u8))
        || path.StartsWith("/sys/"u8) || path.StartsWith("/proc/"u8)
        || path.StartsWith("anon_inode:"u8) || path.StartsWith("/dmabuf:"u8);

    private MappingKind Classify(in MapsLine line, in MachineFolder process, out int number)
    {
        number = 0;
        if (line.Path.IsEmpty)
        {
            return line.IsShared ? MappingKind.Shared : MappingKind.Private;
        }

        bool isSegment = segmentDevices.IsOfSegment(line, out ulong segmentPage);
        if (isSegment && line.IsShared)
        {
            Segments.Add(new SegmentRange(line.Inode, segmentPage, line.Start, line.End));
            number = NumberOf(line, process, isSegment);
            return MappingKind.Skipped;
        }

        MappingKind kind = line.IsShared ? MappingKind.Shared
            : IsKernelLent(line.Path) ? MappingKind.Skipped
            : IsDevice(line.Path) ? MappingKind.PrivateDevice
            : MappingKind.Private;
        if (kind is not (MappingKind.Shared or MappingKind.Private))
        {
            return kind;
        }

        number = NumberOf(line, process, isSegment);
        return number == 0 || Objects[number - 1].Home is ObjectHome.Driver or ObjectHome.Secret ? kind
            : line.IsShared ? MappingKind.SharedObject
            : MappingKind.PrivateObject;
    }

    private int NameOf(in MapsLine line, in Mapping mapping)
    {
        if (mapping.Object == 0)
        {
            return Naming!.NumberOf(line, ObjectHome.None);
        }

        ObjectMapping of = Objects[mapping.Object - 1];
        return of.Link.IsSegment && mapping.Kind == MappingKind.Skipped ? -mapping.Object : Naming!.NumberOf(line, of.Home);
    }

    /// <summary>The number of the object that a mapping is of; 0 for none.</summary>
    private int NumberOf(in MapsLine line, in MachineFolder process, bool isSegment)
    {
        if (memoryDevices is null || (line.Inode == 0 && !isSegment) || !MemoryDevices.TryMinor(line.Device, out uint minor))
        {
            return 0;
        }

        // The first segment of a namespace has the number 0. What the kernel makes without any mount is known by its name, and never asked anything.
        ObjectHome home = (line.Path[0] != '/' && !line.Path.StartsWith("[anon_shmem:"u8)) || line.Path.StartsWith("/[aio]"u8) ? ObjectHome.None
            : line.Path.StartsWith("/dmabuf:"u8) ? ObjectHome.Driver
            : line.Path.SequenceEqual("/secretmem (deleted)"u8) ? ObjectHome.Secret
            : memoryDevices.HomeOf(minor, process);

        // Private memory of huge pages has a file, too, but never a page in it.
        if (home == ObjectHome.None || (home == ObjectHome.KernelHugetlb && !line.IsShared && line.Path.SequenceEqual("/anon_hugepage (deleted)"u8)))
        {
            return 0;
        }

        // Segments of two IPC namespaces may have one number, also in one process: each mapping of one is looked at.
        if (isSegment || !numbers.TryGetValue((minor, line.Inode), out int number))
        {
            Objects.Add(new ObjectMapping(new ObjectLink(minor, line.Inode, isSegment, line.Start, line.End), home, line.Path.ToArray()));
            number = Objects.Count;
            if (!isSegment)
            {
                numbers.Add((minor, line.Inode), number);
            }
        }

        return number;
    }

    /// <summary>
    /// Adds the size of a mapping; overlaps (in a damaged copy) were cut before, so the sum cannot overflow.
    /// </summary>
    private void AddSize(in Mapping mapping)
    {
        ReadableSize += mapping.Kind == MappingKind.Skipped ? 0 : mapping.End - mapping.Start;
        Naming?.Count(mapping.Name, mapping.End - mapping.Start);
    }

    private void Add(Mapping mapping, in SmapsFile sizes, bool fromSmaps)
    {
        if (mapping.Kind != MappingKind.Skipped)
        {
            mapping.Populated = fromSmaps ? (Math.Max(sizes.Resident, resident.Of(mapping.Start)) + sizes.Swap) / pageSize : Mapping.Unknown;
        }

        if (Count > 0)
        {
            ref Mapping last = ref mappings[Count - 1];
            if (mapping.Start < last.End)
            {
                // The process changed its mappings while they were read: keep what was seen first.
                if (mapping.End <= last.End)
                {
                    return;
                }

                mapping.Start = last.End;
            }

            AddSize(mapping);

            // With smaps, mappings are not merged: each has its own page count, by which its reading can stop early.
            if (!fromSmaps && mapping.Start == last.End && mapping.Kind == last.Kind && mapping.Object == last.Object && mapping.Name == last.Name)
            {
                last.End = mapping.End;
                return;
            }
        }

        if (Count == 0)
        {
            AddSize(mapping);
        }

        if (Count == mappings.Length)
        {
            Array.Resize(ref mappings, mappings.Length * 2);
        }

        mappings[Count++] = mapping;
    }
}

/// <summary>A mapping of a SysV segment.</summary>
/// <param name="ShmId">Its shmid, in the IPC namespace that it was attached in.</param>
/// <param name="PageSize">The size of its pages in bytes; 0 when it is not known.</param>
/// <param name="Start">Where the mapping starts.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct SegmentRange(ulong ShmId, ulong PageSize, ulong Start, ulong End);
