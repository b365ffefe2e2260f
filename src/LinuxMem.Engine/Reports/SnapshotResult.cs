namespace LinuxMem.Engine.Reports;

/// <summary>What was written.</summary>
public sealed record SnapshotResult
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Processes written.</summary>
    public required int Processes { get; init; }

    /// <summary>Processes that ended while they were read.</summary>
    public required int Vanished { get; init; }

    /// <summary>Processes whose pages could not be read: the snapshot says so of them.</summary>
    public required IReadOnlyList<UnreadableProcess> Unreadable { get; init; }

    /// <summary>What else it lacks, one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Page map entries written.</summary>
    public required long Pages { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }
}
