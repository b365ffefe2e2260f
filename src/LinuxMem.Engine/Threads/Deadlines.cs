namespace LinuxMem.Engine.Threads;

/// <summary>
/// How long a command waits for what others can keep it waiting for, all in one place. A command has the usual ones; tests give a
/// machine shorter ones (<c>ScanOptions</c>, <c>ReportOptions</c>, <c>SnapshotOptions</c>), so that they need not wait as long.
/// </summary>
internal sealed record Deadlines
{
    /// <summary>Those of every command.</summary>
    public static Deadlines Usual { get; } = new();

    /// <summary>The longest that a thread waits with one piece of work: the files of a process, the segments of a namespace.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest, when so much has been waited for others before.</summary>
    public TimeSpan LeastAnswer { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long the larger tables of descriptors of one user may take, of all threads together: a file with many locks costs more than others.</summary>
    public TimeSpan DescriptorsOfOwner { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a mount is waited for.</summary>
    public TimeSpan Mount { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one file of a database's data directory is waited for.</summary>
    public TimeSpan DataFile { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call may take that nothing depends on (<see cref="BriefCall"/>).</summary>
    public TimeSpan Brief { get; init; } = TimeSpan.FromSeconds(2);
}
