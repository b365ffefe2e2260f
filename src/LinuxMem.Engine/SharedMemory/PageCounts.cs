using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// Determines how many pages of each size a segment has. Uses facts of the machine and of the processes that have it
/// attached, and attaches the segment only when these do not suffice.
/// </summary>
internal sealed class PageCounts(Machine root, AttachedProcesses attached, CancellationToken cancellation)
{
    private const ulong TwoMebibytes = 2 << 20;
    private const ulong OneGibibyte = 1 << 30;

    private readonly ulong basePage = root.PageSize;
    private readonly ulong transparentSize = root.TransparentPageSize;
    private readonly long? transparent = TransparentInUse(root);
    private readonly IReadOnlyList<ulong> hugeSizes = root.HugetlbSizes;
    private readonly long? hugeInUse = root.HugetlbInUse;

    /// <summary>
    /// The page size of the segment in bytes, transparent huge pages aside; 0 when it cannot be determined.
    /// </summary>
    public ulong PageSizeOf(in SysvShmFile segment)
    {
        if (root.RecordedSegmentPages(segment.ShmId) is SegmentPages pages)
        {
            return pages.PageSize;
        }

        ulong seen = attached.PageSizeOf(segment.ShmId);
        if (seen != 0)
        {
            return seen;
        }

        if (IsOfBasePages(segment))
        {
            return basePage;
        }

        if (!root.CanAttachSegments || segment.Resident == 0)
        {
            return 0;
        }

        using var mapping = AttachedMapping.Attach(segment.ShmId, segment.Size);
        return mapping?.PageSize ?? 0;
    }

    /// <summary>
    /// True when the kernel's figure for a segment of unknown page size may be too large (see
    /// <see cref="SegmentSizes.Correct"/>).
    /// </summary>
    public bool MayBeInflated(ulong resident)
    {
        foreach (ulong size in hugeSizes)
        {
            if (resident > 0 && resident % (size / basePage * size) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many base pages, 2 MiB pages and 1 GiB pages are resident; null when that is not known.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="pageSize">Its page size in bytes; 0 when it is not known.</param>
    /// <param name="resident">Its resident bytes, corrected (<see cref="SegmentSizes.Correct"/>).</param>
    public (long Base, long Mega, long Giga)? Count(in SysvShmFile segment, ulong pageSize, ulong resident)
    {
        if (root.RecordedSegmentPages(segment.ShmId) is SegmentPages pages)
        {
            return pages is { Base: long small, Mega: long mega, Giga: long giga } ? (small, mega, giga) : null;
        }

        if (resident == 0)
        {
            return (0, 0, 0);
        }

        if (pageSize == basePage)
        {
            return Transparent(segment, resident) is ulong huge
                ? ((long)((resident - huge) / basePage), (long)(huge / TwoMebibytes), 0)
                : null;
        }

        return pageSize switch
        {
            0 => null,
            TwoMebibytes => (0, (long)(resident / pageSize), 0),
            OneGibibyte => (0, 0, (long)(resident / pageSize)),
            _ => (0, 0, 0),
        };
    }

    /// <summary>
    /// Bytes of shared memory in transparent huge pages (<c>ShmemHugePages</c> of meminfo); 0 for a kernel without that
    /// line, null when the kernel is not known either.
    /// </summary>
    private static long? TransparentInUse(Machine root) =>
        MeminfoFile.Read(root, "ShmemHugePages"u8) ?? (root.KernelVersion is null ? null : 0);

    /// <summary>
    /// True when the segment cannot be of hugetlb pages: these are never swapped, and resident only as a whole.
    /// </summary>
    private bool IsOfBasePages(in SysvShmFile segment)
    {
        if (hugeInUse == 0 || segment.Swap > 0)
        {
            return true;
        }

        foreach (ulong size in hugeSizes)
        {
            if (segment.Resident % size == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Bytes in transparent huge pages; null when they cannot be determined.</summary>
    private ulong? Transparent(in SysvShmFile segment, ulong resident)
    {
        // Only 2 MiB has a column; other sizes occur (512 MiB with 64 KiB base pages).
        if (transparent == 0 || resident < transparentSize || transparentSize != TwoMebibytes)
        {
            return 0;
        }

        // Done when the rest is too small for another huge page.
        ulong seen = Math.Min(attached.PmdMappedOf(segment.ShmId, resident / transparentSize * transparentSize), resident);
        if (resident - seen < transparentSize)
        {
            return seen;
        }

        if (!root.CanAttachSegments)
        {
            return null;
        }

        using var mapping = AttachedMapping.Attach(segment.ShmId, segment.Size, transparentSize);
        if (mapping is null)
        {
            return null;
        }

        ulong? huge = mapping.CountHuge(transparentSize, resident, cancellation);
        if (huge is null)
        {
            // The segment may just have grown since the table was read: try again with its current size.
            ulong id = segment.ShmId;
            SysvShmFile now = SysvShmFile.Read(root)?.FirstOrDefault(other => other.ShmId == id) ?? default;
            huge = mapping.CountHuge(transparentSize, now.Resident, cancellation);
        }

        return huge is ulong bytes ? Math.Min(bytes, resident) : null;
    }
}
