using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>waitid(2) on children.</summary>
internal static partial class Waitid
{
    private const int P_PID = 1;
    private const int WNOHANG = 1;
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x1000000;
    private const int CLD_EXITED = 1;

    /// <summary>True when the child has ended (it is not reaped), or is no child any more.</summary>
    public static bool HasEnded(int child)
    {
        var info = default(SignalInfo);
        int result = waitid(P_PID, (uint)child, ref info, WEXITED | WNOHANG | WNOWAIT);
        return result != 0 ? Marshal.GetLastPInvokeError() != Errno.EINTR : info.Signal != 0;
    }

    /// <summary>Reaps the child if it has ended; false when it has not.</summary>
    /// <param name="child">The child.</param>
    /// <param name="exitStatus">Its exit status; null when a signal ended it.</param>
    public static bool TryReap(int child, out int? exitStatus)
    {
        var info = default(SignalInfo);
        exitStatus = null;
        if (waitid(P_PID, (uint)child, ref info, WEXITED | WNOHANG) != 0)
        {
            // It is no child any more.
            return Marshal.GetLastPInvokeError() != Errno.EINTR;
        }

        exitStatus = info.Signal != 0 && info.Code == CLD_EXITED ? info.Status : null;
        return info.Signal != 0;
    }

    /// <summary>Waits for the child's end and reaps it.</summary>
    public static void Reap(int child)
    {
        var info = default(SignalInfo);
        while (waitid(P_PID, (uint)child, ref info, WEXITED) != 0
            && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, uint id, ref SignalInfo info, int options);

    [CName("siginfo_t")]
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct SignalInfo
    {
        /// <summary>Stays 0 when no child has ended.</summary>
        [CName("si_signo")]
        [FieldOffset(0)]
        public int Signal;

        [CName("si_code")]
        [FieldOffset(8)]
        public int Code;

        [CName("si_status")]
        [FieldOffset(24)]
        public int Status;
    }
}
