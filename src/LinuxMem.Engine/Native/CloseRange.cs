using System.Globalization;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>unshare(2) and close_range(2): a thread whose next child inherits no descriptors.</summary>
internal static partial class CloseRange
{
    private const int CLONE_FILES = 0x400;
    private const int F_SETFD = 2;
    private const int FD_CLOEXEC = 1;
    private const nint SYS_close_range = 436;
    private const int CLOSE_RANGE_CLOEXEC = 4;

    /// <summary>
    /// Gives the calling thread its own table of descriptors and marks all above 2 close-on-exec, also those that other
    /// libraries opened to be inherited. Returns 0 or the error number.
    /// </summary>
    public static int CloseAtExec()
    {
        if (unshare(CLONE_FILES) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        if (syscall(SYS_close_range, 3, unchecked((nint)uint.MaxValue), CLOSE_RANGE_CLOEXEC) == 0)
        {
            return 0;
        }

        // Before Linux 5.11: one by one.
        foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/thread-self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 2)
            {
                // Fails for the listing's own descriptor if it is closed by now; that one is close-on-exec anyway.
                _ = fcntl(number, F_SETFD, FD_CLOEXEC);
            }
        }

        return 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint last, nint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);
}
