using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>The shared memory objects that a snapshot has, to be looked up. Safe for several threads.</summary>
internal sealed class RecordedObjects
{
    private readonly Dictionary<(uint Minor, ulong Inode, bool IsSegment), List<RecordedObject>> objects = [];
    private readonly Dictionary<(uint Minor, ulong Inode, bool IsSegment, int Pid), RecordedObject> ofHolders = [];
    private readonly Dictionary<RecordedObject, FileMark> marks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, List<(ObjectLink Link, ObjectHome Home, string Path)>> open = [];

    public RecordedObjects(RecordedObject[] recorded)
    {
        foreach (RecordedObject one in recorded)
        {
            (uint, ulong, bool) key = (one.Minor, one.Inode, one.Segment != 0);
            if (!objects.TryGetValue(key, out List<RecordedObject>? same))
            {
                objects[key] = same = [];
            }

            same.Add(one);
            marks[one] = new FileMark((ulong)same.Count);
            foreach (int pid in one.Pids)
            {
                ofHolders.TryAdd((one.Minor, one.Inode, one.Segment != 0, pid), one);
            }

            foreach (int pid in one.OpenPids)
            {
                ofHolders.TryAdd((one.Minor, one.Inode, one.Segment != 0, pid), one);
                if (!open.TryGetValue(pid, out List<(ObjectLink, ObjectHome, string)>? list))
                {
                    open[pid] = list = [];
                }

                list.Add((new ObjectLink(one.Minor, one.Inode, one.Segment != 0, 0, 0), one.Home, one.Path));
            }
        }
    }

    /// <summary>The object that a process holds; of several with one number, the one that it has.</summary>
    public RecordedObject? Find(in ObjectLink link, int pid) =>
        !objects.TryGetValue((link.Minor, link.Inode, link.IsSegment), out List<RecordedObject>? same) ? null
        : same.Count == 1 ? same[0]
        : ofHolders.GetValueOrDefault((link.Minor, link.Inode, link.IsSegment, pid));

    /// <summary>What tells an object from the others of its number.</summary>
    public FileMark MarkOf(RecordedObject one) => marks[one];

    /// <summary>What a process had open and not mapped.</summary>
    public IReadOnlyList<(ObjectLink Link, ObjectHome Home, string Path)> OpenOf(int pid) => open.GetValueOrDefault(pid, []);
}
