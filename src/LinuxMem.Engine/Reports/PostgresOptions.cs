namespace LinuxMem.Engine.Reports;

/// <summary>How to list the clusters of PostgreSQL.</summary>
public sealed record PostgresOptions : ReportOptions
{
    /// <summary>Also count how much of the page cache the data directory of each has; takes a call for each of its files.</summary>
    public bool IncludeFileCache { get; init; }
}

/// <summary>The running clusters of PostgreSQL. The scan is the one behind their figures.</summary>
/// <param name="Instances">The clusters, largest <c>MemHeld</c> first.</param>
public sealed record PostgresResult(IReadOnlyList<PostgresInstance> Instances) : ReportResult;
