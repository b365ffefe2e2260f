using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>ioprio_set(2): how a thread's reads and writes of disks stand back behind those of others.</summary>
internal static partial class IoPriority
{
    private const int IOPRIO_WHO_PROCESS = 1;
    private const int IOPRIO_CLASS_IDLE = 3;
    private const int IOPRIO_CLASS_SHIFT = 13;

    /// <summary>Not the same on all architectures (syscalls(2)); 0 where it is not known.</summary>
    private static readonly nint SYS_ioprio_set = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 251,
        Architecture.Arm64 or Architecture.LoongArch64 or (Architecture)9 /* riscv64 */ => 30,
        Architecture.S390x => 282,
        Architecture.Ppc64le => 273,
        _ => 0,
    };

    /// <summary>Gives a thread only what nobody else wants of the disks; returns 0 or the error number.</summary>
    public static int SetIdle(int thread) =>
        SYS_ioprio_set == 0 ? Errno.ENOSYS
        : syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, thread, IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT) == 0 ? 0
        : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint kind, nint id, nint priority);
}
