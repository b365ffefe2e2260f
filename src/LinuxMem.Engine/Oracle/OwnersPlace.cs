using System.Globalization;
using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// Gives a child that waits at the gate (<see cref="SqlPlusGate"/>) the control groups, limits and priority of its owner's
/// pmon process. If one of them cannot be given, the child is not let through.
/// </summary>
internal static class OwnersPlace
{
    /// <summary>Checks what the child was started with; says what is not as it should be, null when all is.</summary>
    public static string? Check(Machine live, int child)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[1024];
        int n = live.ReadRecord(Machine.ProcessPath(name, child, "/stat"u8), ref buffer);
        if (n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) || stat.Session != child)
        {
            return Refusal("a session of its own could not be given to it", n < 0 ? -n : 0);
        }

        try
        {
            string[] descriptors = [.. Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"{live.Path}/{child}/fd")).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
            return descriptors.SequenceEqual(["0", "1", "2"]) ? null : Refusal("our open files could not be kept from it", 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refusal("our open files could not be kept from it: " + e.Message, 0);
        }
    }

    /// <summary>Gives the child all that the owner's process has; says what could not be given, null when nothing is missing.</summary>
    public static string? Take(Machine live, int child, PmonOwner owner) =>
        Check(live, child)
        ?? (ProcessValue.LoginUid(live, child) == owner.LoginUid ? null : Refusal("its login id could not be taken", 0))
        ?? (ProcessValue.Labels(live, child) == owner.Labels ? null : Refusal("its security label is not ours, and cannot be taken", 0))
        ?? TakeControlGroups(live, child, owner)
        ?? TakeOomScore(live, child, owner)
        ?? (Scheduling.Copy(owner.Pid, child) is int error and not 0 ? Refusal("its priority could not be taken", error) : null)
        ?? TakeLimits(live, child, owner);

    private static string? TakeControlGroups(Machine live, int child, PmonOwner owner)
    {
        const string What = "its control group could not be taken";
        IReadOnlyList<CgroupPath>? now = CgroupPath.Read(live, child);
        if (now is null || owner.Cgroups is not IReadOnlyList<CgroupPath> wanted)
        {
            return Refusal(What + ": /proc/PID/cgroup cannot be read", 0);
        }

        CgroupPath[] others = [.. wanted.Except(now)];
        if (others.Length > 0)
        {
            List<MountInfoFile> mounts = MountInfoFile.Read(live.Open("self/mountinfo\0"u8), out _);
            foreach (CgroupPath path in others)
            {
                if (FolderOf(path, mounts) is not string folder)
                {
                    return Refusal($"{What}: '{path.Path}' is in no hierarchy that is mounted here", 0);
                }

                using FileDescriptor place = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(folder), 0]);
                int error = !place.IsOpen ? place.Error
                    : !Statfs.IsControlGroup(place) ? Errno.ENOENT
                    : KernelSetting.Write(place, "cgroup.procs\0"u8, Number(child));
                if (error != 0)
                {
                    return Refusal($"{What}: '{folder}'", error);
                }
            }
        }

        return CgroupPath.Read(live, child) is IReadOnlyList<CgroupPath> taken && taken.Count == wanted.Count && !wanted.Except(taken).Any()
            ? null
            : Refusal(What, 0);
    }

    /// <summary>The folder of a control group; null where its hierarchy is not mounted, or the mounted part does not contain the group.</summary>
    private static string? FolderOf(CgroupPath group, List<MountInfoFile> mounts)
    {
        // A path with .. lies outside this process's cgroup namespace.
        if (group.Path is not ['/', ..] || group.Path.Split('/').Contains(".."))
        {
            return null;
        }

        string[] controllers = group.Controllers.Split(',');
        foreach (MountInfoFile mount in mounts)
        {
            bool isOfIt = group.Controllers.Length == 0
                ? mount.FileSystem == "cgroup2"
                : mount.FileSystem == "cgroup" && !controllers.Except(mount.SuperOptions.Split(',')).Any();
            if (!isOfIt)
            {
                continue;
            }

            string root = mount.Root.TrimEnd('/');
            if (root.Length == 0 || group.Path == root || group.Path.StartsWith(root + "/", StringComparison.Ordinal))
            {
                return mount.MountPoint.TrimEnd('/') + group.Path[root.Length..];
            }
        }

        return null;
    }

    private static string? TakeOomScore(Machine live, int child, PmonOwner owner)
    {
        if (ProcessValue.OomScoreAdjustment(live, child) == owner.OomScoreAdjustment)
        {
            return null;
        }

        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = live.OpenPlace(Machine.ProcessPath(name, child, ""u8));
        int error = !place.IsOpen ? place.Error
            : owner.OomScoreAdjustment is long wanted ? KernelSetting.Write(place.Place, "oom_score_adj\0"u8, Number(wanted))
            : Errno.ENOENT;
        return error == 0 && ProcessValue.OomScoreAdjustment(live, child) == owner.OomScoreAdjustment ? null : Refusal("its oom_score_adj could not be taken", error);
    }

    private static string? TakeLimits(Machine live, int child, PmonOwner owner)
    {
        const string What = "its resource limits could not be taken";
        if (owner.Limits is not IReadOnlyList<ResourceLimit> limits)
        {
            return Refusal(What + ": /proc/PID/limits cannot be read", 0);
        }

        // While the child still runs as root, a crash would leave a core file of root's. The owner can raise the soft limit again.
        ResourceLimit[] wanted = [.. limits];
        wanted[Prlimit.RLIMIT_CORE] = wanted[Prlimit.RLIMIT_CORE] with { Soft = 0 };
        for (int i = 0; i < wanted.Length; i++)
        {
            if (Prlimit.Set(child, i, wanted[i]) is int error and not 0)
            {
                return Refusal($"{What}: '{LimitsFile.NameOf(i)}'", error);
            }
        }

        return LimitsFile.Read(live, child) is ResourceLimit[] taken && taken.AsSpan().SequenceEqual(wanted) ? null : Refusal(What, 0);
    }

    private static byte[] Number(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    private static string Refusal(string what, int error) => error == 0 ? $"not asked: {what}" : $"not asked: {what}: {Errno.Describe(error)}";
}
