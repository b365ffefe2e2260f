using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The control groups that the running kernel shows where they are mounted. Their files are the kernel's and answer at once; the way
/// to the mount may not, so it is looked up where it can be given up.
/// </summary>
internal sealed class MountedCgroups : CgroupTree
{
    private readonly FileDescriptor mount;
    private readonly string root;

    private MountedCgroups(FileDescriptor mount, string root, int version) => (this.mount, this.root, Version) = (mount, root, version);

    /// <inheritdoc/>
    public override int Version { get; }

    /// <summary>Finds the hierarchy of the memory controller.</summary>
    /// <param name="machine">The machine whose process 1, or whose reader, sees the mounts.</param>
    public static CgroupTree Find(LiveMachine machine)
    {
        int refused = 0;
        return BriefCall.Run(() => Look(machine, out refused), out bool isLate) ?? Nothing(
            isLate ? "the folder where control groups are mounted does not answer"
            : refused == FileBounds.Exceeded ? "the list of mounts is longer than on any machine"
            : refused != 0 ? $"the list of mounts cannot be read: {Errno.Describe(refused)}"
            : "no control groups with the memory controller are mounted");
    }

    /// <inheritdoc/>
    public override CgroupUsage? Read(string path, out string? why)
    {
        if (MemoryLeft.Below(root, path) is not string below)
        {
            why = "it lies outside of what is mounted here (a control group namespace)";
            return null;
        }

        using FileDescriptor folder = below.Length == 0 ? mount.OpenPlace(".\0"u8) : PlaceBeneath.Open(mount, [.. SurrogateEscape.Encode(below[1..]), 0]);
        if (!folder.IsOpen)
        {
            why = Errno.Describe(folder.Error);
            return null;
        }

        byte[] buffer = new byte[8192];
        CgroupUsage usage = CgroupUsage.Read(Text, IsUnified);
        why = usage.Current is null && usage.Anon is null ? "the memory controller is not enabled for it" : null;
        return why is null ? usage : null;

        byte[]? Text(string name)
        {
            int n = ProcFile.ReadRecord(folder.Open([.. SurrogateEscape.Encode(name), 0]), ref buffer);
            return n >= 0 ? buffer[..n] : null;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => mount.Dispose();

    private static MountedCgroups? Look(LiveMachine machine, out int refused)
    {
        bool own = machine.IsOwnProc;
        List<MountInfoFile> mounts = MountInfoFile.Read(machine.Open(own ? "self/mountinfo\0"u8 : "1/mountinfo\0"u8), out refused);
        using FileDescriptor top = own ? FileDescriptor.WorkingDirectory.OpenPlace("/\0"u8) : machine.OpenPlace("1/root\0"u8).Place;

        // A machine with both has the controller in version 1 where that is mounted with it.
        foreach (MountInfoFile one in mounts.Where(one => one.FileSystem == "cgroup" && one.SuperOptions.Split(',').Contains("memory")).Concat(mounts.Where(one => one.FileSystem == "cgroup2")))
        {
            FileDescriptor place = top.IsOpen ? top.OpenPlace([.. SurrogateEscape.Encode($".{one.MountPoint}"), 0]) : new FileDescriptor(-Errno.ENOENT);
            bool unified = one.FileSystem == "cgroup2";
            if (place.IsOpen && Statfs.IsControlGroup(place) && (!unified || HasMemory(place)))
            {
                return new MountedCgroups(place, one.Root, unified ? 2 : 1);
            }

            place.Dispose();
        }

        return null;
    }

    private static bool HasMemory(FileDescriptor place)
    {
        byte[] buffer = new byte[4096];
        int n = ProcFile.ReadRecord(place.Open("cgroup.controllers\0"u8), ref buffer);
        var fields = new FieldReader(n > 0 ? buffer.AsSpan(0, n) : default);
        for (ReadOnlySpan<byte> field = fields.Next(); !field.IsEmpty; field = fields.Next())
        {
            if (field.SequenceEqual("memory"u8))
            {
                return true;
            }
        }

        return false;
    }
}
