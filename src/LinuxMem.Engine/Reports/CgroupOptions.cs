namespace LinuxMem.Engine.Reports;

/// <summary>How to list control groups.</summary>
public sealed class CgroupOptions
{
    /// <summary>The /proc tree or snapshot to read; null for <c>/proc</c>.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Read no page map: the kernel's charges alone, in some milliseconds.</summary>
    public bool SkipScan { get; init; }

    /// <summary>The most threads to use; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Cancels it.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>The control groups of a machine that have processes.</summary>
/// <param name="Groups">The groups, largest charge first.</param>
/// <param name="Warnings">What could not be found out, one sentence each.</param>
/// <param name="Unread">Without a scan, the processes that could not be read, and why.</param>
/// <param name="Scan">The scan behind our count; null where none was made.</param>
public sealed record CgroupResult(IReadOnlyList<MemCgroup> Groups, IReadOnlyList<string> Warnings, IReadOnlyList<(MemProcess Process, string Reason)> Unread, ScanResult? Scan);
