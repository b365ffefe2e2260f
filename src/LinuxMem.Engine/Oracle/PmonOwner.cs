using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>The credentials and resources of a pmon process. <c>sqlplus</c> runs with these, and with none of this process's own.</summary>
internal sealed record PmonOwner
{
    /// <summary>The process.</summary>
    public required int Pid { get; init; }

    /// <summary>Real, effective and saved user id; never 0.</summary>
    public required uint Uid { get; init; }

    /// <summary>Real, effective and saved group id.</summary>
    public required uint Gid { get; init; }

    /// <summary>The supplementary groups.</summary>
    public required IReadOnlyList<uint> Groups { get; init; }

    /// <summary>The capability bounding set, a bit for each capability.</summary>
    public required ulong BoundingSet { get; init; }

    /// <summary>The login uid; null where the kernel has no auditing.</summary>
    public required long? LoginUid { get; init; }

    /// <summary>The label that a security module (SELinux, AppArmor) gave it.</summary>
    public required string Labels { get; init; }

    /// <summary>Its control groups, one for each hierarchy; null where they cannot be read.</summary>
    public required IReadOnlyList<CgroupPath>? Cgroups { get; init; }

    /// <summary>Its resource limits; null where they cannot be read.</summary>
    public required IReadOnlyList<ResourceLimit>? Limits { get; init; }

    /// <summary><c>oom_score_adj</c>.</summary>
    public required long? OomScoreAdjustment { get; init; }

    /// <summary>Reads the resources of a process, everything but its credentials.</summary>
    public static PmonOwner Read(Machine root, int pid, ProcessCredentials credentials) => new()
    {
        Pid = pid,
        Uid = credentials.Uids[0],
        Gid = credentials.Gids[0],
        Groups = credentials.Groups,
        BoundingSet = credentials.BoundingSet,
        LoginUid = ProcessValue.LoginUid(root, pid),
        Labels = ProcessValue.Labels(root, pid),
        Cgroups = CgroupPath.Read(root, pid),
        Limits = LimitsFile.Read(root, pid),
        OomScoreAdjustment = ProcessValue.OomScoreAdjustment(root, pid),
    };
}
