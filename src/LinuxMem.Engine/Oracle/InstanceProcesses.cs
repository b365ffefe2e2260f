using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Oracle;

/// <summary>The processes that belong to each instance: what they claim (<see cref="InstanceClaims"/>), looked at from the instance.</summary>
internal sealed class InstanceProcesses
{
    private readonly InstanceClaims claims;
    private readonly ILookup<int, int> members;

    private InstanceProcesses(InstanceClaims claims) =>
        (this.claims, members) = (claims, claims.All.OrderBy(claim => claim.Key.Id).ToLookup(claim => claim.Value.Process.Id, claim => claim.Key.Id));

    /// <summary>Looks at the processes of a listing.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="monitors">All pmon processes in it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static InstanceProcesses Find(ProcessTable table, IReadOnlyList<PmonProcess> monitors, CancellationToken cancellation) =>
        new(InstanceClaims.Find(table, monitors, Environment.ProcessorCount, cancellation));

    /// <summary>The ids of the processes of an instance, ascending.</summary>
    public IReadOnlyList<int> Of(PmonProcess pmon) => [.. members[pmon.Process.Id]];

    /// <summary>The number of the IPC namespace that an instance lives in; 0 for the engine's own.</summary>
    public ulong NamespaceOf(PmonProcess pmon) => claims.NamespaceOf(pmon);
}
