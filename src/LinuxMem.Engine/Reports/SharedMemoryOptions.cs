using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>How to list shared memory objects.</summary>
public sealed class SharedMemoryOptions
{
    /// <summary>The /proc tree or snapshot to read; null for <c>/proc</c>.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Leave out what processes have open and not mapped.</summary>
    public bool SkipOpenFiles { get; init; }

    /// <summary>The most threads to use; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>How to find out what is swapped out.</summary>
    internal Sources.ResidenceMethod Residence { get; init; }

    /// <summary>Cancels the listing.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>The shared memory objects of a machine.</summary>
/// <param name="Objects">The objects, largest first.</param>
/// <param name="Notices">What the sum lacks or has more than the kernel's own, one sentence each.</param>
/// <param name="Warnings">What could not be found out, one sentence each.</param>
/// <param name="Unread">The processes that could not be read, and why: what nobody else holds is missing.</param>
public sealed record SharedMemoryResult(IReadOnlyList<Listed> Objects, IReadOnlyList<string> Notices, IReadOnlyList<string> Warnings, IReadOnlyList<(MemProcess Process, string Reason)> Unread);
