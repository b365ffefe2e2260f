using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// Finds out which pages segments are made of, with the least that will do: from what the kernel tells of the
/// machine and of the processes that have them attached, and only where that leaves it open by attaching.
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

    /// <summary>The size of the segment's pages in bytes (transparent huge pages aside); 0 when it cannot be found out.</summary>
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
    /// True when what the kernel says of the memory of a segment whose pages are not known may be too much
    /// (<see cref="SegmentSizes.Correct"/>).
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

    /// <summary>How many base pages, pages of 2 MiB and pages of 1 GiB are in memory; null where that is not known.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="pageSize">The size of its pages in bytes; 0 when it is not known.</param>
    /// <param name="resident">Bytes of it in memory, put right.</param>
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

    /// <summary>A kernel without transparent huge pages of shared memory does not have the line.</summary>
    private static long? TransparentInUse(Machine root) =>
        MeminfoFile.Read(root, "ShmemHugePages"u8) ?? (root.KernelVersion is null ? null : 0);

    /// <summary>Huge pages (hugetlb) are never swapped, and come whole.</summary>
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

    /// <summary>Bytes in transparent huge pages; null where that cannot be found out.</summary>
    private ulong? Transparent(in SysvShmFile segment, ulong resident)
    {
        // There is no column for those of other sizes (512 MiB where base pages are of 64 KiB).
        if (transparent == 0 || resident < transparentSize || transparentSize != TwoMebibytes)
        {
            return 0;
        }

        // What is left when all of some process's are taken off is less than one more.
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
            // It may only have grown since the table was read.
            ulong id = segment.ShmId;
            SysvShmFile now = SysvShmFile.Read(root)?.Find(other => other.ShmId == id) ?? default;
            huge = mapping.CountHuge(transparentSize, now.Resident, cancellation);
        }

        return huge is ulong bytes ? Math.Min(bytes, resident) : null;
    }
}
