using System.Diagnostics;
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
    private readonly DescriptorTables tables = new(root);

    /// <summary>The objects that a process has open, each once.</summary>
    public SharedObject[] Sight(MemProcess process, in MachineFolder place)
    {
        if (catalog.Devices is not MemoryDevices devices)
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

        long count = Count(folder, place);
        if (count <= DescriptorTables.Ordinary)
        {
            return Look(process, place, folder, devices, null, out _);
        }

        DescriptorTables.Owner owner = tables.Of(process);
        if (owner.Find(process) is SharedObject[] same)
        {
            return same;
        }

        if (count > DescriptorTables.MaxOfTable || !owner.TryTake(count))
        {
            catalog.Unseen.CutShort(process);
            return [];
        }

        SharedObject[] found = Look(process, place, folder, devices, owner, out bool isWhole);
        if (isWhole)
        {
            owner.Keep(process, found);
        }
        else
        {
            catalog.Unseen.CutShort(process);
        }

        return found;
    }

    /// <summary>How many descriptors there are; before Linux 6.2, how many there is room for.</summary>
    private static long Count(in OpenedFile folder, in MachineFolder place) =>
        Statx.ReadFile(folder.Descriptor, out _, out _, out ulong size) == 0 && size > 0
            ? (long)size
            : StatusFile.ReadNumber(place.Open("status\0"u8), "\nFDSize:"u8, new byte[4096]) ?? 0;

    private SharedObject[] Look(MemProcess process, in MachineFolder place, in OpenedFile folder, MemoryDevices devices, DescriptorTables.Owner? owner, out bool isWhole)
    {
        isWhole = true;
        HashSet<SharedObject>? found = null;

        // Of many descriptors of one file, one is looked at.
        HashSet<(int, ulong)>? seen = null;
        Span<byte> name = stackalloc byte[32];
        Span<byte> target = stackalloc byte[512];
        long started = Stopwatch.GetTimestamp();
        List<int> numbers = Readdir.Numbers(folder.Descriptor, out _);

        // Only positive numbers are listed, as pids are; descriptor 0 may be there or not.
        numbers.Add(0);
        for (int i = 0; i < numbers.Count && isWhole; i++)
        {
            int number = numbers[i];
            root.Cancellation.ThrowIfCancellationRequested();
            if (owner is not null && i % 256 == 255)
            {
                owner.Spend(Stopwatch.GetElapsedTime(started));
                started = Stopwatch.GetTimestamp();
                isWhole = !owner.IsSpent;
            }

            var link = new ObjectLink(0, 0, false, 0, 0, number);
            int n = place.ReadLink(link.Path(name), target);
            if (n <= 0 || target[0] != '/')
            {
                continue;
            }

            if (owner is not null && !owner.TryTake(DescriptorTables.CostOfFile))
            {
                isWhole = false;
                continue;
            }

            if (!FdinfoFile.TryRead(place.Open(FdinfoFile.Path(name, number)), out int mount, out ulong inode)
                || (devices.HomeOfMount(mount, place, out uint minor) is var home && home == ObjectHome.None)
                || !(seen ??= []).Add((mount, inode)))
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
