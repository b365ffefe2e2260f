namespace LinuxMem.Bench.Workloads;

/// <summary>A workload by what it is made of.</summary>
/// <param name="Name">What the user calls it.</param>
/// <param name="Description">What it holds, in a few words.</param>
/// <param name="Resident">About how many bytes of memory it takes.</param>
/// <param name="Steps">The steps of tests/Workload/workload.c that make it.</param>
internal sealed record WorkloadPlan(string Name, string Description, long Resident, string Steps)
{
    /// <summary>The steps as the arguments of the program.</summary>
    public string[] Arguments => Steps.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
