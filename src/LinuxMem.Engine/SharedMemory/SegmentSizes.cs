using System.Diagnostics;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Resident and swapped bytes of SysV segments, for every IPC namespace that was loaded.</summary>
internal sealed class SegmentSizes(Machine root)
{
    private readonly ulong basePage = root.PageSize;
    private readonly StructTable<SegmentId, SysvShmFile> segments = new();
    private readonly StructSet<NumberKey> known = new();
    private readonly StructSet<SegmentId> strays = new();
    private ulong total;

    /// <summary>Reads the segments of an IPC namespace, once.</summary>
    /// <param name="ipcNamespace">The inode of the namespace; 0 for that of this process.</param>
    /// <param name="processes">Processes that lived in it, through which it is read: the first that still does.</param>
    /// <returns>False when the segments could not be read.</returns>
    public bool TryLoad(ulong ipcNamespace, IEnumerable<MemProcess> processes)
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
            read = processes.TakeWhile(_ => Stopwatch.GetElapsedTime(started) < root.Deadlines.Answer)
                .Select(process => root.ReadSegments(ipcNamespace, process.Id, process.AddressSpaceThread)).FirstOrDefault(found => found is not null);
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
    public IEnumerable<SysvShmFile> In(ulong ipcNamespace)
    {
        foreach ((SegmentId id, SysvShmFile segment) in segments)
        {
            if (id.IpcNamespace == ipcNamespace)
            {
                yield return segment;
            }
        }
    }

    /// <summary>A segment of a loaded table.</summary>
    public bool TryFind(SegmentId id, out SysvShmFile segment) => segments.TryGetValue(id, out segment);

    /// <summary>Adds a segment that no table has, by what its own file says; memory and swap are not told apart.</summary>
    public void AddStray(SegmentId id, in FileUsage file)
    {
        if (file.Bytes <= (ulong)long.MaxValue - total)
        {
            total += file.Bytes;
            segments[id] = new SysvShmFile { ShmId = id.ShmId, Size = file.Size, Resident = file.Bytes };
            strays.Add(id);
        }
    }

    /// <summary>
    /// Corrects the kernel's sizes of hugetlb segments. Since Linux 6.7 their pages are counted in base pages, but
    /// <c>shm_add_rss_swap</c> (ipc/shm.c) still multiplies the count by the huge page size.
    /// </summary>
    /// <remarks>
    /// Each is decided by itself, as far as it can be: by its own file, or where only one answer is possible. What one
    /// process says of its segment never changes the figures of another's.
    /// </remarks>
    /// <param name="attached">The segments and their page sizes.</param>
    public void Correct(IEnumerable<AttachedSegment[]> attached)
    {
        StructTable<SegmentId, AttachedSegment> huge = new();
        foreach (AttachedSegment[] list in attached)
        {
            foreach (AttachedSegment segment in list)
            {
                if (segment.PageSize > basePage && segments.ContainsKey(segment.Id) && !strays.Contains(segment.Id)
                    && (segment.File is not null || !huge.ContainsKey(segment.Id)))
                {
                    huge[segment.Id] = segment;
                }
            }
        }

        bool usual = root.KernelVersion >= new Version(6, 7) || IsAnyBeyondItsSize(huge);
        foreach ((SegmentId id, AttachedSegment claim) in huge)
        {
            SysvShmFile segment = segments[id];
            ulong factor = claim.PageSize / basePage;
            if (IsInflated(segment, claim, factor, usual))
            {
                segment.Resident /= factor;
                segments[id] = segment;
            }
        }
    }

    private bool IsAnyBeyondItsSize(StructTable<SegmentId, AttachedSegment> huge)
    {
        foreach (KeyValue<SegmentId, AttachedSegment> one in huge)
        {
            if (IsBeyondItsSize(one.Value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInflated(in SysvShmFile segment, in AttachedSegment claim, ulong factor, bool usual)
    {
        if (claim.File is FileUsage file)
        {
            // It may have grown between the two looks.
            return Distance(segment.Resident / factor, file.Bytes) < Distance(segment.Resident, file.Bytes);
        }

        return usual && segment.Resident % (factor * claim.PageSize) == 0;
    }

    private static ulong Distance(ulong one, ulong other) => Math.Max(one, other) - Math.Min(one, other);

    /// <summary>True when the kernel says more than the segment can hold: nobody can make it say so.</summary>
    private bool IsBeyondItsSize(in AttachedSegment claim)
    {
        SysvShmFile segment = segments[claim.Id];
        ulong pageSize = claim.PageSize;
        return segment.Resident % (pageSize / basePage * pageSize) == 0 && segment.Resident > (segment.Size + pageSize - 1) / pageSize * pageSize;
    }

    /// <summary>The resident and swapped bytes of a segment; zero when it has been removed since.</summary>
    public (long Resident, long Swap) Of(SegmentId id) =>
        segments.TryGetValue(id, out SysvShmFile segment) ? ((long)segment.Resident, (long)segment.Swap) : default;
}
