namespace LinuxMem;

/// <summary>What made a shared memory object.</summary>
public enum SharedMemoryKind
{
    /// <summary>shmget(2).</summary>
    SysV,

    /// <summary>shm_open(3): a file in /dev/shm.</summary>
    Posix,

    /// <summary>memfd_create(2).</summary>
    Memfd,

    /// <summary>mmap(2) with MAP_SHARED and MAP_ANONYMOUS.</summary>
    SharedAnonymous,

    /// <summary>A file of any other tmpfs.</summary>
    Tmpfs,

    /// <summary>A file of a hugetlbfs.</summary>
    HugeTlb,

    /// <summary>A driver's: of a GPU, of dma-buf. How large it is cannot be asked.</summary>
    Device,

    /// <summary>Anything else, such as memfd_secret(2), at which nobody may look.</summary>
    Other,
}
