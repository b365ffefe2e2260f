using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// Limits how much unpopulated address space is read where the kernel has no <c>PAGEMAP_SCAN</c>: any user can reserve
/// 128 TiB and touch only the last page, and to find that page by reading the pagemap takes minutes.
/// </summary>
internal static class EmptySpace
{
    /// <summary>Bytes of unpopulated address space that are read of one process before it is given up.</summary>
    public const long Max = 4L << 40;

    /// <summary>The error number for a process beyond that limit; the kernel never returns it for a pagemap.</summary>
    public const int Exceeded = Errno.EFBIG;

    /// <summary>The error number for a process of a copy without any mapping: the kernel never returns it for these files.</summary>
    public const int Empty = Errno.ENODATA;

    /// <summary>The error number for a process of a copy that has not all the files: the kernel never returns it for these.</summary>
    public const int NotThere = Errno.ENOLINK;

    /// <summary>The error of reading pages, as a clause for a message.</summary>
    public static string Describe(int error) =>
        error switch
        {
            Exceeded => "its pages lie too far apart to be found without PAGEMAP_SCAN (Linux 6.7)",
            FileBounds.Exceeded => FileBounds.Description,
            FileBounds.Malformed => FileBounds.MalformedDescription,
            Empty => "the list of its mappings is empty, though its stat tells of memory: it ended while the copy was made, or the file is damaged",
            NotThere => "not all of its files are in the copy",
            RecordedPagemap.Damaged => RecordedPagemap.Description,
            _ => Errno.Describe(error),
        };
}
