using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>statfs(2), asked only for the kind of file system.</summary>
internal static partial class Statfs
{
    private const long ProcSuperMagic = 0x9fa0;
    private const long CgroupSuperMagic = 0x27e0eb;
    private const long Cgroup2SuperMagic = 0x63677270;

    /// <summary>True when the descriptor lies on a live procfs (and not on a copy of one).</summary>
    public static bool IsProcfs(FileDescriptor descriptor) => KindOf(descriptor) == ProcSuperMagic;

    /// <summary>True when the descriptor is of a control group, of version 1 or 2.</summary>
    public static bool IsControlGroup(FileDescriptor descriptor) => KindOf(descriptor) is CgroupSuperMagic or Cgroup2SuperMagic;

    private static long KindOf(FileDescriptor descriptor)
    {
        // struct statfs is 120 bytes on 64-bit Linux, f_type first (a long, an unsigned int on s390x).
        Span<long> buffer = stackalloc long[32];
        return fstatfs(descriptor.Number, ref MemoryMarshal.GetReference(buffer)) == 0 ? buffer[0] & 0xffffffff : -1;
    }

    [LibraryImport("libc")]
    private static partial int fstatfs(int fd, ref long buffer);
}
