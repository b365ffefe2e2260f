using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Oracle;

/// <summary>How instances are looked for and asked.</summary>
internal sealed class OracleOptions
{
    /// <summary>The default of <see cref="Timeout"/>, in seconds.</summary>
    public const int DefaultTimeout = 10;

    /// <summary>The longest <see cref="Timeout"/>, in seconds.</summary>
    public const int MaxTimeout = 3600;

    /// <summary>The /proc tree to read; null for the kernel's own. Instances of a copy are not queried.</summary>
    public string? ProcRoot { get; init; }

    /// <summary>Seconds that each instance has to answer in, 1 to <see cref="MaxTimeout"/>.</summary>
    public int Timeout { get; init; } = DefaultTimeout;

    /// <summary>Why no instance is asked, as a clause; null to ask them.</summary>
    public string? WhyNotAsked { get; init; }

    /// <summary>Chooses instances by their names, before any is asked; null for all.</summary>
    public Func<string, bool>? Wanted { get; init; }

    /// <summary>Told of the processes that do not answer, and why each: none of them can be an instance.</summary>
    public Action<IReadOnlyList<(MemProcess Process, string Reason)>>? Unread { get; init; }

    /// <summary>How long it is waited for what others can keep waiting, beside the instances.</summary>
    internal Deadlines Deadlines { get; init; } = Deadlines.Usual;

    /// <summary>Stops the asking; what it started is ended.</summary>
    public CancellationToken Cancellation { get; init; }
}
