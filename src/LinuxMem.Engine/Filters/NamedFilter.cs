namespace LinuxMem.Engine.Filters;

/// <summary>A filter and the name of its group in a report.</summary>
/// <param name="Name">The name; by default the text of the filter as written.</param>
/// <param name="Filter">The filter.</param>
public sealed record NamedFilter(string Name, ProcessFilter Filter)
{
    /// <summary>What tells its group apart from another of the same name; filters that have none share the group of their name.</summary>
    public string? Identity { get; init; }

    /// <summary>Names that say more, the shortest first, for a report in which another group would show the same; null for none.</summary>
    public IReadOnlyList<string>? LongerNames { get; init; }
}
