namespace LinuxMem.Engine.Reports;

/// <summary>How to list control groups.</summary>
public sealed record CgroupOptions : ReportOptions
{
    /// <summary>Read no page map: the kernel's charges alone, in some milliseconds.</summary>
    public bool SkipScan { get; init; }
}

/// <summary>The control groups of a machine that have processes; the scan is the one behind our count.</summary>
/// <param name="Groups">The groups, largest charge first.</param>
public sealed record CgroupResult(IReadOnlyList<MemCgroup> Groups) : ReportResult;
