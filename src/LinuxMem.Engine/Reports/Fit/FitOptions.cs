namespace LinuxMem.Engine.Reports.Fit;

/// <summary>Whether the shared memory is to have huge pages.</summary>
public enum FitHugePages
{
    /// <summary>If the pool has enough of them, as PostgreSQL (<c>huge_pages = try</c>) and Oracle do by default.</summary>
    Try,

    /// <summary>It must.</summary>
    On,

    /// <summary>It has not.</summary>
    Off,
}

/// <summary>What is asked whether it fits. Sizes are bytes.</summary>
public sealed record FitOptions : ReportOptions
{
    /// <summary>The most bytes of one size, so that sums and products of such are numbers.</summary>
    public const long MaxSize = 1L << 50;

    /// <summary>The most bytes that one connection takes.</summary>
    public const long MaxConnectionMemory = 1L << 40;

    /// <summary>More connections than any server serves.</summary>
    public const int MaxConnections = 1 << 18;

    /// <summary>The SGA of an instance of Oracle; null when it is PostgreSQL that is asked for.</summary>
    public long? Sga { get; init; }

    /// <summary><c>shared_buffers</c> of a cluster of PostgreSQL; null when it is Oracle that is asked for.</summary>
    public long? SharedBuffers { get; init; }

    /// <summary>How many connections there are to be; 0 for the shared memory alone.</summary>
    public int Connections { get; init; }

    /// <summary><c>work_mem</c> of PostgreSQL, which each connection may take once beside what the largest takes today; null for nothing beside.</summary>
    public long? WorkMem { get; init; }

    /// <summary>Private memory of one connection; null for what those take that are there now.</summary>
    public long? ConnectionMemory { get; init; }

    /// <summary>Whether the shared memory is to have huge pages.</summary>
    public FitHugePages HugePages { get; init; }

    /// <summary>The control group it is to run in, by name or path; null for that of the calling process.</summary>
    public string? Cgroup { get; init; }

    /// <summary>True when it is Oracle that is asked for.</summary>
    internal bool IsOracle => Sga is not null;

    /// <summary>The size that was asked for.</summary>
    internal long Size => Sga ?? SharedBuffers ?? 0;

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="LinuxMemException">Something does not.</exception>
    internal void Verify()
    {
        if (Sga is null == SharedBuffers is null)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "What is to fit is not said: give the SGA of an Oracle instance, or shared_buffers of a cluster of PostgreSQL, and not both.");
        }

        Verify("The SGA", Sga);
        Verify("shared_buffers", SharedBuffers);
        Verify("work_mem", WorkMem, MaxConnectionMemory);
        Verify("The memory of a connection", ConnectionMemory, MaxConnectionMemory);
        if (Connections is < 0 or > MaxConnections)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, FormattableString.Invariant($"The number of connections is {Connections}; it must be from 0 to {MaxConnections}."), Connections);
        }

        if (WorkMem is not null && IsOracle)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "work_mem is a setting of PostgreSQL: it goes with shared_buffers, not with an SGA.", WorkMem);
        }
    }

    private static void Verify(string what, long? bytes, long most = MaxSize)
    {
        if (bytes is <= 0 || bytes > most)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, FormattableString.Invariant($"{what} is {bytes} bytes; it must be above 0, and {most} at the most."), bytes);
        }
    }
}

/// <summary>Whether it fits.</summary>
/// <param name="Fit">The verdict, with its numbers.</param>
public sealed record FitResult(MemFit Fit) : ReportResult;
