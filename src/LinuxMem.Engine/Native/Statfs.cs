using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>statfs(2), asked only for the kind of file system.</summary>
internal static partial class Statfs
{
    private const uint PROC_SUPER_MAGIC = 0x9fa0;
    private const uint HUGETLBFS_MAGIC = 0x958458f6;
    private const uint FUSE_SUPER_MAGIC = 0x65735546;
    private const uint OVERLAYFS_SUPER_MAGIC = 0x794c7630;
    private const uint CGROUP_SUPER_MAGIC = 0x27e0eb;
    private const uint CGROUP2_SUPER_MAGIC = 0x63677270;

    /// <summary>True when the descriptor lies on a live procfs (and not on a copy of one).</summary>
    public static bool IsProcfs(FileDescriptor descriptor) => KindOf(descriptor) == PROC_SUPER_MAGIC;

    /// <summary>True when the descriptor lies on a hugetlbfs.</summary>
    public static bool IsHugetlbfs(FileDescriptor descriptor) => KindOf(descriptor) == HUGETLBFS_MAGIC;

    /// <summary>True when the descriptor is of a control group, of version 1 or 2.</summary>
    public static bool IsControlGroup(FileDescriptor descriptor) => KindOf(descriptor) is CGROUP_SUPER_MAGIC or CGROUP2_SUPER_MAGIC;

    /// <summary>True when the descriptor lies on a FUSE file system, whose owner is asked for everything.</summary>
    public static bool IsFuse(FileDescriptor descriptor) => KindOf(descriptor) == FUSE_SUPER_MAGIC;

    /// <summary>True when the descriptor lies on an overlay, whose files have their pages with the files beneath.</summary>
    public static bool IsOverlay(FileDescriptor descriptor) => KindOf(descriptor) == OVERLAYFS_SUPER_MAGIC;

    private static uint? KindOf(FileDescriptor descriptor) => fstatfs(descriptor.Number, out Answer answer) == 0 ? answer.Kind : null;

    [LibraryImport("libc")]
    private static partial int fstatfs(int fd, out Answer answer);

    [CName("struct statfs")]
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    private struct Answer
    {
        /// <summary>A long, but an unsigned int on s390x; every magic number fits in 32 bits.</summary>
        [CName("f_type")]
        [FieldOffset(0)]
        public uint Kind;
    }
}
