using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Does not split: every process is in the group <c>All</c>.</summary>
public sealed class WholeSplit : Split
{
    private static readonly GroupKey All = new("All", "All");

    /// <inheritdoc/>
    public override string Name => "All processes";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override IEnumerable<GroupKey> ExpectedGroups(IReadOnlyList<MemProcess> processes) => [All];

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) => All;
}
