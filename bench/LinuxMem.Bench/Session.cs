using LinuxMem.Bench.Report;
using LinuxMem.Bench.Workloads;

namespace LinuxMem.Bench;

/// <summary>What all parts of one run of the benchmark share.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Repository">The root of the sources.</param>
/// <param name="Programs">The C programs.</param>
/// <param name="Report">Takes the figures.</param>
/// <param name="Cancellation">Ends it early.</param>
internal sealed record Session(BenchOptions Options, string Repository, CompiledPrograms Programs, BenchReport Report, CancellationToken Cancellation)
{
    /// <summary>Says on standard error what goes on.</summary>
    public static void Say(string what) => Console.Error.WriteLine($"bench: {what}");

    /// <summary>Makes a workload.</summary>
    public StagedWorkload Stage(WorkloadPlan plan)
    {
        Say($"staging {plan.Name}: {plan.Description}");
        return StagedWorkload.Start(Programs.Workload, plan, Cancellation);
    }

    /// <summary>Makes several workloads; all of them, or none.</summary>
    public StagedWorkloads Stage(IEnumerable<WorkloadPlan> plans)
    {
        var staged = new StagedWorkloads();
        try
        {
            foreach (WorkloadPlan plan in plans)
            {
                staged.Add(Stage(plan));
            }

            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }
}
