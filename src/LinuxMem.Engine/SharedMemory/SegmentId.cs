using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// Identifies a SysV segment. Shmids are unique only within an IPC namespace (ipc_namespaces(7)).
/// </summary>
/// <param name="IpcNamespace">The inode of the IPC namespace; 0 for that of this process.</param>
/// <param name="ShmId">The shmid in that namespace.</param>
internal readonly record struct SegmentId(ulong IpcNamespace, ulong ShmId)
{
    /// <summary>Namespaces have numbers of 32 bits; beyond are the segments that no table has.</summary>
    private const ulong FirstStray = 1UL << 32;

    /// <summary>A segment that no table has.</summary>
    /// <param name="number">Its number among them, from 1; 0 for one of which only the shmid is known.</param>
    /// <param name="shmid">The shmid.</param>
    public static SegmentId Stray(ulong number, ulong shmid) => new(FirstStray + number, shmid);

    public override int GetHashCode() => KeyHash.Of(ShmId, IpcNamespace);
}

/// <summary>A segment that a process has attached.</summary>
/// <param name="Id">The segment, as the process's namespace and the mapping name it.</param>
/// <param name="PageSize">Its page size in bytes; 0 when it is not known.</param>
/// <param name="File">What the mapping's own file tells; null where it cannot be asked.</param>
/// <param name="Start">Where the mapping starts.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct AttachedSegment(SegmentId Id, ulong PageSize, FileUsage? File = null, ulong Start = 0, ulong End = 0)
{
    /// <summary>How many mappings of a process are asked for their files: what is beyond is known by its table alone.</summary>
    internal const int MaxAsked = 256;

    /// <summary>The segments that a process has attached, each once.</summary>
    /// <param name="ranges">The mappings.</param>
    /// <param name="place">The process's folder.</param>
    /// <param name="ipcNamespace">The namespace that the process lives in.</param>
    public static AttachedSegment[] Of(StructList<SegmentRange> ranges, in MachineFolder place, ulong ipcNamespace)
    {
        var found = new StructList<AttachedSegment>();
        var seen = new StructSet<Seen>();
        int asked = 0;
        foreach (SegmentRange range in ranges)
        {
            FileUsage? file = asked++ < MaxAsked ? FileOf(place, range.Start, range.End) : null;
            if (seen.Add(new Seen(range.ShmId, range.PageSize, file?.Mark ?? default)))
            {
                found.Add(new AttachedSegment(new SegmentId(ipcNamespace, range.ShmId), range.PageSize, file, range.Start, range.End));
            }
        }

        return found.ToArray();
    }

    /// <summary>The segments that a process has attached and that are known as objects, each once.</summary>
    /// <param name="attached">The objects, with their mappings.</param>
    /// <param name="ipcNamespace">The namespace that the process lives in.</param>
    public static AttachedSegment[] Of(StructList<HeldObject> attached, ulong ipcNamespace)
    {
        var found = new StructList<AttachedSegment>();
        var seen = new HashSet<SharedObject>();
        foreach (HeldObject one in attached)
        {
            if (seen.Add(one.Object))
            {
                found.Add(new AttachedSegment(new SegmentId(ipcNamespace, one.Link.Inode), (ulong)one.Object.PageSize, one.Object.Usage, one.Link.Start, one.Link.End));
            }
        }

        return found.ToArray();
    }

    /// <summary>What the file behind a mapping of a segment is; null where that cannot be asked, as in a copy or a snapshot.</summary>
    public static FileUsage? FileOf(in MachineFolder place, ulong start, ulong end) =>
        place.Root.LookAtObject(place, 0, new ObjectLink(0, 0, true, start, end), out FileUsage usage, out _) == 0 ? usage : null;

    // Written out, as that of ObjectKey.
    public bool Equals(AttachedSegment other) =>
        Id.Equals(other.Id) && PageSize == other.PageSize && Start == other.Start && End == other.End
        && (File is FileUsage file ? other.File is FileUsage its && file.Equals(its) : other.File is null);

    public override int GetHashCode() => KeyHash.Of(Id.ShmId, Start, Id.IpcNamespace);

    private readonly record struct Seen(ulong ShmId, ulong PageSize, FileMark Mark)
    {
        // Written out, as that of ObjectKey.
        public bool Equals(Seen other) => ShmId == other.ShmId && PageSize == other.PageSize && Mark.Equals(other.Mark);

        public override int GetHashCode() => KeyHash.Of(ShmId, PageSize, Mark.Handle, (ulong)Mark.Made);
    }
}
