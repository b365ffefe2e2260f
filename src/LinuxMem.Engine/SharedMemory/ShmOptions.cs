using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Which segments to list, and how.</summary>
public sealed class ShmOptions
{
    /// <summary>The /proc tree or snapshot to read; null for <c>/proc</c>.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Only segments with these keys; null for all.</summary>
    public IReadOnlyCollection<int>? Keys { get; init; }

    /// <summary>Only segments with these shmids; null for all.</summary>
    public IReadOnlyCollection<long>? ShmIds { get; init; }

    /// <summary>
    /// Attach every segment and read every page first, as memstats does. This allocates pages never written and swaps
    /// in those swapped out. Ignored for a copy or a snapshot.
    /// </summary>
    public bool ForceRead { get; init; }

    /// <summary>The most threads to use.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Takes sentences on what may be missing from the list; null for nobody.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Told of the processes that do not answer, and why each: what they have attached is not known.</summary>
    public Action<IReadOnlyList<(MemProcess Process, string Reason)>>? Unread { get; init; }

    /// <summary>How long it is waited for what others can keep waiting.</summary>
    internal Deadlines Deadlines { get; init; } = Deadlines.Usual;

    /// <summary>Cancels the listing.</summary>
    public CancellationToken Cancellation { get; init; }
}
