using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>kill(2), pidfd_open(2), pidfd_send_signal(2) and waitid(2) on children.</summary>
internal static partial class ProcessSignal
{
    private const int SIGKILL = 9;
    private const int P_PID = 1;
    private const int WNOHANG = 1;
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x1000000;

    // The same numbers on every architecture.
    private const nint SYS_pidfd_send_signal = 424;
    private const nint SYS_pidfd_open = 434;

    /// <summary>Kills every process of a group.</summary>
    public static void KillGroup(int group) => _ = kill(-group, SIGKILL);

    /// <summary>Kills a process when it still is the one meant: a number may have passed to another meanwhile.</summary>
    /// <param name="pid">Its number.</param>
    /// <param name="isMeant">Asked once the process is held fast.</param>
    public static void Kill(int pid, Func<bool> isMeant)
    {
        // Before Linux 5.3 there is nothing to hold it by.
        using var held = new FileDescriptor((int)syscall(SYS_pidfd_open, pid, 0, 0, 0));
        if (!isMeant())
        {
            return;
        }

        if (held.IsOpen)
        {
            _ = syscall(SYS_pidfd_send_signal, held.Number, SIGKILL, 0, 0);
        }
        else
        {
            _ = kill(pid, SIGKILL);
        }
    }

    /// <summary>True when the child has ended (it is not reaped by this), or is no child any more.</summary>
    public static bool HasEnded(int child)
    {
        // siginfo_t is 128 bytes; si_signo, the first, stays 0 when nothing has ended.
        Span<int> info = stackalloc int[32];
        info.Clear();
        int result = waitid(P_PID, (uint)child, ref MemoryMarshal.GetReference(info), WEXITED | WNOHANG | WNOWAIT);
        return result != 0 ? Marshal.GetLastPInvokeError() != Errno.EINTR : info[0] != 0;
    }

    /// <summary>Takes the child off the table of processes when it has ended; false when it has not.</summary>
    /// <param name="child">The child.</param>
    /// <param name="exitStatus">With what it ended; null when a signal ended it.</param>
    public static bool TryReap(int child, out int? exitStatus)
    {
        // siginfo_t: si_signo, si_errno and si_code come first; on 64-bit machines the pid, the user and the status follow at 16.
        const int Code = 2, Status = 6, CLD_EXITED = 1;
        Span<int> info = stackalloc int[32];
        info.Clear();
        exitStatus = null;
        if (waitid(P_PID, (uint)child, ref MemoryMarshal.GetReference(info), WEXITED | WNOHANG) != 0)
        {
            // It is no child any more.
            return Marshal.GetLastPInvokeError() != Errno.EINTR;
        }

        exitStatus = info[0] != 0 && info[Code] == CLD_EXITED ? info[Status] : null;
        return info[0] != 0;
    }

    /// <summary>Takes the ended child off the table of processes; waits for its end.</summary>
    public static void Reap(int child)
    {
        Span<int> info = stackalloc int[32];
        while (waitid(P_PID, (uint)child, ref MemoryMarshal.GetReference(info), WEXITED) != 0
            && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, uint id, ref int info, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);
}
