namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The most bytes that are read of each file of a process, and of tables of the machine: whoever owns the process, or
/// made the copy, decides how long it is. What is longer is told, never taken for the whole.
/// </summary>
internal static class FileBounds
{
    /// <summary>
    /// <c>cmdline</c> and <c>environ</c>: execve(2) allows 6 MiB for both together, but a process can point them at more
    /// (PR_SET_MM_MAP, prctl(2)). The text says that it is cut.
    /// </summary>
    public const int Texts = 8 << 20;

    /// <summary>
    /// Files of a few lines (<c>stat</c>, <c>status</c>, <c>cgroup</c>, …); the longest is a <c>status</c> with 65,536
    /// supplementary groups, of 720 KiB. A longer one is an error, <see cref="Exceeded"/>.
    /// </summary>
    public const int Records = 1 << 20;

    /// <summary>
    /// <c>maps</c>: the 65,530 mappings that the kernel allows by default, with 950 bytes of path each. A file under
    /// thousands of nested folders makes lines of a mebibyte. A process with more is not read, and named.
    /// </summary>
    public const long Maps = 64 << 20;

    /// <summary><c>smaps</c>: the same with the figures of each mapping, up to 1,000 bytes.</summary>
    public const long Smaps = 2 * Maps;

    /// <summary>
    /// Tables that are read line by line to their end (<c>mountinfo</c>, <c>sysvipc/shm</c>): a copied tree may have a file
    /// without end.
    /// </summary>
    public const long Tables = 4L << 30;

    /// <summary>Mounts of one <c>mountinfo</c>: a mount namespace has at most 100,000 (<c>fs.mount-max</c>) unless an admin allows more.</summary>
    public const int Mounts = 1 << 17;

    /// <summary>The bytes of these lines together: 2 KiB for each.</summary>
    public const long MountTexts = 2048L * Mounts;

    /// <summary><c>cgroup.procs</c>, <c>iomem</c>: as many lines as there can be processes (4 million), and more.</summary>
    public const long Lists = 64 << 20;

    /// <summary>The error number for a file that is longer; the kernel returns it for none of these.</summary>
    public const int Exceeded = Native.Errno.E2BIG;

    /// <summary>
    /// The error number for a line that is none of its file: the kernel writes none, a copy or snapshot may have any. What is in a
    /// file has not ended, whatever it says.
    /// </summary>
    public const int Malformed = Native.Errno.EILSEQ;

    /// <summary>What <see cref="Malformed"/> means for a process, as a clause for a message.</summary>
    public const string MalformedDescription = "a line of its maps, smaps or numa_maps is no mapping (from a lower to a higher address, with its file's number): the file is damaged";

    /// <summary>What <see cref="Exceeded"/> means for a process, as a clause for a message.</summary>
    public const string Description = "the list of its mappings is longer than the 64 MiB (maps; 128 MiB of smaps) that are read of it";
}
