using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// The mappings (VMAs) of one process, reduced to what reading its page tables needs; reused for the next process.
/// </summary>
internal sealed class AddressSpace(SegmentDevices segmentDevices, ulong pageSize)
{
    private Mapping[] mappings = new Mapping[256];

    /// <summary>
    /// The mappings by ascending address; adjacent ones of one kind are merged unless smaps was read.
    /// </summary>
    public ReadOnlySpan<Mapping> Mappings => mappings.AsSpan(0, Count);

    /// <summary>The number of mappings.</summary>
    public int Count { get; private set; }

    /// <summary>The mappings of SysV segments.</summary>
    public List<SegmentRange> Segments { get; } = [];

    /// <summary>Bytes of address space whose page table entries are to be read.</summary>
    public ulong ReadableSize { get; private set; }

    /// <summary>
    /// Reads <c>/proc/PID/maps</c>, or <c>smaps</c>, which also tells how many pages each mapping holds.
    /// </summary>
    /// <returns>0, or the error number.</returns>
    public int Load(in MachineFolder process, bool fromSmaps, byte[] buffer)
    {
        using OpenedFile file = process.Open(fromSmaps ? "smaps\0"u8 : "maps\0"u8);
        if (!file.IsOpen)
        {
            Clear();
            return file.Error;
        }

        return Load(file, fromSmaps, buffer);
    }

    /// <summary>Reads the mappings from an open <c>maps</c> or <c>smaps</c> file.</summary>
    /// <returns>0, or the error number.</returns>
    public int Load(OpenedFile file, bool fromSmaps, byte[] buffer)
    {
        Clear();
        var lines = new LineStream(file, buffer);
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

            mapping = new Mapping { Start = parsed.Start, End = parsed.End, Kind = Classify(parsed) };
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

    private void Clear()
    {
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

    private MappingKind Classify(in MapsLine line)
    {
        if (line.Path.IsEmpty)
        {
            return line.IsShared ? MappingKind.Shared : MappingKind.Private;
        }

        if (line.IsShared)
        {
            if (segmentDevices.IsSegment(line, out ulong segmentPage))
            {
                Segments.Add(new SegmentRange(line.Inode, segmentPage, line.Start, line.End));
                return MappingKind.Skipped;
            }

            return MappingKind.Shared;
        }

        return IsKernelLent(line.Path) ? MappingKind.Skipped
            : IsDevice(line.Path) ? MappingKind.PrivateDevice
            : MappingKind.Private;
    }

    /// <summary>
    /// Adds the size of a mapping; overlaps (in a damaged copy) were cut before, so the sum cannot overflow.
    /// </summary>
    private void AddSize(in Mapping mapping) => ReadableSize += mapping.Kind == MappingKind.Skipped ? 0 : mapping.End - mapping.Start;

    private void Add(Mapping mapping, in SmapsFile sizes, bool fromSmaps)
    {
        if (mapping.Kind != MappingKind.Skipped)
        {
            mapping.Populated = fromSmaps ? (sizes.Resident + sizes.Swap) / pageSize : Mapping.Unknown;
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
            if (!fromSmaps && mapping.Start == last.End && mapping.Kind == last.Kind)
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
