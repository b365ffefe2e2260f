namespace LinuxMem.Engine.Postgres;

/// <summary>What is known of a cluster beside its memory: from the postmaster's arguments and the files of its data directory. A snapshot keeps it.</summary>
internal sealed record ClusterFacts
{
    /// <summary>The longest text of these.</summary>
    public const int MaxText = 4096;

    /// <summary>The id of the postmaster.</summary>
    public int PostmasterId { get; init; }

    /// <summary>The data directory, as the postmaster sees it; null when it may not be seen.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>What <c>PG_VERSION</c> says.</summary>
    public string? Version { get; init; }

    /// <summary>The port.</summary>
    public int? Port { get; init; }

    /// <summary>The setting <c>shared_buffers</c>, in bytes.</summary>
    public long? SharedBuffers { get; init; }

    /// <summary>The setting <c>work_mem</c>, in bytes.</summary>
    public long? WorkMem { get; init; }

    /// <summary>The setting <c>max_connections</c>.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>The setting <c>huge_pages</c>: on, off or try.</summary>
    public string? HugePages { get; init; }

    /// <summary>The setting <c>shared_memory_type</c>: mmap or sysv.</summary>
    public string? SharedMemoryType { get; init; }

    /// <summary>The setting <c>cluster_name</c>.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Bytes in memory of the files that dynamic shared memory lies in (<c>dynamic_shared_memory_type = mmap</c>).</summary>
    public long DynamicFiles { get; init; }

    /// <summary>Bytes of the page cache that the data directory's files are in; null when it was not asked for, or could not be counted.</summary>
    public long? FileCache { get; init; }

    /// <summary>What could not be found out, as clauses; empty for nothing.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>True for what can be.</summary>
    public bool IsSound => PostmasterId > 0 && Port is null or (>= 0 and <= 65535) && SharedBuffers is null or >= 0 && WorkMem is null or >= 0
        && MaxConnections is null or >= 0 && DynamicFiles >= 0 && FileCache is null or >= 0 && Missing is { Count: <= 64 } && Missing.All(IsText)
        && new[] { DataDirectory, Version, HugePages, SharedMemoryType, ClusterName }.All(text => text is null || IsText(text));

    private static bool IsText(string? text) => text is { Length: <= MaxText };
}
