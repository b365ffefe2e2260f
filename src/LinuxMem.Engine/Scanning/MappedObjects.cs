using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>Tells whether mappings of a process still are of the objects that they were of; for one thread, and as long as the process's folder is open.</summary>
internal sealed class MappedObjects(Machine root) : IMappingCheck
{
    private MachineFolder place;
    private int pid;
    private SharedObject?[] each = [];

    /// <summary>Says which process is read.</summary>
    public void Begin(in MachineFolder folder, int process, SharedObject?[] objects) => (place, pid, each) = (folder, process, objects);

    /// <summary>Says that its folder is closed.</summary>
    public void End() => (place, each) = (default, []);

    public bool IsStill(in Mapping mapping) =>
        mapping.Object > 0 && mapping.Object <= each.Length && each[mapping.Object - 1] is SharedObject one
        && root.MarkObject(place, pid, new ObjectLink(one.Key.Minor, one.Key.Inode, one.Key.IsSegment, mapping.Start, mapping.End), out FileMark mark) == 0
        && mark == one.Key.Mark;
}
