namespace LinuxMem.Engine.Oracle;

/// <summary>How instances are looked for and asked.</summary>
public sealed class OracleOptions
{
    /// <summary>Seconds that an instance has to answer in when nothing else is said.</summary>
    public const int DefaultTimeout = 10;

    /// <summary>The most that can be asked for, in seconds.</summary>
    public const int MaxTimeout = 3600;

    /// <summary>The /proc tree to read; null for the kernel's own. Nothing is run on account of a copy.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Seconds that each instance has to answer in, 1 to <see cref="MaxTimeout"/>.</summary>
    public int Timeout { get; init; } = DefaultTimeout;

    /// <summary>Chooses instances by their names, before any is asked; null for all.</summary>
    public Func<string, bool>? Wanted { get; init; }

    /// <summary>Told of the processes that do not answer, and why each: none of them can be an instance.</summary>
    public Action<IReadOnlyList<(MemProcess Process, string Reason)>>? Unread { get; init; }

    /// <summary>Stops the asking; what it started is ended.</summary>
    public CancellationToken Cancellation { get; init; }
}
