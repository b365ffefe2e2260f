using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Shm;

/// <summary>Resident and swapped bytes of SysV segments, in every IPC namespace that was asked about.</summary>
internal sealed class SegmentSizes(ProcRoot root)
{
    private readonly Dictionary<SegmentId, SysvShmFile> segments = [];
    private readonly HashSet<ulong> known = [];

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
        else if (root.IsLive)
        {
            read = pids.Select(pid => IpcNamespace.ReadSegments(root, pid)).FirstOrDefault(found => found is not null);
        }

        if (read is null)
        {
            return false;
        }

        foreach (SysvShmFile segment in read)
        {
            segments[new SegmentId(ipcNamespace, segment.ShmId)] = segment;
        }

        known.Add(ipcNamespace);
        return true;
    }

    /// <summary>The segment's bytes in memory and in swap; nothing for one that has been removed since.</summary>
    public (long Resident, long Swap) Of(SegmentId id) =>
        segments.TryGetValue(id, out SysvShmFile segment) ? ((long)segment.Resident, (long)segment.Swap) : default;
}
