using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports.Fit;

/// <summary>What a machine has left for an instance. Sizes are bytes; null where nothing limits, or nothing tells.</summary>
internal sealed record FitSupply
{
    /// <summary><c>MemFree</c>.</summary>
    public required long Free { get; init; }

    /// <summary><c>MemAvailable</c>: what can be had without swapping.</summary>
    public required long Available { get; init; }

    /// <summary>The size of the pages of the default pool; 0 where there is none.</summary>
    public required long HugeSize { get; init; }

    /// <summary>Pages of it that are free and promised to nobody.</summary>
    public required long PoolPages { get; init; }

    /// <summary>What the limit of all SysV segments (<c>kernel.shmall</c>) leaves.</summary>
    public long? SegmentsLeft { get; init; }

    /// <summary>The limit of one SysV segment (<c>kernel.shmmax</c>).</summary>
    public long? SegmentMax { get; init; }

    /// <summary>What may still be promised where the kernel does not overcommit (<c>vm.overcommit_memory = 2</c>).</summary>
    public long? Commit { get; init; }

    /// <summary>The control group whose limit leaves least.</summary>
    public CgroupRoom? Cgroup { get; init; }

    /// <summary>What could not be found out, a sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Reads it.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cgroup">The path of the control group; null for that of the calling process, where there is one.</param>
    /// <exception cref="LinuxMemException">It does not tell its memory, or nothing of the control group.</exception>
    public static FitSupply Read(Machine machine, string? cgroup)
    {
        KernelCounters counters = KernelCounters.Read(machine);
        long page = (long)machine.PageSize;
        var missing = new List<string>();
        long free = counters.Meminfo("MemFree") ?? 0;
        if (counters.Meminfo("MemAvailable") is not long available)
        {
            available = free;
            missing.Add("The kernel does not tell what can be reclaimed (MemAvailable): only what is free is counted.");
        }

        long size = counters.Meminfo("Hugepagesize") ?? 0;
        HugePageCounts? pool = counters.Sysfs?.Pools.FirstOrDefault(one => (long)one.PageSize == size);
        long poolFree = pool?.Free ?? counters.Meminfo("HugePages_Free") ?? 0, reserved = pool?.Reserved ?? counters.Meminfo("HugePages_Rsvd") ?? 0;
        long? all = SysctlFile.Read(machine, "sys/kernel/shmall\0"u8);
        if (all is null)
        {
            missing.Add("The limits of SysV segments (kernel.shmmax, kernel.shmall) are not told here, nor whether the kernel overcommits.");
        }

        return new FitSupply
        {
            Free = free,
            Available = available,
            HugeSize = PageSizes.IsHuge((ulong)size, machine.PageSize) ? size : 0,
            PoolPages = Math.Max(0, poolFree - reserved),
            SegmentMax = SysctlFile.Read(machine, "sys/kernel/shmmax\0"u8) is long largest and <= FitOptions.MaxSize ? largest : null,
            SegmentsLeft = all is long pages ? (pages > FitOptions.MaxSize / page ? null : Math.Max(0, (pages * page) - SegmentsInUse(machine))) : null,
            Commit = SysctlFile.Read(machine, "sys/vm/overcommit_memory\0"u8) == 2 && counters.Meminfo("CommitLimit") is long limit && counters.Meminfo("Committed_AS") is long committed ? limit - committed : null,
            Cgroup = FindCgroup(machine, cgroup),
            Missing = missing,
        };
    }

    private static long SegmentsInUse(Machine machine) =>
        (SysvShmFile.Read(machine) ?? []).Aggregate(0L, (sum, one) => sum + (long)Math.Min(one.Size, (ulong)(FitOptions.MaxSize - sum)));

    private static CgroupRoom? FindCgroup(Machine machine, string? path)
    {
        using CgroupTree tree = machine.OpenCgroups();
        string? given = path;
        if (path is null)
        {
            byte[] buffer = new byte[4096];
            int n = machine.ReadRecord("self/cgroup\0"u8, ref buffer);
            path = n > 0 ? CgroupTable.PathIn(buffer.AsSpan(0, n), tree.Version) : null;
        }

        CgroupRoom? room = null;
        bool isTold = path is not null && CgroupRoom.TryFind(tree, path, out room);
        return given is null || isTold
            ? room
            : throw new LinuxMemException(LinuxMemError.CgroupNotFound, $"Nothing is told of the memory of the control group '{given}'{(tree.WhyNot is string why ? $": {why}" : string.Empty)}. Give one that Get-MemCgroup shows.", given);
    }
}
