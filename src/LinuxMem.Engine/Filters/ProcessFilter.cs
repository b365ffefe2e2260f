using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>Says which processes are meant.</summary>
/// <remarks>
/// The filters of the filter language cannot be changed, are equal when they are built alike, and print
/// (<see cref="object.ToString"/>) as text that <see cref="FilterParser"/> reads back as an equal filter.
/// A filter that looks at a fact which cannot be read (null in <see cref="MemProcess"/>) does not match.
/// </remarks>
public abstract class ProcessFilter
{
    /// <summary>The facts that the filter looks at, so that they can be read ahead with several threads.</summary>
    public abstract ProcessFacts Facts { get; }

    /// <summary>The environment variables that the filter looks at by name (<see cref="ProcessFacts.Variables"/>).</summary>
    public virtual IEnumerable<string> Variables => [];

    /// <summary>True when the process is meant.</summary>
    /// <param name="process">The process to look at.</param>
    /// <param name="tree">Parents and children of the listing it is in.</param>
    public abstract bool Matches(MemProcess process, ProcessTree tree);

    /// <summary>The processes of a listing that are meant, in the order of the listing.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="threads">How many threads may read the facts that the filter looks at; it is asked on the calling thread.</param>
    /// <param name="cancellation">Ends the reading and the asking.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<MemProcess> Matching(ProcessTable table, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        table.AskFor(Variables);
        ProcessTable.Load(table.Processes, Facts, threads, cancellation);
        return table.Processes.Where(process =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Matches(process, table.Tree);
        }).ToArray();
    }
}
