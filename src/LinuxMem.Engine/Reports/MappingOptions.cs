namespace LinuxMem.Engine.Reports;

/// <summary>What the lines of a report by mapping are.</summary>
public enum MappingLine
{
    /// <summary>Each file, object and named memory by itself.</summary>
    Mapping,

    /// <summary>All of one kind together.</summary>
    Kind,
}

/// <summary>What a report by mapping shows.</summary>
public sealed class MappingOptions
{
    /// <summary>What its lines are.</summary>
    public MappingLine By { get; init; }

    /// <summary>How many lines of each group there are, the largest; the rest is one line. Null for all.</summary>
    public int? Top { get; init; }
}

/// <summary>What groups map, by mapping.</summary>
/// <param name="Groups">The groups asked for, largest first, each with its lines, largest <see cref="MemFigures.MemHeld"/> first.</param>
/// <param name="Scan">The scan; its one report has all groups.</param>
public sealed record MappingResult(IReadOnlyList<(MemGroup Group, IReadOnlyList<MemMapping> Lines)> Groups, ScanResult Scan);
