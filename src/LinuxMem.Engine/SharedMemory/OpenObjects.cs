using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// The shared memory objects that processes have open: memfds, files of a tmpfs. Which file a descriptor is of is told by the
/// text of its link and of <c>fdinfo</c>, so that a file on any other device is asked nothing.
/// </summary>
internal sealed class OpenObjects(ObjectCatalog catalog, Machine root)
{
    private readonly Lazy<bool> own = new(() => FindOwn(catalog, root));

    /// <summary>The objects that a process has open, each once.</summary>
    public SharedObject[] Sight(MemProcess process, in MachineFolder place)
    {
        if (catalog.Devices is not MemoryDevices devices || process.AddressSpaceThread != 0)
        {
            return [];
        }

        if (root.RecordedOpenObjects(process.Id) is { } recorded)
        {
            var known = new List<SharedObject>();
            foreach ((ObjectLink link, ObjectHome home, string path) in recorded)
            {
                if (catalog.Sight(process, place, new ObjectMapping(link, home, SurrogateEscape.Encode(path))) is SharedObject one)
                {
                    known.Add(one);
                }
            }

            return [.. known];
        }

        _ = own.Value;
        using OpenedFile folder = place.Open("fd\0"u8);
        if (!folder.IsOpen)
        {
            return [];
        }

        HashSet<SharedObject>? found = null;
        Span<byte> name = stackalloc byte[32];
        Span<byte> target = stackalloc byte[512];
        List<int> numbers = Readdir.Numbers(folder.Descriptor, out _);

        // Only positive numbers are listed, as pids are; descriptor 0 may be there or not.
        numbers.Add(0);
        foreach (int number in numbers)
        {
            var link = new ObjectLink(0, 0, false, 0, 0, number);
            int n = place.ReadLink(link.Path(name), target);
            if (n <= 0 || target[0] != '/'
                || !FdinfoFile.TryRead(place.Open(FdinfoFile.Path(name, number)), out int mount, out ulong inode)
                || devices.HomeOfMount(mount, place, out uint minor) is var home && home == ObjectHome.None)
            {
                continue;
            }

            ReadOnlySpan<byte> path = target[..n];
            bool isSegment = home is ObjectHome.Kernel or ObjectHome.KernelHugetlb && path.StartsWith("/SYSV"u8);
            var mapping = new ObjectMapping(link with { Minor = minor, Inode = inode, IsSegment = isSegment }, home, path.ToArray());
            if (catalog.Sight(process, place, mapping) is SharedObject one)
            {
                (found ??= []).Add(one);
            }
        }

        return found is null ? [] : [.. found];
    }

    /// <summary>Learns the numbers of the kernel's own mounts, which no mountinfo has, from files of our own there.</summary>
    private static bool FindOwn(ObjectCatalog catalog, Machine root)
    {
        Span<byte> name = stackalloc byte[64];
        foreach (ulong size in root.HugetlbSizes.Prepend(0UL))
        {
            using FileDescriptor file = MemfdCreate.Create(size);
            if (file.IsOpen && Statx.ReadDevice(file, out uint major, out uint minor) == 0 && major == 0
                && FdinfoFile.TryRead(FileDescriptor.WorkingDirectory.Open(FdinfoFile.OwnPath(name, file.Number)), out int mount, out _))
            {
                catalog.Devices!.AddMount(mount, minor);
            }
        }

        return true;
    }
}
