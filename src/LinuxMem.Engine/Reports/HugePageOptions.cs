namespace LinuxMem.Engine.Reports;

/// <summary>How to list the pools of huge pages.</summary>
public sealed record HugePageOptions : ReportOptions;

/// <summary>The pools of huge pages. A notice tells of transparent huge pages, which are in no pool.</summary>
/// <param name="Pools">The pools by size, each with its NUMA nodes after it where there are several.</param>
public sealed record HugePageResult(IReadOnlyList<HugePagePool> Pools) : ReportResult;
