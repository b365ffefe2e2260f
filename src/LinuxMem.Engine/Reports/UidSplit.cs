using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by effective user.</summary>
public sealed class UidSplit : Split
{
    /// <inheritdoc/>
    public override string Name => "UID";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Owner;

    /// <inheritdoc/>
    internal override string? Caveat(IReadOnlyList<MemProcess> processes) => processes.FirstOrDefault()?.UsersCaveat;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        process.Uid is long uid
            ? GroupKey.Of(uid, process.User!) with { LongerNames = process.LongerUserNames }
            : null;
}
