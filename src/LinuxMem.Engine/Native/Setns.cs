using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>setns(2): moves the calling thread, and no other, into another namespace.</summary>
internal static partial class Setns
{
    private const int CLONE_NEWIPC = 0x08000000;

    /// <summary>Enters an IPC namespace; returns 0 or the error number. Needs CAP_SYS_ADMIN.</summary>
    public static int EnterIpc(FileDescriptor descriptor) =>
        setns(descriptor.Number, CLONE_NEWIPC) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int kind);
}
