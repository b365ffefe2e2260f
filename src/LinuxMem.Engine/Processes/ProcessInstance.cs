namespace LinuxMem.Engine.Processes;

/// <summary>Finds the instances of databases that the processes of a listing belong to, by the ids of the processes.</summary>
/// <param name="table">The listing.</param>
/// <param name="cancellation">Ends it.</param>
/// <exception cref="OperationCanceledException">It was cancelled.</exception>
/// <remarks>What a database is, the rooms above know; they give this to the listing.</remarks>
internal delegate IReadOnlyDictionary<int, ProcessInstance> InstanceFinder(ProcessTable table, CancellationToken cancellation);

/// <summary>The instance of a database that a process belongs to.</summary>
/// <param name="Name">Its name: an Oracle SID, or the data directory of a cluster of PostgreSQL.</param>
/// <param name="Key">What tells it apart from all others, also those of the same name.</param>
/// <param name="LongerNames">Names that say more, the shortest first.</param>
internal sealed record ProcessInstance(string Name, string Key, IReadOnlyList<string> LongerNames);
