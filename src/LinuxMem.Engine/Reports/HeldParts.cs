namespace LinuxMem.Engine.Reports;

/// <summary>What a scan of all processes found of the parts of memory that the kernel does not divide. Sizes are bytes.</summary>
internal sealed record HeldParts
{
    /// <summary>Anonymous memory that processes map, without huge pages (hugetlb).</summary>
    public required long Anonymous { get; init; }

    /// <summary>Cache of files that processes map; null where files are not told from shared memory.</summary>
    public required long? File { get; init; }

    /// <summary>Page tables of all processes; null where they are not known.</summary>
    public required long? PageTables { get; init; }

    /// <summary>Huge pages (hugetlb) that processes map or hold.</summary>
    public required long Huge { get; init; }

    /// <summary>Shared memory in base pages; null where nothing tells whose it is.</summary>
    public required SharedParts? Shared { get; init; }

    /// <summary>The groups' <c>MemHeld</c> and page tables, together.</summary>
    public required long Held { get; init; }

    /// <summary>What could not be read of it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Shared memory in base pages (also in transparent huge ones), by who has it.</summary>
/// <param name="Attached">SysV segments that somebody has attached.</param>
/// <param name="Unattached">SysV segments that nobody has attached.</param>
/// <param name="Other">Other objects that processes have mapped or open.</param>
/// <param name="Files">Files of tmpfs mounts that no process has mapped or open.</param>
/// <param name="MaySwap">True where some of the files may be in swap, which their mount does not tell apart.</param>
internal sealed record SharedParts(long Attached, long Unattached, long Other, long Files, bool MaySwap);
