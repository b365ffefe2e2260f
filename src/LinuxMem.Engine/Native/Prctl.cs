using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>prctl(2) on how the calling thread and its children gain capabilities (capabilities(7)).</summary>
internal static partial class Prctl
{
    private const int PR_GET_SECUREBITS = 27;
    private const int SECBIT_KEEP_CAPS = 0x10;
    private const int PR_CAP_AMBIENT = 47;
    private const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    /// <summary>True when no securebit is set that a program would inherit: an exec clears SECBIT_KEEP_CAPS.</summary>
    public static bool HasNoSecureBits() => (prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) & ~SECBIT_KEEP_CAPS) == 0;

    /// <summary>Gives up the thread's ambient capabilities, which an exec keeps; returns 0 or the error number.</summary>
    public static int ClearAmbientCapabilities() =>
        // Kernels before 4.3 have none (EINVAL).
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 || Marshal.GetLastPInvokeError() == Errno.EINVAL ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint second, nint third, nint fourth, nint fifth);
}
