namespace LinuxMem.Bench.Workloads;

/// <summary>Several workloads at a time, which end together.</summary>
internal sealed class StagedWorkloads : IDisposable
{
    private readonly List<StagedWorkload> workloads = [];

    /// <summary>The processes of all of them.</summary>
    public HashSet<int> Ids => [.. workloads.SelectMany(workload => workload.Ids)];

    /// <summary>Takes in one more.</summary>
    public void Add(StagedWorkload workload) => workloads.Add(workload);

    /// <inheritdoc/>
    public void Dispose() => workloads.ForEach(workload => workload.Dispose());
}
