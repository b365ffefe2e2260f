namespace LinuxMem.Engine.Processes;

/// <summary>The files that a process's facts come from; each is read only when something asks for it.</summary>
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

    /// <summary>Effective user and group (the owner of the folder; <c>status</c> in a copy).</summary>
    Owner = 32,

    /// <summary>Single variables of the environment, named where the facts are loaded (<c>environ</c>).</summary>
    Variables = 64,

    /// <summary>All of them (single variables are part of the environment).</summary>
    All = Status | Environment | CommandLine | Exe | Cgroup | Owner,
}
