namespace LinuxMem.Engine.Processes;

/// <summary>
/// Which facts of a process to read, by the /proc file that they come from; a file is read only when it is needed.
/// </summary>
[Flags]
public enum ProcessFacts
{
    /// <summary>Nothing beyond the listing itself (<c>stat</c>).</summary>
    None = 0,

    /// <summary>Real and effective user and group ids, size of the page tables (<c>status</c>).</summary>
    Status = 1,

    /// <summary>The whole environment (<c>environ</c>).</summary>
    Environment = 2,

    /// <summary>The command line (<c>cmdline</c>).</summary>
    CommandLine = 4,

    /// <summary>The program file (<c>exe</c>).</summary>
    Exe = 8,

    /// <summary>The control group (<c>cgroup</c>).</summary>
    Cgroup = 16,

    /// <summary>Effective user and group (the owner of the <c>/proc/PID</c> folder; <c>status</c> in a copy).</summary>
    Owner = 32,

    /// <summary>Single environment variables, named when the facts are loaded (<c>environ</c>).</summary>
    Variables = 64,

    /// <summary>The instance of a database; of all processes of a listing at once, from several files.</summary>
    Instance = 128,

    /// <summary>All that is in files of the process itself (single variables are part of the environment).</summary>
    All = Status | Environment | CommandLine | Exe | Cgroup | Owner,
}
