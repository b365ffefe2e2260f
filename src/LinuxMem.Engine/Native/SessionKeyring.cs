using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>keyctl(2): the session keyring of the calling thread, which its children inherit.</summary>
internal static partial class SessionKeyring
{
    private const nint KEYCTL_JOIN_SESSION_KEYRING = 1;

    /// <summary>Not the same on all architectures (syscalls(2)); 0 where it is not known.</summary>
    private static readonly nint SYS_keyctl = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 250,
        Architecture.Arm64 or Architecture.LoongArch64 or (Architecture)9 /* riscv64 */ => 219,
        Architecture.S390x => 280,
        Architecture.Ppc64le => 271,
        _ => 0,
    };

    /// <summary>Gives the calling thread a new, empty session keyring; returns 0 or the error number. On a kernel without keyrings there is nothing to do.</summary>
    public static int JoinNew() =>
        SYS_keyctl == 0 ? Errno.EINVAL
        : syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0) >= 0 || Marshal.GetLastPInvokeError() is Errno.ENOSYS ? 0
        : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint operation, nint name);
}
