using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Engine.Reports.Comparison;

/// <summary>A group of a sample, as it is compared: from a scan, or from what a file or another session has kept of one.</summary>
public sealed record GroupReading
{
    /// <summary>The machine; null where nothing tells.</summary>
    public required string? ComputerName { get; init; }

    /// <summary>The title of the report (<see cref="MemGroup.Split"/>).</summary>
    public required string Split { get; init; }

    /// <summary>The number of the report within its sample (<see cref="MemGroup.Report"/>).</summary>
    public required int Report { get; init; }

    /// <summary>What makes it the same group in another sample (<see cref="MemGroup.Identity"/>).</summary>
    public required string Identity { get; init; }

    /// <summary>The name to show.</summary>
    public required string GroupName { get; init; }

    /// <summary>When the sample was taken, in UTC; null where nothing tells.</summary>
    public required DateTime? Time { get; init; }

    /// <summary>The figures that are compared, in bytes; null for one that is not known.</summary>
    public required IReadOnlyList<long?> Figures { get; init; }

    /// <summary>A group of a scan.</summary>
    /// <param name="group">The group.</param>
    /// <param name="figures">The figures that are compared.</param>
    public static GroupReading Of(MemGroup group, IReadOnlyList<Column<MemGroup>> figures)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(figures);
        return new GroupReading
        {
            ComputerName = group.ComputerName,
            Split = group.Split,
            Report = group.Report,
            Identity = group.Identity,
            GroupName = group.GroupName,
            Time = group.Time?.ToUniversalTime(),
            Figures = [.. figures.Select(figure => figure.Value(group) as long?)],
        };
    }
}
