using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>Selects processes.</summary>
/// <remarks>
/// Filters of the filter language are immutable, have value equality, and print (<see cref="object.ToString"/>) as text
/// that <see cref="FilterParser"/> parses into an equal filter. A fact that cannot be read (null in
/// <see cref="MemProcess"/>) does not match.
/// </remarks>
public abstract class ProcessFilter
{
    /// <summary>The facts that the filter needs, so that they can be read ahead by several threads.</summary>
    public abstract ProcessFacts Facts { get; }

    /// <summary>The environment variables that the filter needs (<see cref="ProcessFacts.Variables"/>).</summary>
    public virtual IEnumerable<string> Variables => [];

    /// <summary>True when the filter selects the process.</summary>
    /// <param name="process">The process to test.</param>
    /// <param name="tree">Parents and children of its listing.</param>
    public abstract bool Matches(MemProcess process, ProcessTree tree);

    /// <summary>Checks that the machine can tell what the filter asks for.</summary>
    /// <exception cref="LinuxMemException">It asks for a name that cannot be known there.</exception>
    public virtual void Verify(ProcessTable table)
    {
    }

    /// <summary>
    /// The processes of a listing that the filter selects, in the order of the listing; and those that do not answer what it
    /// asks, so that they are named.
    /// </summary>
    /// <param name="table">The listing.</param>
    /// <param name="threads">The most threads to read facts with; the filter itself runs on the calling thread.</param>
    /// <param name="cancellation">Cancels reading and filtering.</param>
    /// <param name="asked">Told, before each process, how many have been filtered: a script takes its time.</param>
    /// <exception cref="LinuxMemException">The filter asks for what cannot be known (<see cref="Verify"/>).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<MemProcess> Matching(ProcessTable table, int threads = 1, CancellationToken cancellation = default, Action<int>? asked = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        Verify(table);
        table.AskFor(Variables);
        ProcessTable.Load(table.Processes, Facts, threads, cancellation);
        return table.Processes.Where((process, number) =>
        {
            cancellation.ThrowIfCancellationRequested();
            asked?.Invoke(number);
            return process.Unread is not null || Matches(process, table.Tree) || process.Unread is not null;
        }).ToArray();
    }
}
