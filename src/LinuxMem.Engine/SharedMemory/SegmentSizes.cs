using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Resident and swapped bytes of SysV segments, in every IPC namespace that was asked about.</summary>
internal sealed class SegmentSizes(Machine root)
{
    private readonly ulong basePage = root.PageSize;
    private readonly Dictionary<SegmentId, SysvShmFile> segments = [];
    private readonly HashSet<ulong> known = [];
    private ulong total;

    /// <summary>Reads the segments of a namespace, once.</summary>
    /// <param name="ipcNamespace">The namespace, 0 for the engine's own.</param>
    /// <param name="pids">Processes that live in it.</param>
    /// <returns>False when they could not be read.</returns>
    public bool TryLoad(ulong ipcNamespace, IEnumerable<int> pids)
    {
        if (known.Contains(ipcNamespace))
        {
            return true;
        }

        List<SysvShmFile>? read = null;
        if (ipcNamespace == 0)
        {
            read = SysvShmFile.Read(root);
        }
        else
        {
            read = pids.Select(pid => root.ReadSegments(ipcNamespace, pid)).FirstOrDefault(found => found is not null);
        }

        if (read is null)
        {
            return false;
        }

        foreach (SysvShmFile segment in read)
        {
            // All tables together hold no more than a number can, as each of them does: what passes it is none.
            if (segment.Resident + segment.Swap > long.MaxValue - total)
            {
                continue;
            }

            total += segment.Resident + segment.Swap;
            segments[new SegmentId(ipcNamespace, segment.ShmId)] = segment;
        }

        known.Add(ipcNamespace);
        return true;
    }

    /// <summary>The segments of a namespace that has been loaded.</summary>
    public IEnumerable<SysvShmFile> In(ulong ipcNamespace) =>
        segments.Where(segment => segment.Key.IpcNamespace == ipcNamespace).Select(segment => segment.Value);

    /// <summary>
    /// Puts right what the kernel says of segments with huge pages: since 6.7 it takes their pages, which it
    /// then began to count in base pages, once more for huge ones (<c>shm_add_rss_swap</c> in ipc/shm.c).
    /// </summary>
    /// <param name="attached">The segments, with the sizes of their pages.</param>
    public void Correct(IEnumerable<AttachedSegment> attached)
    {
        Dictionary<SegmentId, ulong> huge = [];
        foreach (AttachedSegment segment in attached)
        {
            if (segment.PageSize > basePage && segments.ContainsKey(segment.Id))
            {
                huge[segment.Id] = segment.PageSize;
            }
        }

        if (!IsInflated(huge))
        {
            return;
        }

        foreach ((SegmentId id, ulong pageSize) in huge)
        {
            SysvShmFile segment = segments[id];
            segment.Resident /= pageSize / basePage;
            segments[id] = segment;
        }
    }

    /// <summary>
    /// Whether the sizes are inflated is seen from the sizes themselves where they allow only one answer, and
    /// else told by the kernel's version.
    /// </summary>
    private bool IsInflated(Dictionary<SegmentId, ulong> huge)
    {
        foreach ((SegmentId id, ulong pageSize) in huge)
        {
            SysvShmFile segment = segments[id];
            if (segment.Resident % (pageSize / basePage * pageSize) != 0)
            {
                return false;
            }

            if (segment.Resident > (segment.Size + pageSize - 1) / pageSize * pageSize)
            {
                return true;
            }
        }

        return root.KernelVersion >= new Version(6, 7);
    }

    /// <summary>The segment's bytes in memory and in swap; nothing for one that has been removed since.</summary>
    public (long Resident, long Swap) Of(SegmentId id) =>
        segments.TryGetValue(id, out SysvShmFile segment) ? ((long)segment.Resident, (long)segment.Swap) : default;
}
