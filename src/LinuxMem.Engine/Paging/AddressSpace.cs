using System.Buffers.Text;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
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
/// <param name="budget">The memory that the lists may take; null for no limit.</param>
internal sealed class AddressSpace(SegmentDevices segmentDevices, ulong pageSize, MemoryDevices? memoryDevices = null, CancellationToken cancellation = default, MemoryBudget? budget = null) : IDisposable
{
    private readonly SpaceCharge charge = new(budget);
    private readonly SpaceObjects objects = new(memoryDevices);
    private Mapping[] mappings = new Mapping[SpaceCharge.Spare];
    private byte[]? residentBuffer;

    /// <summary>
    /// The mappings by ascending address; adjacent ones of one kind (and name, where they have names) are merged unless smaps was read.
    /// </summary>
    public ReadOnlySpan<Mapping> Mappings => new(mappings, 0, Count);

    /// <summary>The number of mappings.</summary>
    public int Count { get; private set; }

    /// <summary>The mappings of SysV segments.</summary>
    public StructList<SegmentRange> Segments { get; } = [];

    /// <summary>The shared memory objects mapped, each once, but SysV segments as often as they are; see <see cref="Mapping.Object"/>.</summary>
    public StructList<ObjectMapping> Objects => objects.All;

    /// <summary>Gives mappings their names and counts them; null where no report is made by mapping.</summary>
    public IMappingNaming? Naming { get; set; }

    /// <summary>Bytes of address space whose page table entries are to be read.</summary>
    public ulong ReadableSize { get; private set; }

    /// <summary>
    /// Reads <c>/proc/PID/maps</c>, or <c>smaps</c>, which also tells how many pages each mapping holds.
    /// </summary>
    /// <returns>0, or the error number: <see cref="FileBounds.Malformed"/> for a line that is none of such a file.</returns>
    public int Load(in MachineFolder process, bool fromSmaps, byte[] buffer)
    {
        using OpenedFile file = process.Open(fromSmaps ? "smaps\0"u8 : "maps\0"u8);
        if (!file.IsOpen)
        {
            Clear();
            return file.Error;
        }

        if (!fromSmaps)
        {
            return Load(file, fromSmaps, buffer, process);
        }

        using OpenedFile resident = process.Open("numa_maps\0"u8);
        return Load(file, fromSmaps, buffer, process, resident);
    }

    /// <summary>Reads the mappings from an open <c>maps</c> or <c>smaps</c> file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fromSmaps">Whether it is <c>smaps</c>.</param>
    /// <param name="buffer">To read with.</param>
    /// <param name="process">The process's folder, through which its mounts are found; none where nothing is asked of it.</param>
    /// <param name="residentFile">Its <c>numa_maps</c>, beside <c>smaps</c>; not open where there is none.</param>
    /// <returns>0, or the error number: <see cref="FileBounds.Malformed"/> for a line that is none of such a file.</returns>
    public int Load(OpenedFile file, bool fromSmaps, byte[] buffer, in MachineFolder process = default, OpenedFile residentFile = default)
    {
        Clear();
        var resident = new ResidentSizes(residentFile, residentFile.IsOpen ? residentBuffer ??= new byte[1 << 16] : [], pageSize, cancellation);
        var lines = new LineStream(file, buffer, fromSmaps ? FileBounds.Smaps : FileBounds.Maps, cancellation);
        var sizes = default(SmapsFile);
        bool pending = false;
        Mapping mapping = default;
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (!MapsLine.TryParse(line, out MapsLine parsed))
            {
                if (!fromSmaps || !pending || !SmapsFile.IsFigure(line))
                {
                    return FileBounds.Malformed;
                }

                sizes.Add(line);
                continue;
            }

            if (pending)
            {
                Add(ref mapping, sizes, fromSmaps, ref resident);
            }

            mapping = new Mapping { Start = parsed.Start, End = parsed.End };
            mapping.Kind = Classify(parsed, process, out mapping.Object);
            if (mapping.Kind == MappingKind.SharedObject)
            {
                mapping.Offset = Utf8Parser.TryParse(parsed.Offset, out ulong offset, out _, 'x') ? offset : 0;
            }

            if (Naming is not null)
            {
                mapping.Name = NameOf(parsed, mapping);
            }

            sizes = default;
            pending = true;
        }

        if (pending)
        {
            Add(ref mapping, sizes, fromSmaps, ref resident);
        }

        return lines.Error != 0 ? lines.Error : resident.Error;
    }

    /// <summary>A copy of the mappings, for the threads that read one process together.</summary>
    public Mapping[] Snapshot()
    {
        var copy = new Mapping[Count];
        Array.Copy(mappings, copy, Count);
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i].Pages = null;
        }

        return copy;
    }

    /// <summary>Has an object read by its pages: in the mapping through which it was looked at, and no other.</summary>
    /// <param name="number">Which of <see cref="Objects"/>, from 0 on.</param>
    /// <param name="pages">Its frames, as far as they are known.</param>
    public void ReadByPages(int number, ObjectPages pages)
    {
        ObjectLink link = Objects[number].Link;
        foreach (ref Mapping mapping in mappings.AsSpan(0, Count))
        {
            if (mapping.Object == number + 1 && mapping.Kind == MappingKind.SharedObject && mapping.Start == link.Start && mapping.End == link.End)
            {
                mapping.Pages = pages;
            }
        }
    }

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

    /// <summary>Gives up its lists.</summary>
    public void Dispose() => Clear();

    private void Clear()
    {
        Naming?.Begin();
        objects.Clear();
        Count = 0;
        ReadableSize = 0;
        Segments.Clear();
        if (charge.IsLarge)
        {
            // What a process with many mappings took is not kept for the next.
            mappings = new Mapping[SpaceCharge.Spare];
            Segments.TrimExcess();
            objects.TrimExcess();
        }

        charge.Return();
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
            charge.TakeSegment();
            Segments.Add(new SegmentRange(line.Inode, segmentPage, line.Start, line.End));
            number = objects.NumberOf(line, process, isSegment, charge);
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

        number = objects.NumberOf(line, process, isSegment, charge);
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

    /// <summary>
    /// Adds the size of a mapping; overlaps (in a damaged copy) were cut before, so the sum cannot overflow.
    /// </summary>
    private void AddSize(in Mapping mapping)
    {
        ReadableSize += mapping.Kind == MappingKind.Skipped ? 0 : mapping.End - mapping.Start;
        Naming?.Count(mapping.Name, mapping.End - mapping.Start);
    }

    /// <summary>True for the mapping through which an object is looked at.</summary>
    private bool IsLookedAt(in Mapping mapping) => mapping is { Kind: MappingKind.SharedObject, Object: > 0 } && Objects[mapping.Object - 1].Link.Start == mapping.Start;

    private void Add(ref Mapping mapping, in SmapsFile sizes, bool fromSmaps, ref ResidentSizes resident)
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
            // The mapping through which an object was looked at keeps its bounds, by which it is known again.
            if (!fromSmaps && mapping.Start == last.End && mapping.Kind == last.Kind && !IsLookedAt(last) && mapping.Object == last.Object && mapping.Name == last.Name)
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
            charge.TakeMappings(mappings.Length, mappings.Length * 2);
            var grown = new Mapping[mappings.Length * 2];
            Array.Copy(mappings, grown, Count);
            mappings = grown;
        }

        mappings[Count++] = mapping;
    }
}
