using System.Diagnostics;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Resident and swapped bytes of SysV segments, for every IPC namespace that was loaded.</summary>
internal sealed class SegmentSizes(Machine root)
{
    private readonly ulong basePage = root.PageSize;
    private readonly Dictionary<SegmentId, SysvShmFile> segments = [];
    private readonly HashSet<ulong> known = [];
    private ulong total;

    /// <summary>Reads the segments of an IPC namespace, once.</summary>
    /// <param name="ipcNamespace">The inode of the namespace; 0 for that of this process.</param>
    /// <param name="pids">Processes in it, through which it is read.</param>
    /// <returns>False when the segments could not be read.</returns>
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
            // Any of them will do; none that does not answer is waited for long.
            long started = Stopwatch.GetTimestamp();
            read = pids.TakeWhile(_ => Stopwatch.GetElapsedTime(started) < Patience.Most).Select(pid => root.ReadSegments(ipcNamespace, pid)).FirstOrDefault(found => found is not null);
        }

        if (read is null)
        {
            return false;
        }

        foreach (SysvShmFile segment in read)
        {
            // Skip impossible sizes, so that the sum over all namespaces cannot overflow.
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

    /// <summary>The segments of a loaded namespace.</summary>
    public IEnumerable<SysvShmFile> In(ulong ipcNamespace) =>
        segments.Where(segment => segment.Key.IpcNamespace == ipcNamespace).Select(segment => segment.Value);

    /// <summary>
    /// Corrects the kernel's sizes of hugetlb segments. Since Linux 6.7 their pages are counted in base pages, but
    /// <c>shm_add_rss_swap</c> (ipc/shm.c) still multiplies the count by the huge page size.
    /// </summary>
    /// <param name="attached">The segments and their page sizes.</param>
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
    /// True when the sizes are inflated: decided by the sizes themselves where they allow only one answer, else by the
    /// kernel version.
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

    /// <summary>The resident and swapped bytes of a segment; zero when it has been removed since.</summary>
    public (long Resident, long Swap) Of(SegmentId id) =>
        segments.TryGetValue(id, out SysvShmFile segment) ? ((long)segment.Resident, (long)segment.Swap) : default;
}
