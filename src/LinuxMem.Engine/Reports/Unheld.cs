using LinuxMem.Engine.Processes;
using LinuxMem.Engine.SharedMemory;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>Shared memory that no process holds, found once for all that tells of it.</summary>
/// <param name="Segments">The SysV segments that are in no mapping.</param>
/// <param name="Files">For each tmpfs, what its files take beside those that processes hold.</param>
/// <param name="Warnings">What could not be found out.</param>
internal sealed record Unheld(IReadOnlyList<Listed> Segments, IReadOnlyList<Listed> Files, IReadOnlyList<string> Warnings)
{
    /// <summary>Finds it.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="held">What processes hold.</param>
    /// <param name="isKnown">Whether shared memory is told from files.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Unheld Find(ProcessTable table, IReadOnlyCollection<SharedObject> held, bool isKnown, CancellationToken cancellation)
    {
        var warnings = new List<string>();
        Listed[] segments = [.. UnheldMemory.Segments(table, held, isKnown, cancellation)];
        return new Unheld(segments, [.. UnheldMemory.Files(table, held, isKnown, warnings, cancellation)], warnings);
    }
}
