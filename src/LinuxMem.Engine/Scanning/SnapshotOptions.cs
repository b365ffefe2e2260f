using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>What to write into a snapshot, and where.</summary>
public sealed class SnapshotOptions
{
    /// <summary>The file to write.</summary>
    public required string Path { get; init; }

    /// <summary>Replace an existing file.</summary>
    public bool Force { get; init; }

    /// <summary>Selects the environment variables whose values are written; null for none.</summary>
    public Func<string, bool>? IncludeEnvironment { get; init; }

    /// <summary>Write only these processes; null for all.</summary>
    public ProcessFilter? Filter { get; init; }

    /// <summary>The /proc tree to read; null for <c>/proc</c>. It must be live.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Which way of reading page maps to use.</summary>
    internal PagemapMode PagemapMode { get; init; }

    /// <summary>Do not query the Oracle instances.</summary>
    public bool SkipOracle { get; init; }

    /// <summary>The time limit for each Oracle instance, in seconds.</summary>
    public int OracleTimeout { get; init; } = OracleOptions.DefaultTimeout;

    /// <summary>How long it is waited for what others can keep waiting.</summary>
    internal Deadlines Deadlines { get; init; } = Deadlines.Usual;

    /// <summary>Cancels it: an <see cref="OperationCanceledException"/> is thrown and no file is left.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Called with the progress from time to time, on the calling thread.</summary>
    public Action<ScanProgress>? Progress { get; init; }
}
