using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The root folder of the machine behind a live /proc tree: that of its process 1. Of a container's tree it is the container's,
/// of the host's tree mounted into a container the host's.
/// </summary>
internal sealed class MachineRoot(LiveMachine machine)
{
    private readonly Lazy<Place> place = new(() => Find(machine));

    /// <summary>True where it is this program's own, so that this system's name service knows the users.</summary>
    public bool IsOwn => place.Value.IsOwn;

    /// <summary>Why it cannot be looked into, as a clause; null where it can.</summary>
    public string? WhyNot => place.Value.WhyNot;

    /// <summary>Opens it, to look files up in it without following links (a link would lead into our own root).</summary>
    public FileDescriptor Open() => IsOwn ? FileDescriptor.WorkingDirectory.OpenPlace("/\0"u8) : machine.OpenPlace("1/root\0"u8).Place;

    /// <summary>The names of the machine's users.</summary>
    public UserNames ReadUsers()
    {
        if (IsOwn)
        {
            return UserNames.OfThisSystem();
        }

        if (WhyNot is string why)
        {
            return UserNames.Unknown($"the /proc tree is another machine's or container's, and {why}", isTold: true);
        }

        Names? read = BriefCall.Run(Read, out bool isLate);
        return read is not null
            ? UserNames.Of(read.Users, "the /proc tree is another machine's or container's, and no user of that name is in the /etc/passwd of its process 1", translate: read.Translate)
            : UserNames.Unknown($"the /proc tree is another machine's or container's, and the /etc/passwd of its process 1 {(isLate ? "does not answer" : "cannot be read")}", isTold: true);
    }

    /// <summary>The machine's host name; null where it cannot be known. What the kernel says in a tree is the reader's own name.</summary>
    public string? ReadHostName() => IsOwn ? HostnameFile.Read(machine) : WhyNot is null ? BriefCall.Run(ReadHostNameFile, out _) : null;

    private string? ReadHostNameFile()
    {
        byte[] buffer = new byte[4096];
        using FileDescriptor root = Open();
        int n = root.IsOpen ? ProcFile.ReadAll(CopiedTree.Open(root, "etc/hostname\0"u8), ref buffer) : root.Number;
        return n > 0 ? HostnameFile.Parse(buffer.AsSpan(0, n)) : null;
    }

    private Names? Read()
    {
        byte[] buffer = new byte[16384];
        using FileDescriptor root = Open();
        int n = root.IsOpen ? ProcFile.ReadAll(CopiedTree.Open(root, "etc/passwd\0"u8), ref buffer) : root.Number;
        if (n < 0)
        {
            return null;
        }

        Dictionary<uint, string> users = PasswdFile.Parse(buffer.AsSpan(0, n));
        n = machine.ReadAll("1/uid_map\0"u8, ref buffer);
        return new Names(users, n > 0 ? UidMapFile.Parse(buffer.AsSpan(0, n)).Inside : uid => uid);
    }

    private static Place Find(LiveMachine machine)
    {
        // A root folder may lie on a file system that does not answer.
        return BriefCall.Run(() => Look(machine), out _) ?? new Place(false, "the root folder of its process 1 does not answer");
    }

    private static Place Look(LiveMachine machine)
    {
        using MachineFolder root = machine.OpenPlace("1/root\0"u8);
        if (!root.IsOpen)
        {
            // Who may not look at process 1 reads his own machine all the same if it is his own processes that he reads.
            return IsOwnPidNamespace(machine) ? new Place(true, null) : new Place(false, $"the root folder of its process 1 cannot be opened ({Errno.Describe(root.Error)})");
        }

        using FileDescriptor own = FileDescriptor.WorkingDirectory.OpenPlace("/\0"u8);
        return Statx.ReadIdentity(root.Place, out FileIdentity theirs) == 0 && Statx.ReadIdentity(own, out FileIdentity ours) == 0
            ? new Place(ours == theirs, null)
            : new Place(false, "the root folder of its process 1 cannot be looked at");
    }

    /// <summary>True where this process is in the tree, by the number it has in its own PID namespace alone.</summary>
    private static bool IsOwnPidNamespace(LiveMachine machine)
    {
        byte[] buffer = new byte[4096];
        int n = machine.ReadRecord("self/status\0"u8, ref buffer);
        return n > 0 && StatusFile.Parse(buffer.AsSpan(0, n)).PidNamespaces == 1;
    }

    private sealed record Names(Dictionary<uint, string> Users, Func<uint, uint?> Translate);

    private sealed record Place(bool IsOwn, string? WhyNot);
}
