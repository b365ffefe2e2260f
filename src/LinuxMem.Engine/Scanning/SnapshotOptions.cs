using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Oracle;

namespace LinuxMem.Engine.Scanning;

/// <summary>What to write into a snapshot, and where.</summary>
public sealed class SnapshotOptions
{
    /// <summary>The file to write.</summary>
    public required string Path { get; init; }

    /// <summary>Replace a file that is there already.</summary>
    public bool Force { get; init; }

    /// <summary>Says of which environment variables the values are written too; null for none.</summary>
    public Func<string, bool>? IncludeEnvironment { get; init; }

    /// <summary>Write only these processes; null for all.</summary>
    public ProcessFilter? Filter { get; init; }

    /// <summary>The /proc tree to read; null for <c>/proc</c>. It has to be a live one.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Do not ask the Oracle instances.</summary>
    public bool SkipOracle { get; init; }

    /// <summary>Seconds that each Oracle instance has to answer in.</summary>
    public int OracleTimeout { get; init; } = OracleOptions.DefaultTimeout;

    /// <summary>Ends it early, with an <see cref="OperationCanceledException"/> and without a file.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Told now and then, on the calling thread, how far it has come.</summary>
    public Action<ScanProgress>? Progress { get; init; }
}
