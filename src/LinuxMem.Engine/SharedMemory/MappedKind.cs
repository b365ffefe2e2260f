namespace LinuxMem.Engine.SharedMemory;

/// <summary>What a mapping is of. The names are what reports show.</summary>
internal enum MappedKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A file, by its path.</summary>
    File,

    /// <summary>brk(2).</summary>
    Heap,

    /// <summary>The stack of the main thread.</summary>
    Stack,

    /// <summary>Anonymous memory with a name (PR_SET_VMA_ANON_NAME, prctl(2)).</summary>
    Named,

    /// <summary>Other anonymous memory.</summary>
    Anonymous,

    /// <summary>Private memory in huge pages (MAP_HUGETLB, mmap(2)).</summary>
    HugePages,

    /// <summary>shmget(2).</summary>
    SysV,

    /// <summary>A file in /dev/shm.</summary>
    Posix,

    /// <summary>memfd_create(2).</summary>
    Memfd,

    /// <summary>mmap(2) with MAP_SHARED and MAP_ANONYMOUS.</summary>
    SharedAnonymous,

    /// <summary>A file of any other tmpfs.</summary>
    Tmpfs,

    /// <summary>A file of a hugetlbfs.</summary>
    HugeTlb,

    /// <summary>A device, or memory of a driver.</summary>
    Device,

    /// <summary>What the kernel maps into every process ([vdso], [vvar]).</summary>
    Kernel,
}

/// <summary>Finds out what mappings are of.</summary>
internal static class MappedKinds
{
    /// <summary>The kind of a shared memory object.</summary>
    public static MappedKind Of(SharedMemoryKind kind) => kind switch
    {
        SharedMemoryKind.SysV => MappedKind.SysV,
        SharedMemoryKind.Posix => MappedKind.Posix,
        SharedMemoryKind.Memfd => MappedKind.Memfd,
        SharedMemoryKind.SharedAnonymous => MappedKind.SharedAnonymous,
        SharedMemoryKind.Tmpfs => MappedKind.Tmpfs,
        SharedMemoryKind.HugeTlb => MappedKind.HugeTlb,
        SharedMemoryKind.Device => MappedKind.Device,
        _ => MappedKind.Other,
    };

    /// <summary>The kind of a mapping that is of no object that could be looked at: by the kernel's name for it.</summary>
    /// <param name="path">The name; empty for none.</param>
    /// <param name="isShared">Whether it is shared.</param>
    public static MappedKind Of(ReadOnlySpan<byte> path, bool isShared)
    {
        if (path.IsEmpty)
        {
            return isShared ? MappedKind.Other : MappedKind.Anonymous;
        }

        if (path[0] == (byte)'[')
        {
            return path.SequenceEqual("[heap]"u8) ? MappedKind.Heap
                : path.StartsWith("[stack"u8) ? MappedKind.Stack
                : path.StartsWith("[anon:"u8) ? MappedKind.Named
                : path.StartsWith("[anon_shmem:"u8) ? MappedKind.SharedAnonymous
                : MappedKind.Kernel;
        }

        return path.StartsWith("/anon_hugepage"u8) ? isShared ? MappedKind.SharedAnonymous : MappedKind.HugePages
            : path.StartsWith("/dev/shm/"u8) ? MappedKind.Posix
            : path.StartsWith("/memfd:"u8) ? MappedKind.Memfd
            : path.SequenceEqual("/dev/zero (deleted)"u8) ? MappedKind.SharedAnonymous
            : path.StartsWith("/dev/hugepages/"u8) ? MappedKind.HugeTlb
            : path[0] != (byte)'/' || path.StartsWith("/dev/"u8) || path.StartsWith("/sys/"u8) || path.StartsWith("/proc/"u8) || path.StartsWith("/dmabuf:"u8) ? MappedKind.Device
            : path.StartsWith("/[aio]"u8) || path.SequenceEqual("/secretmem (deleted)"u8) ? MappedKind.Other
            : MappedKind.File;
    }
}
