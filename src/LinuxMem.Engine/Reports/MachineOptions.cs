namespace LinuxMem.Engine.Reports;

/// <summary>How to find out where a machine's memory is.</summary>
public sealed class MachineOptions
{
    /// <summary>The /proc tree or snapshot to read; null for <c>/proc</c>.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>
    /// Read no process: the kernel's counters alone, in some milliseconds. Shared memory and the cache of files are one part each
    /// then, and nothing is known of what groups hold.
    /// </summary>
    public bool SkipScan { get; init; }

    /// <summary>The most threads to use; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Cancels it.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Where a machine's memory is.</summary>
/// <param name="Parts">The parts; their bytes add up to <c>MemTotal</c>. The last is what no counter names.</param>
/// <param name="Notices">How the figures of free(1) come about, and how much of all that the groups hold, one sentence each.</param>
/// <param name="Warnings">What could not be found out, one sentence each.</param>
/// <param name="Scan">The scan behind it; null where none was made.</param>
public sealed record MachineResult(IReadOnlyList<MemPart> Parts, IReadOnlyList<string> Notices, IReadOnlyList<string> Warnings, ScanResult? Scan);
