using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Makes every process a group of its own.</summary>
internal sealed class ProcessSplit : Split
{
    /// <inheritdoc/>
    public override string Name => "Process";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new GroupKey(process, process.ToString());
    }
}
