using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by the instance of a database that a process is of, and all others by their user.</summary>
internal sealed class HolderSplit : Split
{
    private static readonly UidSplit Users = new();

    /// <inheritdoc/>
    public override string Name => "Holder";

    /// <inheritdoc/>
    public override ProcessFacts Facts => Users.Facts | ProcessFacts.Instance;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) => process.OwnInstance is ProcessInstance instance
        ? GroupKey.Of(instance.Key, instance.Name) with { LongerNames = () => instance.LongerNames }
        : Users.KeyOf(process, tree);
}
