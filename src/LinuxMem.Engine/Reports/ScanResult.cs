using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>The result of one scan.</summary>
public sealed class ScanResult
{
    /// <summary>System calls made to read pagemaps.</summary>
    internal long PagemapCalls { get; init; }

    /// <summary>Entries of page maps that were read, those of nothing included.</summary>
    internal long PagemapEntries { get; init; }

    /// <summary>One report per split, in the order of the splits.</summary>
    public required IReadOnlyList<MemReport> Reports { get; init; }

    /// <summary>The number of processes in the figures.</summary>
    public required int Scanned { get; init; }

    /// <summary>The number of processes that ended during the scan; none of their pages are in the figures.</summary>
    public required int Vanished { get; init; }

    /// <summary>Processes that could not be read; none of their pages are in the figures.</summary>
    public required IReadOnlyList<UnreadableProcess> Unreadable { get; init; }

    /// <summary>The names asked for that no process has.</summary>
    public IReadOnlyList<MissingName> Missing { get; init; } = [];

    /// <summary>Anything else that is missing from the figures, one sentence each.</summary>
    public IReadOnlyList<string> Warnings
    {
        // Facts may be read after the scan.
        get => Machine?.NotRead is string notRead ? [.. field, .. LaterWarnings, notRead] : LaterWarnings.Count > 0 ? [.. field, .. LaterWarnings] : field;
        init;
    } = [];

    /// <summary>What was found missing when the parts of a report were put together.</summary>
    internal List<string> LaterWarnings { get; } = [];

    /// <summary>The machine that was read.</summary>
    internal Machine? Machine { get; init; }

    /// <summary>Page table entries that referred to a frame or a swap slot.</summary>
    public required long PageReferences { get; init; }

    /// <summary>How long threads, one at a time, added to what all of them share, over all threads.</summary>
    internal TimeSpan Adding { get; init; }

    /// <summary>The most bytes of memory that the scan's own frame sets took.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>How long the scan took.</summary>
    public required TimeSpan Elapsed { get; init; }
}

/// <summary>A process that could not be read, and why.</summary>
/// <param name="Process">The process.</param>
/// <param name="Reason">The error, as a clause for a message.</param>
public sealed record UnreadableProcess(MemProcess Process, string Reason);

/// <summary>The groups of one split.</summary>
public sealed class MemReport
{
    /// <summary>The title of the report.</summary>
    public required string Split { get; init; }

    /// <summary>The groups, largest <see cref="MemFigures.MemHeld"/> first.</summary>
    public required IReadOnlyList<MemGroup> Groups { get; init; }

    /// <summary>
    /// The total row, in which every page counts once; null unless <see cref="ScanOptions.Total"/> is set.
    /// </summary>
    public MemGroup? Total { get; internal set; }

    /// <summary>
    /// Bytes of all distinct frames of all groups: the sum of the <see cref="MemFigures.MemPss"/> column.
    /// </summary>
    public required long MemMapped { get; init; }
}
