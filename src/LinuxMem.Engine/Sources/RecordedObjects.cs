using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>The shared memory objects that a snapshot has, to be looked up. Safe for several threads.</summary>
internal sealed class RecordedObjects
{
    private readonly Dictionary<Number, List<RecordedObject>> objects = [];
    private readonly Dictionary<Holding, RecordedObject> ofHolders = [];
    private readonly Dictionary<RecordedObject, FileMark> marks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, List<(ObjectLink Link, ObjectHome Home, string Path)>> open = [];

    public RecordedObjects(RecordedObject[] recorded)
    {
        foreach (RecordedObject one in recorded)
        {
            var key = new Number(one.Minor, one.Inode, one.Segment != 0);
            if (!objects.TryGetValue(key, out List<RecordedObject>? same))
            {
                objects[key] = same = [];
            }

            same.Add(one);
            marks[one] = new FileMark((ulong)same.Count);
            foreach (int pid in one.Pids)
            {
                ofHolders.TryAdd(new Holding(key, pid), one);
            }

            foreach (int pid in one.OpenPids)
            {
                ofHolders.TryAdd(new Holding(key, pid), one);
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
        !objects.TryGetValue(new Number(link.Minor, link.Inode, link.IsSegment), out List<RecordedObject>? same) ? null
        : same.Count == 1 ? same[0]
        : ofHolders.GetValueOrDefault(new Holding(new Number(link.Minor, link.Inode, link.IsSegment), pid));

    /// <summary>What tells an object from the others of its number.</summary>
    public FileMark MarkOf(RecordedObject one) => marks[one];

    /// <summary>What a process had open and not mapped.</summary>
    public IReadOnlyList<(ObjectLink Link, ObjectHome Home, string Path)> OpenOf(int pid) => open.GetValueOrDefault(pid, []);

    /// <summary>The numbers of an object, which several may have.</summary>
    internal readonly record struct Number(uint Minor, ulong Inode, bool IsSegment)
    {
        public override int GetHashCode() => KeyHash.Of(Inode, Minor);
    }

    /// <summary>An object's numbers, and a process that has it.</summary>
    internal readonly record struct Holding(Number Number, int Pid)
    {
        public override int GetHashCode() => KeyHash.Of(Number.Inode, Number.Minor, (uint)Pid);
    }
}
