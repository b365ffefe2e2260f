using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>What one scan found.</summary>
public sealed class ScanResult
{
    /// <summary>System calls made to read page maps.</summary>
    internal long PageMapCalls { get; init; }

    /// <summary>One report per split, in the order of the splits.</summary>
    public required IReadOnlyList<MemReport> Reports { get; init; }

    /// <summary>Processes whose pages are in the figures.</summary>
    public required int Scanned { get; init; }

    /// <summary>Processes that ended while the scan ran; no page of theirs is in the figures.</summary>
    public required int Vanished { get; init; }

    /// <summary>Processes that the kernel did not let this user read; no page of theirs is in the figures.</summary>
    public required IReadOnlyList<UnreadableProcess> Unreadable { get; init; }

    /// <summary>What else the figures lack, in a sentence each; empty when they lack nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Page table entries that referred to a frame or a swap slot.</summary>
    public required long PageReferences { get; init; }

    /// <summary>The most bytes that the scan's own sets took.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>How long the scan took.</summary>
    public required TimeSpan Elapsed { get; init; }
}

/// <summary>A process that could not be read, and why.</summary>
/// <param name="Process">The process.</param>
/// <param name="Reason">What the system said.</param>
public sealed record UnreadableProcess(MemProcess Process, string Reason);

/// <summary>The groups of one split.</summary>
public sealed class MemReport
{
    /// <summary>The title of the report.</summary>
    public required string Split { get; init; }

    /// <summary>The groups, largest <see cref="MemFigures.MemRss"/> first.</summary>
    public required IReadOnlyList<MemGroup> Groups { get; init; }

    /// <summary>All groups together, every page once; null unless <see cref="ScanOptions.Total"/> asks for it.</summary>
    public MemGroup? Total { get; internal set; }

    /// <summary>All distinct frames of all groups, in bytes: what the <see cref="MemFigures.MemPss"/> column adds up to.</summary>
    public required long MemMapped { get; init; }
}
