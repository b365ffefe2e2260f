using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>How the reading of a process ended.</summary>
internal enum JobOutcome
{
    Pending,
    Scanned,
    Vanished,
    Unreadable,
}

/// <summary>A process to read, with its group in every split.</summary>
internal sealed class ScanJob(MemProcess process, GroupPages[] groups)
{
    private long emptyPages;

    public MemProcess Process { get; } = process;

    /// <summary>The process's group in each split.</summary>
    public GroupPages[] Groups { get; } = groups;

    /// <summary>True when one of its groups is reported by mapping.</summary>
    public bool IsNamed { get; } = Array.Exists(groups, group => group?.Names is not null);

    public JobOutcome Outcome { get; private set; }

    /// <summary>Why the process could not be read.</summary>
    public string? Reason { get; private set; }

    /// <summary>The SysV segments that the process has attached, without those that are known as objects (<see cref="HeldMemory"/>): equal lists are one (<see cref="SegmentLists"/>).</summary>
    public AttachedSegment[] Segments { get; set; } = [];

    /// <summary>The segments that are objects, as the process's namespace and mappings name them; equal lists are one, too.</summary>
    public AttachedSegment[] Claims { get; set; } = [];

    /// <summary>The IPC namespace that it lives in, where it has any segment attached.</summary>
    public ulong? IpcNamespace => Segments.Length > 0 ? Segments[0].Id.IpcNamespace : Claims.Length > 0 ? Claims[0].Id.IpcNamespace : null;

    /// <summary>Empty pages read so far without a scan for holes.</summary>
    public long EmptyPages => Volatile.Read(ref emptyPages);

    /// <summary>Counts empty pages, from any thread.</summary>
    public void AddEmptyPages(long pages) => Interlocked.Add(ref emptyPages, pages);

    public void End(JobOutcome outcome, string? reason = null)
    {
        Outcome = outcome;
        Reason = reason;
    }
}
