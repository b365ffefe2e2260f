using System.Runtime.InteropServices;

namespace LinuxMem.Unit.Hostile;

/// <summary>A SysV segment for which no memory is set aside (SHM_NORESERVE in shmget(2)): of any size, for anybody.</summary>
internal static partial class HugeSegment
{
    private const int IPC_CREAT = 0x200;
    private const int SHM_NORESERVE = 0x1000;

    /// <summary>Makes one; its id, or -1.</summary>
    public static int Create(nuint bytes) => shmget(0, bytes, IPC_CREAT | SHM_NORESERVE | 0x180);

    /// <summary>Attaches one; its address, or -1.</summary>
    public static nint Attach(int id) => shmat(id, 0, 0);

    public static void Detach(nint address) => shmdt(address);

    public static void Remove(int id) => shmctl(id, 0, 0);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shmget(int key, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint shmat(int id, nint address, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shmdt(nint address);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shmctl(int id, int command, nint buffer);
}
