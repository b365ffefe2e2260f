using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// Lists the SysV segments of this process's IPC namespace. Allocates and swaps in nothing, except with
/// <see cref="ShmOptions.ForceRead"/>.
/// </summary>
public static class ShmSegments
{
    /// <summary>Lists the segments, largest first.</summary>
    /// <exception cref="LinuxMemException">The path is not a /proc tree or snapshot, or it has no table of
    /// segments.</exception>
    public static IReadOnlyList<ShmSegment> Read(ShmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var root = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
        SegmentSizes sizes = Load(root);
        if (options.ForceRead && root.CanAttachSegments)
        {
            ReadPages(Wanted(sizes, options), options.Cancellation);
            sizes = Load(root);
        }

        return Read(sizes, () => ProcessTable.List(root, options.Threads, options.Cancellation), options);
    }

    /// <summary>The same of a machine that is read for more, whose processes have been listed.</summary>
    /// <exception cref="LinuxMemException">It has no table of segments.</exception>
    internal static IReadOnlyList<ShmSegment> Read(ProcessTable table, ShmOptions options) => Read(Load(table.Root), () => table, options);

    private static IReadOnlyList<ShmSegment> Read(SegmentSizes sizes, Func<ProcessTable> list, ShmOptions options)
    {
        SysvShmFile[] wanted = [.. Wanted(sizes, options)];
        if (wanted.Length == 0)
        {
            return [];
        }

        ProcessTable table = list();
        Machine root = table.Root;
        var attached = AttachedProcesses.Find(table, sizes, options.Threads, options.Cancellation);
        MemProcess[] holders = [.. wanted.SelectMany(segment => attached.Of(segment.ShmId)).Distinct()];
        IReadOnlyDictionary<MemProcess, PmonName> names = PmonName.Find(root, holders, options.Threads, options.Cancellation);
        options.Unread?.Invoke(table.Unread);
        Warn(attached, options);
        var counts = new PageCounts(root, attached, options.Cancellation);
        Dictionary<ulong, ulong> pageSizes = wanted.ToDictionary(segment => segment.ShmId, segment =>
        {
            options.Cancellation.ThrowIfCancellationRequested();
            return counts.PageSizeOf(segment);
        }, NumberHash.Instance);
        sizes.Correct([[.. attached.Segments.UnionBy(
            pageSizes.Select(pair => new AttachedSegment(new SegmentId(0, pair.Key), pair.Value)),
            segment => segment.Id)]]);
        return wanted
            .OrderByDescending(segment => segment.Size)
            .ThenBy(segment => segment.ShmId)
            .Select(segment =>
            {
                options.Cancellation.ThrowIfCancellationRequested();
                return Describe(segment, pageSizes[segment.ShmId], sizes, counts, attached, names, root);
            })
            .ToArray();
    }

    /// <summary>
    /// Lists shmid, key, size in bytes and number of attaches of all segments, without inspecting their pages.
    /// </summary>
    /// <exception cref="LinuxMemException">The machine has no table of segments.</exception>
    public static IReadOnlyList<(long ShmId, int Key, long Size, long Attached)> List(Machine root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return [.. Load(root).In(0).Select(segment => ((long)segment.ShmId, segment.Key, (long)segment.Size, segment.Attached)).OrderByDescending(segment => segment.Item3)];
    }

    private static void Warn(AttachedProcesses attached, ShmOptions options)
    {
        if (attached.Unreadable is [(MemProcess process, int error), ..])
        {
            options.Warn?.Invoke($"The mappings of {attached.Unreadable.Count} living {(attached.Unreadable.Count == 1 ? "process" : "processes")} could not be read, which may have segments attached: {process}: {Scanning.UnreadableReason.Describe(error)}{(attached.Unreadable.Count > 1 ? ", and others" : string.Empty)}.");
        }

        if (attached.Warning is string warning)
        {
            options.Warn?.Invoke(warning);
        }
    }

    private static SegmentSizes Load(Machine root)
    {
        var sizes = new SegmentSizes(root);
        return sizes.TryLoad(0, [])
            ? sizes
            : throw new LinuxMemException(LinuxMemError.SystemError, $"'{root.Path}/sysvipc/shm' cannot be read: {root.NotRead ?? "this kernel, or this copy of a /proc tree, has no table of SysV shared memory."}", root.Path);
    }

    private static IEnumerable<SysvShmFile> Wanted(SegmentSizes sizes, ShmOptions options) =>
        sizes.In(0).Where(segment =>
            (options.Keys?.Contains(segment.Key) ?? true) && (options.ShmIds?.Contains((long)segment.ShmId) ?? true));

    private static void ReadPages(IEnumerable<SysvShmFile> segments, CancellationToken cancellation)
    {
        foreach (SysvShmFile segment in segments)
        {
            using var mapping = AttachedMapping.Attach(segment.ShmId, segment.Size);
            mapping?.ReadAll(cancellation);
        }
    }

    private static ShmSegment Describe(SysvShmFile segment, ulong pageSize, SegmentSizes sizes, PageCounts counts, AttachedProcesses attached, IReadOnlyDictionary<MemProcess, PmonName> names, Machine root)
    {
        long resident = sizes.Of(new SegmentId(0, segment.ShmId)).Resident;
        (long Base, long Mega, long Giga)? pages = counts.Count(segment, pageSize, (ulong)resident);
        IReadOnlyList<MemProcess>? processes = attached.Of(segment.ShmId);
        if (processes.Count == 0 && segment.Attached > 0 && attached.IsPartial)
        {
            processes = null;
        }

        return new ShmSegment
        {
            Key = segment.Key,
            ShmId = (long)segment.ShmId,
            Size = (long)segment.Size,
            Rss = pageSize == 0 && counts.MayBeInflated(segment.Resident) ? null : resident,
            Pages4k = pages?.Base,
            Pages2M = pages?.Mega,
            Pages1G = pages?.Giga,
            Swap = (long)segment.Swap,
            Sid = processes is null ? null : new([.. processes.Select(process => OwnName(process)?.Sid).OfType<string>().Distinct().Order(StringComparer.Ordinal)]),
            Uid = segment.Uid,
            User = root.Users.NameOf(segment.Uid),
            Gid = segment.Gid,
            Mode = "0" + Convert.ToString(segment.Permissions & 0x1ff, 8).PadLeft(3, '0'),
            Attached = segment.Attached,
            CreatorPid = segment.CreatorPid,
            LastPid = segment.LastPid,
            AttachTime = Time(segment.AttachTime),
            DetachTime = Time(segment.DetachTime),
            ChangeTime = Time(segment.ChangeTime),
            AttachedPids = processes is null ? null : new([.. processes.Select(process => process.Id)]),
            Removed = (segment.Permissions & SysvShmFile.Destroyed) != 0,
            Locked = (segment.Permissions & SysvShmFile.MemoryLocked) != 0,
            PageSize = pageSize == 0 ? null : (long)pageSize,
            BasePage = (long)root.PageSize,
            Origin = root.Origin,
        };

        // Others may attach a segment that they may read, and call their process what they like.
        PmonName? OwnName(MemProcess process) => process.Uid == segment.Uid || process.Uid == segment.CreatorUid ? names.GetValueOrDefault(process) : null;
    }

    private static DateTime? Time(long seconds) =>
        seconds > 0 && seconds < int.MaxValue * 100L ? DateTimeOffset.FromUnixTimeSeconds(seconds).LocalDateTime : null;
}
