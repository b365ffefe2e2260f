using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>Lists processes that can be asked for all of their properties.</summary>
public static class ProcessListing
{
    /// <summary>Lists the processes of a machine.</summary>
    /// <param name="root">The machine to read.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <param name="memoryLimit">Bytes that the texts of the processes may take; null for no limit.</param>
    /// <exception cref="LinuxMemException">The limit of open files is reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProcessTable List(Machine root, int threads = 1, CancellationToken cancellation = default, long? memoryLimit = null) =>
        ProcessTable.List(root, threads, cancellation, memoryLimit, (table, stop) => DatabaseInstances.Find(table, threads, stop));
}
