using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// Bounds the reading of nothing where the kernel has no <c>PAGEMAP_SCAN</c>: it costs a user nothing to reserve 128 TiB and
/// use the last page, and takes minutes to find that page.
/// </summary>
internal static class EmptySpace
{
    /// <summary>Bytes of empty address space that are read of one process.</summary>
    public const long Most = 4L << 40;

    /// <summary>The error number of a process whose pages lie farther apart: no page map is refused with it.</summary>
    public const int Exceeded = Errno.EFBIG;

    /// <summary>The sentence for an error of reading pages.</summary>
    public static string Describe(int error) =>
        error == Exceeded ? "its pages lie too far apart to be found without PAGEMAP_SCAN (Linux 6.7)" : Errno.Describe(error);
}
