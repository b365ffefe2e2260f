using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>What a line of a report by mapping is made of.</summary>
internal sealed class MappingLineParts
{
    public required MappedKind Kind { get; init; }

    /// <summary>The name, without the mark of a deleted file.</summary>
    public required string Text { get; init; }

    public FrameSet? Frames { get; init; }

    public FrameSet? Slots { get; init; }

    /// <summary>The shared memory objects; of lines that are no kinds, one at the most.</summary>
    public SharedObject[] Objects { get; init; } = [];

    /// <summary>SysV segments that are none of the objects.</summary>
    public SegmentId[] Segments { get; set; } = [];

    public int Processes { get; init; }

    public long Mappings { get; init; }

    public ulong Size { get; init; }

    /// <summary>Major number in the upper half.</summary>
    public ulong Device { get; init; }

    /// <summary>The inode of a file or object, the shmid of a SysV segment, of which the first is 0; null for none.</summary>
    public ulong? Inode { get; init; }

    public bool IsDeleted { get; init; }

    /// <summary>The lines of a group, in no order.</summary>
    public static List<MappingLineParts> Of(GroupPages group, ScanState state)
    {
        MappingNames names = state.Names!;

        // What is held and not mapped has a line, too.
        ILookup<int, SharedObject> objects = group.Objects.Where(one => one.IsMeasured).ToLookup(one => names.Of(one, owner: -1).Number);
        foreach (IGrouping<int, SharedObject> same in objects)
        {
            group.Names!.Of(same.Key);
        }

        ILookup<ulong, SegmentId> segments = group.Segments.ToArray().ToLookup(id => id.ShmId, NumberHash.Instance);
        var lines = new List<MappingLineParts>(group.Names!.All.Count);
        foreach ((int number, NamedPages.Pages pages) in group.Names.All)
        {
            lines.Add(Of(names, names[number], pages, [.. objects[number]], segments));
        }

        if (names.ByKind && group.Segments.Count > 0 && lines.Find(line => line.Kind == MappedKind.SysV) is MappingLineParts sysV)
        {
            sysV.Segments = group.Segments.ToArray();
        }

        return lines;
    }

    private static MappingLineParts Of(MappingNames names, MappingName name, NamedPages.Pages pages, SharedObject[] objects, ILookup<ulong, SegmentId> segments)
    {
        SharedObject? one = names.ByKind ? null : objects.FirstOrDefault();
        MappingIdentity identity = name.Identity;
        bool isDeleted = one is null ? identity.IsDeleted : one.IsRemoved && one.Kind is SharedMemoryKind.Posix or SharedMemoryKind.Tmpfs or SharedMemoryKind.HugeTlb;
        MappedKind kind = one is null ? name.Kind : MappedKinds.Of(one.Kind);
        return new MappingLineParts
        {
            Kind = kind,
            Text = one?.Name ?? name.Text,
            Frames = pages.Frames,
            Slots = pages.Slots,
            Objects = objects,
            Segments = !names.ByKind && kind == MappedKind.SysV && one is null ? [.. segments[identity.Inode]] : [],
            Processes = pages.Processes,
            Mappings = pages.Mappings,
            Size = pages.Size,
            Device = identity.Object?.Minor ?? identity.Device,
            Inode = identity.Object?.Inode ?? (identity.Inode != 0 || (kind == MappedKind.SysV && !names.ByKind) ? identity.Inode : null),
            IsDeleted = isDeleted,
        };
    }
}
