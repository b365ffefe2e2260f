using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports;

/// <summary>What every report of a machine is told: a report has its own beside it.</summary>
public abstract record ReportOptions
{
    /// <summary>The /proc tree or snapshot to read; null for <c>/proc</c>.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>The most threads to use; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>How long it is waited for what others can keep waiting.</summary>
    internal Deadlines Deadlines { get; init; } = Deadlines.Usual;

    /// <summary>Cancels it.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>What every report of a machine has beside its rows.</summary>
public abstract record ReportResult
{
    /// <summary>What is to be known beside the rows, one sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>What could not be found out, one sentence each; the processes that could not be read are told apart.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where no scan tells them, the processes that could not be read, and why.</summary>
    public IReadOnlyList<(MemProcess Process, string Reason)> Unread { get; init; } = [];

    /// <summary>The scan behind the figures; null where none was made.</summary>
    public ScanResult? Scan { get; init; }
}
