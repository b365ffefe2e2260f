using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>shmat(2) and shmdt(2): attaches SysV segments, for reading only.</summary>
internal static partial class SysvShm
{
    private const int SHM_RDONLY = 0x1000;

    /// <summary>Attaches a segment wherever there is room.</summary>
    /// <returns>Its address, or minus the error number.</returns>
    public static nint Attach(int shmid) => Checked(shmat(shmid, 0, SHM_RDONLY));

    /// <summary>
    /// Attaches a segment at an address. Nothing that is mapped there, or behind it as far as the segment reaches, is
    /// replaced (SHM_REMAP would do that, and the segment may be longer than it was said to be).
    /// </summary>
    /// <returns>The address, or minus the error number: EINVAL where something is mapped.</returns>
    public static nint AttachAt(int shmid, nint address) => Checked(shmat(shmid, address, SHM_RDONLY));

    /// <summary>Gives back what was attached.</summary>
    public static void Detach(nint address) => _ = shmdt(address);

    private static nint Checked(nint address) => address == -1 ? -Marshal.GetLastPInvokeError() : address;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint shmat(int shmid, nint address, int flags);

    [LibraryImport("libc")]
    private static partial int shmdt(nint address);
}
