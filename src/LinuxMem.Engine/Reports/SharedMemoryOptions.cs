using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>How to list shared memory objects.</summary>
public sealed record SharedMemoryOptions : ReportOptions
{
    /// <summary>Leave out what processes have open and not mapped.</summary>
    public bool SkipOpenFiles { get; init; }

    /// <summary>How to find out what is swapped out.</summary>
    internal Sources.ResidenceMethod Residence { get; init; }
}

/// <summary>
/// The shared memory objects of a machine. The notices say what the sum lacks or has more than the kernel's own; of processes
/// that could not be read, what nobody else holds is missing.
/// </summary>
/// <param name="Objects">The objects, largest first.</param>
public sealed record SharedMemoryResult(IReadOnlyList<Listed> Objects) : ReportResult;
