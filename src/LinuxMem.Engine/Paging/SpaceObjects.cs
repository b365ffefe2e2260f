using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>The shared memory objects in one <see cref="AddressSpace"/>, numbered as they are met.</summary>
/// <param name="devices">The devices of all shared memory; null where nothing tells them, so that there are no objects.</param>
internal sealed class SpaceObjects(MemoryDevices? devices)
{
    private readonly StructTable<File, int> numbers = new();

    /// <summary>Each object once, but SysV segments as often as they are mapped.</summary>
    public StructList<ObjectMapping> All { get; } = [];

    /// <summary>The number of the object that a mapping is of, from 1 on; 0 for none.</summary>
    /// <param name="line">The mapping.</param>
    /// <param name="process">The process's folder, through which its mounts are found.</param>
    /// <param name="isSegment">Whether it is of a SysV segment.</param>
    /// <param name="charge">Is charged with an object that is new.</param>
    public int NumberOf(in MapsLine line, in MachineFolder process, bool isSegment, SpaceCharge charge)
    {
        // The first segment of a namespace has the number 0.
        if (devices is null || (line.Inode == 0 && !isSegment) || !MemoryDevices.TryMinor(line.Device, out uint minor))
        {
            return 0;
        }

        ObjectHome home = HomeOf(line, minor, process, devices);
        if (home == ObjectHome.None)
        {
            return 0;
        }

        // Segments of two IPC namespaces may have one number, also in one process: each mapping of one is looked at.
        if (isSegment || !numbers.TryGetValue(new File(minor, line.Inode), out int number))
        {
            charge.TakeObject(line.Path.Length);
            All.Add(new ObjectMapping(new ObjectLink(minor, line.Inode, isSegment, line.Start, line.End), home, line.Path.ToArray()));
            number = All.Count;
            if (!isSegment)
            {
                numbers[new File(minor, line.Inode)] = number;
            }
        }

        return number;
    }

    /// <summary>Forgets all of them, for the next process.</summary>
    public void Clear()
    {
        All.Clear();
        numbers.Clear();
    }

    /// <summary>Gives up the room of a process that had many.</summary>
    public void TrimExcess()
    {
        All.TrimExcess();
        numbers.TrimExcess();
    }

    private static ObjectHome HomeOf(in MapsLine line, uint minor, in MachineFolder process, MemoryDevices devices)
    {
        // What the kernel makes without any mount is known by its name, and never asked anything.
        ObjectHome home = (line.Path[0] != '/' && !line.Path.StartsWith("[anon_shmem:"u8)) || line.Path.StartsWith("/[aio]"u8) ? ObjectHome.None
            : line.Path.StartsWith("/dmabuf:"u8) ? ObjectHome.Driver
            : line.Path.SequenceEqual("/secretmem (deleted)"u8) ? ObjectHome.Secret
            : devices.HomeOf(minor, process);

        // Private memory of huge pages has a file, too, but never a page in it.
        return home == ObjectHome.KernelHugetlb && !line.IsShared && line.Path.SequenceEqual("/anon_hugepage (deleted)"u8) ? ObjectHome.None : home;
    }

    private readonly record struct File(uint Minor, ulong Inode)
    {
        public override int GetHashCode() => KeyHash.Of(Inode, Minor);
    }
}
