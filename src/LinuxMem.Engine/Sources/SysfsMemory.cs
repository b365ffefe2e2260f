using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>What sysfs tells of the memory of a machine, beside the totals of /proc. Sizes are bytes.</summary>
internal sealed record SysfsMemory
{
    /// <summary>Larger than the memory of any machine, so that sums of such are numbers.</summary>
    private const long MaxBytes = 1L << 56;

    /// <summary>More sizes of huge pages than any kernel has.</summary>
    private const int MaxPools = 64;

    /// <summary>More lines than a <c>meminfo</c> has.</summary>
    private const int MaxLines = 512;

    /// <summary>The pools of huge pages (hugetlb).</summary>
    public HugePageCounts[] Pools { get; init; } = [];

    /// <summary>Anonymous huge pages that are no longer wholly mapped; null where the kernel does not count them.</summary>
    public long? PartiallyMapped { get; init; }

    /// <summary>What zram devices take; null where there is none.</summary>
    public long? Zram { get; init; }

    /// <summary>The NUMA nodes that have memory, by number.</summary>
    public NodeMemory[] Nodes { get; init; } = [];

    /// <summary>Reads it.</summary>
    /// <param name="top">The folder that sysfs is mounted at.</param>
    public static SysfsMemory Read(string top = "/sys") => new()
    {
        Pools = HugepagesFolder.Pools($"{top}/kernel/mm/hugepages"),
        PartiallyMapped = HugepagesFolder.PartiallyMapped(top),
        Zram = ZramFolder.Used(top),
        Nodes = NodesFolder.Read(top),
    };

    /// <summary>Checks what arithmetic relies on, of a snapshot.</summary>
    /// <param name="pageSize">The base page of its machine, in bytes.</param>
    public bool IsSound(ulong pageSize) =>
        AreSound(Pools, pageSize) && PartiallyMapped is null or >= 0 and <= MaxBytes && Zram is null or >= 0 and <= MaxBytes
        && Nodes is { Length: <= NodesFolder.MaxNodes } && Array.TrueForAll(Nodes, node => IsSound(node, pageSize))
        && Nodes.Select(node => node.Node).Distinct().Count() == Nodes.Length;

    private static bool IsSound(NodeMemory? node, ulong pageSize) =>
        node is { Node: >= 0, Meminfo.Count: <= MaxLines, Ranges.Length: <= 2 * NodesFolder.MaxRanges } && node.Ranges.Length % 2 == 0 && AreSound(node.Pools, pageSize)
        && node.Meminfo.Values.All(bytes => bytes is >= 0 and <= MeminfoFile.MaxBytes)
        && !node.Ranges.Where((address, i) => i > 0 && address <= node.Ranges[i - 1]).Any();

    private static bool AreSound(HugePageCounts[]? pools, ulong pageSize) =>
        pools is { Length: <= MaxPools } && Array.TrueForAll(pools, pool => pool is { Overcommit: null or >= 0 } && PageSizes.IsHuge(pool.PageSize, pageSize)
            && new[] { pool.Total, pool.Free, pool.Reserved, pool.Surplus }.All(pages => pages >= 0 && pages <= MaxBytes / (long)Math.Min(pool.PageSize, 1L << 40)));
}
