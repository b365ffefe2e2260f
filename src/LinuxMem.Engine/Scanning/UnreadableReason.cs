using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>Why a living process could not be read.</summary>
internal static class UnreadableReason
{
    /// <summary>The error number for a process that was another at each attempt; the kernel never returns it for these files.</summary>
    public const int Restless = Errno.EAGAIN;

    /// <summary>The error of reading a process, as a clause for a message.</summary>
    public static string Describe(int error) =>
        error == Restless || Errno.IsGone(error)
            ? "it lives, but starts programs or ends threads faster than it can be read"
            : error == Errno.ETIMEDOUT ? Unanswered.NoAnswer
            : EmptySpace.Describe(error);
}
