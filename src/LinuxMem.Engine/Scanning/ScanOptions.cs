using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>How a scan is to be carried out. The defaults are what a user wants.</summary>
public sealed class ScanOptions
{
    /// <summary>The /proc tree to read; null for <c>/proc</c>.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Threads that read pages; null for all processors that this process may use.</summary>
    public int? Threads { get; init; }

    /// <summary>Bytes that the scan's own sets may take; null for half of the memory available.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Whether every report has a row of all its groups together (<see cref="MemReport.Total"/>).</summary>
    public bool Total { get; init; }

    /// <summary>Whether this is one of several samples of the machine, whose reports then show their time.</summary>
    public bool IsSample { get; init; }

    /// <summary>Whether the machine is read again and again, which makes no sense of a snapshot.</summary>
    public bool IsSampling { get; init; }

    /// <summary>Which way of reading page maps to use.</summary>
    public PagemapMode PagemapMode { get; init; }

    /// <summary>Whether processes also hold the shared memory objects that they have open and not mapped.</summary>
    public bool IncludeOpenFiles { get; init; }

    /// <summary>How to find out what of shared memory is swapped out.</summary>
    internal ResidenceMethod Residence { get; init; }

    /// <summary>Whether shared memory objects are looked at; without, all counts by page tables alone.</summary>
    internal bool LooksAtObjects { get; init; } = true;

    /// <summary>Bytes of empty address space that are read of one process.</summary>
    internal long MaxEmptySpace { get; init; } = EmptySpace.Max;

    /// <summary>Whether each thread gathers processes before it adds them to busy groups; null for what fits the threads.</summary>
    internal bool? Gathers { get; init; }

    /// <summary>How long it is waited for what others can keep waiting.</summary>
    internal Deadlines Deadlines { get; init; } = Deadlines.Usual;

    /// <summary>Ends the scan early, with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Told now and then, on the thread that runs the scan, how far it has come.</summary>
    public Action<ScanProgress>? Progress { get; init; }
}

/// <summary>How far a scan has come.</summary>
/// <param name="Processes">Processes read so far.</param>
/// <param name="Total">Processes to read.</param>
/// <param name="Pages">Page references read so far.</param>
/// <param name="MemoryUsed">Bytes that the scan's sets take now.</param>
/// <param name="Stage">What it does with them.</param>
public readonly record struct ScanProgress(int Processes, int Total, long Pages, long MemoryUsed, ScanStage Stage = ScanStage.Reading);

/// <summary>What a scan does with each process, in this order.</summary>
public enum ScanStage
{
    /// <summary>Asks a filter, which may be a script, whether it is wanted.</summary>
    Filtering,

    /// <summary>Asks the splits, which may be scripts, for its groups.</summary>
    Grouping,

    /// <summary>Reads its pages.</summary>
    Reading,
}
