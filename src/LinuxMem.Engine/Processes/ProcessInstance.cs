namespace LinuxMem.Engine.Processes;

/// <summary>The instance of a database that a process belongs to.</summary>
/// <param name="Name">Its name: an Oracle SID, or the data directory of a cluster of PostgreSQL.</param>
/// <param name="Key">What tells it apart from all others, also those of the same name.</param>
/// <param name="LongerNames">Names that say more, the shortest first.</param>
internal sealed record ProcessInstance(string Name, string Key, IReadOnlyList<string> LongerNames);
