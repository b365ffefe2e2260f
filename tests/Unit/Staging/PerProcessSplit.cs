using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Unit.Staging;

/// <summary>Every process a group of its own.</summary>
internal sealed class PerProcessSplit : Split
{
    public override string Name => "process";

    public override ProcessFacts Facts => ProcessFacts.None;

    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        new GroupKey(process.Id, process.Id.ToString(CultureInfo.InvariantCulture));
}
