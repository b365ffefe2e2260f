using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>kcmp(2): whether two processes share something in the kernel. Takes the rights of ptrace(2) over both.</summary>
internal static partial class Kcmp
{
    private const int KCMP_FILES = 2;

    /// <summary>Not the same on all architectures (syscalls(2)); 0 where it is not known.</summary>
    private static readonly nint SYS_kcmp = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 312,
        Architecture.Arm64 or Architecture.LoongArch64 or (Architecture)9 /* riscv64 */ => 272,
        Architecture.S390x => 343,
        Architecture.Ppc64le => 354,
        _ => 0,
    };

    /// <summary>
    /// True when two processes have one table of descriptors (CLONE_FILES of clone(2)); false when they have not, and where that
    /// cannot be found out.
    /// </summary>
    public static bool ShareDescriptors(int pid, int other) => SYS_kcmp != 0 && syscall(SYS_kcmp, pid, other, KCMP_FILES, 0, 0) == 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint pid, nint other, nint kind, nint first, nint second);
}
