using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// A failure that LinuxMem explains itself: the message says what was asked, what is wrong and what to do,
/// and no other type of exception leaves the engine on account of its input or of the machine's state. The message is safe to
/// show and bounded: names in it may be of anybody's making, and an exception's message goes straight to terminals and logs.
/// </summary>
public class LinuxMemException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What kind of failure it is.</param>
    /// <param name="message">A clear sentence for the user.</param>
    /// <param name="target">The file, argument or object that the failure is about.</param>
    /// <param name="inner">The exception behind it, if any.</param>
    public LinuxMemException(LinuxMemError kind, string message, object? target = null, Exception? inner = null)
        : base(VisibleText.Message(message), inner)
    {
        Kind = kind;
        Target = target;
    }

    /// <summary>What kind of failure it is.</summary>
    public LinuxMemError Kind { get; }

    /// <summary>The file, argument or object that the failure is about.</summary>
    public object? Target { get; }
}

/// <summary>The kinds of failure of <see cref="LinuxMemException"/>.</summary>
public enum LinuxMemError
{
    /// <summary>An argument has a value that makes no sense.</summary>
    InvalidArgument,

    /// <summary>A filter is not well formed.</summary>
    InvalidFilter,

    /// <summary>The directory given as /proc is not one.</summary>
    NotProc,

    /// <summary>A snapshot is damaged, or of a kind that this version cannot read.</summary>
    InvalidSnapshot,

    /// <summary>A file that is to be written exists already.</summary>
    FileExists,

    /// <summary>A file cannot be written.</summary>
    FileNotWritten,

    /// <summary>A process that was asked for does not exist.</summary>
    ProcessNotFound,

    /// <summary>A mount point that was asked for is none of the wanted kind.</summary>
    MountPointNotFound,

    /// <summary>A shared memory segment that was asked for does not exist.</summary>
    SegmentNotFound,

    /// <summary>A shared memory object that was asked for does not exist.</summary>
    SharedMemoryNotFound,

    /// <summary>A control group that was asked for does not exist, or has no processes.</summary>
    CgroupNotFound,

    /// <summary>The kernel does not let this user see frame numbers.</summary>
    PermissionDenied,

    /// <summary>The scan would need more memory than it may use.</summary>
    MemoryLimit,

    /// <summary>The system did not provide what the scan needs (a /proc file is missing or unreadable).</summary>
    SystemError,
}
