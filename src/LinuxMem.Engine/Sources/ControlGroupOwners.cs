using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// Who may have given a control group its name: whoever may write to the folder that it lies in, or to one above. A user whom root has given a
/// folder (chown, systemd's <c>Delegate=</c>) makes groups of any name in it, also of that of a container of root's.
/// </summary>
/// <remarks>
/// The folder itself may be another's: an engine gives a container in a user namespace its own. The folders are the kernel's and answer at once;
/// the way to where they are mounted may not, so it is looked up where it can be given up.
/// </remarks>
/// <param name="machine">The machine.</param>
/// <param name="openRoot">Opens the root folder of the machine.</param>
internal sealed class ControlGroupOwners(LiveMachine machine, Func<FileDescriptor> openRoot)
{
    /// <summary>What stands for an owner where he could not be found out.</summary>
    public const long Unknown = -1;

    /// <summary>More parts than any path of a control group has that is known by its form.</summary>
    private const int MaxParts = 64;

    /// <summary>More hierarchies than there are controllers.</summary>
    private const int MaxMounts = 32;

    private readonly Lazy<MountInfoFile[]> mounts = new(() => [.. Mounts(machine).Where(one => one.FileSystem is "cgroup" or "cgroup2").Take(MaxMounts)]);
    private bool isLate;

    /// <summary>The user id of the first, seen from the top, who may have; 0 for root alone, <see cref="Unknown"/> where that is not known.</summary>
    /// <param name="hierarchy">The controllers of a hierarchy of version 1; empty for version 2, systemd's own and that of the memory controller.</param>
    /// <param name="path">The path, as in <c>/proc/PID/cgroup</c>.</param>
    public long Of(string hierarchy, string path)
    {
        if (Volatile.Read(ref isLate))
        {
            return Unknown;
        }

        Found? found = BriefCall.Run(() => Find(hierarchy, path), out bool late);
        if (late)
        {
            Volatile.Write(ref isLate, true);
        }

        return found?.Owner ?? Unknown;
    }

    private static List<MountInfoFile> Mounts(LiveMachine machine) => MountInfoFile.Read(machine.Open(machine.IsOwnProc ? "self/mountinfo\0"u8 : "1/mountinfo\0"u8), out _);

    private Found? Find(string hierarchy, string path)
    {
        Found? found = null;
        using FileDescriptor top = openRoot();
        foreach (MountInfoFile mount in mounts.Value.Where(mount => IsOf(mount, hierarchy)))
        {
            // One of that path in another hierarchy may be anybody's; so root's must be in all that have it.
            if (MemoryLeft.Below(mount.Root, path) is { Length: > 0 } below && Owner(top, mount.MountPoint, below[1..].Split('/')) is long owner && found is not { Owner: not 0 })
            {
                found = new Found(owner);
            }
        }

        return found;
    }

    private static bool IsOf(MountInfoFile mount, string hierarchy)
    {
        string[] options = mount.SuperOptions.Split(',');
        return hierarchy.Length > 0
            ? mount.FileSystem == "cgroup" && Array.TrueForAll(hierarchy.Split(','), options.Contains)
            : mount.FileSystem == "cgroup2" || options.Contains("name=systemd") || options.Contains("memory");
    }

    /// <summary>The first owner of the folders around a group who is not root alone; 0 for none, null where the group is not there.</summary>
    private static long? Owner(FileDescriptor top, string mountPoint, string[] parts)
    {
        FileDescriptor here = top.IsOpen && parts.Length <= MaxParts ? top.OpenPlace(Bytes($".{mountPoint}")) : new FileDescriptor(-Errno.ENOENT);
        try
        {
            long owner = 0;
            for (int i = 0; here.IsOpen && Statfs.IsControlGroup(here); i++)
            {
                if (i == parts.Length)
                {
                    return owner;
                }

                if (Statx.ReadRights(here, out FileRights rights) != 0 || !rights.IsFolder)
                {
                    return null;
                }

                // Root's folder that a group of users may write to is none of his alone, and of nobody known.
                owner = owner != 0 || rights.IsRootsAlone ? owner : rights.Uid == 0 ? Unknown : rights.Uid;
                FileDescriptor next = here.OpenPlaceItself(Bytes(parts[i]));
                here.Dispose();
                here = next;
            }

            return null;
        }
        finally
        {
            if (here.IsOpen)
            {
                here.Dispose();
            }
        }
    }

    private static byte[] Bytes(string name) => [.. SurrogateEscape.Encode(name), 0];

    /// <summary>That a group was found.</summary>
    private sealed record Found(long Owner);
}
