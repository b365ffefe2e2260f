using System.Globalization;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Filters;

/// <summary>
/// Selects processes by their ids: those that have them in the first listing. In that of a later sample another process may have the id of
/// one that has ended.
/// </summary>
internal sealed class IdFilter(IReadOnlySet<int> ids) : ProcessFilter
{
    private Dictionary<int, MemProcess>? first;

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override void Verify(ProcessTable table) =>
        first ??= table.Processes.Where(process => ids.Contains(process.Id)).ToDictionary(process => process.Id);

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) =>
        ids.Contains(process.Id) && (first is null || (first.TryGetValue(process.Id, out MemProcess? same) && same.IsSameAs(process)));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ids.Count} processes");
}
