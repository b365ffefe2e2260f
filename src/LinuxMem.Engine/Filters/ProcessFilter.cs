using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>Says which processes are meant.</summary>
public abstract class ProcessFilter
{
    /// <summary>The facts that the filter looks at, so that they can be read ahead with several threads.</summary>
    public abstract ProcessFacts Facts { get; }

    /// <summary>True when the process is meant.</summary>
    /// <param name="process">The process to look at.</param>
    /// <param name="tree">Parents and children of the listing it is in.</param>
    public abstract bool Matches(MemProcess process, ProcessTree tree);
}
