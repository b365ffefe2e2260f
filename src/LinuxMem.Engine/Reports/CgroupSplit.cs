using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// Splits by control group, in the hierarchy of the memory controller alone: up to the unit, container, pod or job, like
/// <c>-SplitBy Cgroup</c>.
/// </summary>
/// <param name="paths">The path of each process.</param>
internal sealed class CgroupSplit(IReadOnlyDictionary<MemProcess, string> paths) : Split
{
    /// <inheritdoc/>
    public override string Name => "control group";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        if (!paths.TryGetValue(process, out string? path))
        {
            return null;
        }

        ControlGroup group = process.Names.Read(path, string.Empty);
        return GroupKey.Of(group.Key, group.Name(process.Names)) with { LongerNames = () => group.LongerNames(process.Names) };
    }
}
