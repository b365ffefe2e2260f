using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Families;

/// <summary>The processes of a family.</summary>
internal sealed class PidsFilter(IReadOnlyList<int> pids) : ProcessFilter
{
    public override ProcessFacts Facts => ProcessFacts.None;

    public override bool Matches(MemProcess process, ProcessTree tree) => pids.Contains(process.Id);
}
