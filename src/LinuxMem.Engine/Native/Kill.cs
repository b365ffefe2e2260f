using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>kill(2), pidfd_open(2) and pidfd_send_signal(2) with SIGKILL.</summary>
internal static partial class Kill
{
    private const int SIGKILL = 9;

    // The same numbers on every architecture.
    private const nint SYS_pidfd_send_signal = 424;
    private const nint SYS_pidfd_open = 434;

    /// <summary>Kills every process of a group.</summary>
    public static void Group(int group) => _ = kill(-group, SIGKILL);

    /// <summary>Kills a process if it still is the one meant: its number may have passed to another.</summary>
    /// <param name="pid">Its number.</param>
    /// <param name="isMeant">Asked once a pidfd holds the process.</param>
    public static void Process(int pid, Func<bool> isMeant)
    {
        // Not open before Linux 5.3, which has no pidfd.
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

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);
}
