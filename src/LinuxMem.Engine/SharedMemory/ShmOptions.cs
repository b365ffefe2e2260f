namespace LinuxMem.Engine.SharedMemory;

/// <summary>What to look at, and how.</summary>
public sealed class ShmOptions
{
    /// <summary>The /proc tree to read; the kernel's own when null.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Only segments of these keys; null for all.</summary>
    public IReadOnlyCollection<int>? Keys { get; init; }

    /// <summary>Only segments of these numbers; null for all.</summary>
    public IReadOnlyCollection<long>? ShmIds { get; init; }

    /// <summary>
    /// Attach every segment and read every page first, as memstats does. That allocates pages that were never
    /// written and brings back those that are swapped out. Not done for a copy of a /proc tree.
    /// </summary>
    public bool ForceRead { get; init; }

    /// <summary>How many threads may read at once.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Stops the reading.</summary>
    public CancellationToken Cancellation { get; init; }
}
