using System.Runtime.InteropServices;

namespace LinuxMem.Unit.Staging;

/// <summary>kill(2).</summary>
internal static partial class Signals
{
    public const int SIGKILL = 9;
    public const int SIGSTOP = 19;

    /// <summary>Sends a signal to a process, or to a process group (negative).</summary>
    public static void Send(int pid, int signal)
    {
        const int ESRCH = 3;
        if (kill(pid, signal) != 0 && Marshal.GetLastPInvokeError() != ESRCH)
        {
            throw new InvalidOperationException($"kill({pid}, {signal}): {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
