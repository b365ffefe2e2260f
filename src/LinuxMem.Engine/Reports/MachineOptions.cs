namespace LinuxMem.Engine.Reports;

/// <summary>How to find out where a machine's memory is.</summary>
public sealed record MachineOptions : ReportOptions
{
    /// <summary>
    /// Read no process: the kernel's counters alone, in some milliseconds. Shared memory and the cache of files are one part each
    /// then, and nothing is known of what groups hold.
    /// </summary>
    public bool SkipScan { get; init; }
}

/// <summary>Where a machine's memory is. The notices say how the figures of free(1) come about, and how much of all that the groups hold.</summary>
/// <param name="Parts">The parts; their bytes add up to <c>MemTotal</c>. The last is what no counter names.</param>
public sealed record MachineResult(IReadOnlyList<MemPart> Parts) : ReportResult;
