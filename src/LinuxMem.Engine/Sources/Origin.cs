namespace LinuxMem.Engine.Sources;

/// <summary>Of which machine something is reported, and of when.</summary>
/// <param name="Time">When the machine was read, in local time; of a snapshot, when that was taken; null where nothing tells.</param>
/// <param name="ComputerName">The host name of the machine; null where nothing tells.</param>
/// <param name="ProcRoot">The whole path of the tree or snapshot that was read; null for <c>/proc</c>.</param>
internal sealed record Origin(DateTime? Time, string? ComputerName, string? ProcRoot);
