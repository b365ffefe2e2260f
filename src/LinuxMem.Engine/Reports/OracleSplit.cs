using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by the Oracle instance that a process is of.</summary>
/// <param name="monitors">The id of the instance's process monitor, by the id of each of its processes.</param>
internal sealed class OracleSplit(IReadOnlyDictionary<int, int> monitors) : Split
{
    private static readonly GroupKey Others = new(null, "Other");

    /// <inheritdoc/>
    public override string Name => "Oracle";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        monitors.TryGetValue(process.Id, out int monitor) ? new GroupKey(monitor, monitor.ToString(CultureInfo.InvariantCulture)) : Others;
}
