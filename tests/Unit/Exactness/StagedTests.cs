using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>What tests of staged processes have in common.</summary>
[Collection(StagedCollection.Name)]
public abstract class StagedTests(StagingGround ground)
{
    private protected static readonly int Page = IndependentCount.PageSize;

    private protected const int HugePage = 2 << 20;

    /// <summary>Base pages in 2 MiB.</summary>
    private protected static readonly int PerHuge = HugePage / IndependentCount.PageSize;

    private protected StagingGround Ground { get; } = ground;

    /// <summary>Stages one workload, compares it, and returns the independent count in the order of its processes.</summary>
    private protected ProcessPages[] Check(string steps)
    {
        using Workload workload = Ground.Start(steps);
        return Check(workload);
    }

    private protected static ProcessPages[] Check(Workload workload)
    {
        IReadOnlyDictionary<int, ProcessPages> counted = ExactComparison.Check(workload);
        return [.. workload.Pids.Select(pid => counted[pid])];
    }

    /// <summary>Frames that both have.</summary>
    private protected static int InCommon(ProcessPages one, ProcessPages other) => one.Frames.Count(other.Frames.Contains);
}
