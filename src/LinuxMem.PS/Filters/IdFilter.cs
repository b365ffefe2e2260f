using System.Globalization;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Filters;

/// <summary>Selects processes by their ids.</summary>
internal sealed class IdFilter(IReadOnlySet<int> ids) : ProcessFilter
{
    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => ids.Contains(process.Id);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ids.Count} processes");
}
