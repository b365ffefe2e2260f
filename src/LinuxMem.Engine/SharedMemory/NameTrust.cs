using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// How far a process is to be believed about the name of a file in memory that it maps: anybody can give the file of another a name
/// of his own, by a hard link or by a mount in a namespace of his own.
/// </summary>
internal enum NameTrust
{
    /// <summary>It is neither the owner's, nor does it see the mounts that we see.</summary>
    None,

    /// <summary>It sees the mounts that we see.</summary>
    SameMounts,

    /// <summary>The owner of the file runs it: whatever he says, it is his own file.</summary>
    Owner,

    /// <summary>Both.</summary>
    OwnerWithSameMounts,
}

/// <summary>Finds out how far to believe.</summary>
internal static class NameTrusts
{
    /// <summary>How far a process is to be believed about the name of an object that it maps; not at all where the kernel names it.</summary>
    /// <param name="process">The process.</param>
    /// <param name="place">Its folder.</param>
    /// <param name="one">The object, which has been looked at.</param>
    public static NameTrust In(MemProcess process, in MachineFolder place, SharedObject one)
    {
        if (one.Home is not (ObjectHome.Tmpfs or ObjectHome.Hugetlbfs) || !place.Root.ProcessesEnd)
        {
            return NameTrust.None;
        }

        Span<byte> target = stackalloc byte[64];
        int n = place.ReadLink("ns/mnt\0"u8, target);
        bool seesOurs = n > 0 && IpcNamespace.TryNumber(target[..n], out ulong number) && number == IpcNamespace.OwnMounts;
        bool isOwner = one.IsMeasured && process.Uid == one.Usage.Uid;
        return (isOwner, seesOurs) switch
        {
            (true, true) => NameTrust.OwnerWithSameMounts,
            (true, false) => NameTrust.Owner,
            (false, true) => NameTrust.SameMounts,
            _ => NameTrust.None,
        };
    }
}
