using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>What the kernel's name for a shared memory object says of it.</summary>
internal static class ObjectName
{
    private static ReadOnlySpan<byte> Deleted => " (deleted)"u8;

    /// <summary>The name without the kernel's mark of a deleted file.</summary>
    public static string Of(ReadOnlySpan<byte> path, bool isRemoved) =>
        SurrogateEscape.Decode(isRemoved && path.Length >= Deleted.Length && path[^Deleted.Length..].SequenceEqual(Deleted) ? path[..^Deleted.Length] : path);

    /// <summary>What made the object.</summary>
    public static SharedMemoryKind KindOf(ReadOnlySpan<byte> path, ObjectHome home, bool isSegment) => home switch
    {
        _ when isSegment => SharedMemoryKind.SysV,
        ObjectHome.Kernel or ObjectHome.KernelHugetlb =>
            path.StartsWith("/memfd:"u8) ? SharedMemoryKind.Memfd
            : path.StartsWith("/dev/zero"u8) || path.StartsWith("/anon_hugepage"u8) || path.StartsWith("[anon_shmem:"u8) ? SharedMemoryKind.SharedAnonymous
            : path.StartsWith("/drm"u8) || path.StartsWith("/i915"u8) ? SharedMemoryKind.Device
            : SharedMemoryKind.Other,
        ObjectHome.Tmpfs => path.StartsWith("/dev/shm/"u8) ? SharedMemoryKind.Posix : SharedMemoryKind.Tmpfs,
        ObjectHome.Hugetlbfs => SharedMemoryKind.HugeTlb,
        ObjectHome.Driver => SharedMemoryKind.Device,
        _ => SharedMemoryKind.Other,
    };
}
