namespace LinuxMem.Engine.Scanning;

/// <summary>How a scan counts by mapping, too.</summary>
/// <param name="IsWanted">Which groups of the first split are.</param>
/// <param name="ByKind">Whether mappings count by kind alone.</param>
internal sealed record GroupNaming(Func<GroupKey, bool> IsWanted, bool ByKind);
