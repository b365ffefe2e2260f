using System.Diagnostics;
using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// Writes everything that reports are computed from into one compressed file. <see cref="Machine"/> opens it in place
/// of <c>/proc</c>, as any user and on any machine, and the figures are those of the machine it was taken on.
/// </summary>
public static class MemSnapshot
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Files copied unchanged; one that is missing is left out.</summary>
    private static readonly string[] MachineFiles = ["stat", "meminfo", "iomem", "swaps", "version", "vmstat", "zoneinfo", "sys/kernel/shmmax", "sys/kernel/shmall", "sys/vm/overcommit_memory"];

    /// <summary>Takes a snapshot.</summary>
    /// <exception cref="LinuxMemException">The file cannot be written, an option is invalid, or PFNs are hidden
    /// (CAP_SYS_ADMIN).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SnapshotResult Write(SnapshotOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        long started = Stopwatch.GetTimestamp();

        // Reading and writing may block on another user's file system, so they run on an abandonable thread; the
        // caller's filter and progress callback run on the caller's thread.
        using Subject subject = AbandonableCall.Run(stop => Look(options, stop), options.Cancellation);
        IReadOnlyList<MemProcess> processes = options.Filter is ProcessFilter filter
            ? [.. subject.Table.Processes.Where((process, number) =>
            {
                options.Cancellation.ThrowIfCancellationRequested();
                options.Progress?.Invoke(new ScanProgress(number, subject.Table.Processes.Count, 0, 0, ScanStage.Filtering));
                return process.Unread is not null || filter.Matches(process, subject.Table.Tree) || process.Unread is not null;
            })]
            : subject.Table.Processes;
        object? told = null;
        SnapshotResult result = AbandonableCall.Run(
            stop => Write(options, subject, processes, progress => Volatile.Write(ref told, progress), stop),
            options.Cancellation,
            () =>
            {
                if (Interlocked.Exchange(ref told, null) is ScanProgress progress)
                {
                    options.Progress?.Invoke(progress);
                }
            });
        return result with { Elapsed = Stopwatch.GetElapsedTime(started) };
    }

    /// <summary>Lists the processes, with the facts that the filter needs.</summary>
    private static Subject Look(SnapshotOptions options, CancellationToken cancellation)
    {
        Machine root = Machine.Open(options.ProcRoot, cancellation, options.Deadlines);
        try
        {
            return Look(root, options, cancellation);
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private static Subject Look(Machine root, SnapshotOptions options, CancellationToken cancellation)
    {
        if (!root.ProcessesEnd)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{root.Path}' is not a live /proc: a snapshot can be taken of a running system only.", root.Path);
        }

        ZeroPagePfns zero = root.FindZeroPage();
        ProcessTable table = ProcessListing.List(root, Environment.ProcessorCount, cancellation);
        if (options.Filter is ProcessFilter filter)
        {
            filter.Verify(table);
            table.AskFor(filter.Variables);
            ProcessTable.Load(table.Processes, filter.Facts, Environment.ProcessorCount, cancellation);
        }

        return new Subject(root, zero, table);
    }

    private static SnapshotResult Write(
        SnapshotOptions options, Subject subject, IReadOnlyList<MemProcess> processes, Action<ScanProgress> progress, CancellationToken cancellation)
    {
        using WholeFile file = WholeFile.Create(options.Path, options.Force);
        try
        {
            Written written;
            using (var writer = new SnapshotWriter(file.Stream, DateTime.UtcNow))
            {
                written = Write(options, subject, processes, writer, file.Folder, progress, cancellation);
            }

            file.Stream.Flush();
            long size = file.Stream.Length;
            file.Commit(cancellation);
            return new SnapshotResult
            {
                Path = Path.GetFullPath(options.Path),
                Size = size,
                Processes = written.Processes,
                Vanished = written.Vanished,
                Unreadable = written.Unreadable,
                Warnings = written.Warnings,
                Pages = written.Pages,
                Elapsed = TimeSpan.Zero,
            };
        }
        catch (IOException e)
        {
            throw WholeFile.NotWritten(WholeFileKind.Snapshot, options.Path, e.Message, e);
        }
    }

    private static Written Write(
        SnapshotOptions options, Subject subject, IReadOnlyList<MemProcess> processes, SnapshotWriter writer, string folder, Action<ScanProgress> progress, CancellationToken cancellation)
    {
        (Machine root, ZeroPagePfns zero, ProcessTable table) = subject;
        DateTime takenAt = DateTime.UtcNow;
        var refused = new Dictionary<string, int>();
        var users = new Dictionary<uint, string>();
        var containers = new Dictionary<string, ContainerFacts>(StringComparer.Ordinal);
        using var spool = new SpooledFile(folder);
        Array.ForEach(MachineFiles, name => Copy(root, name, spool, writer, refused, cancellation));

        // At the moment of meminfo, with which it is added up.
        SysfsMemory? sysfs = root.ReadSysfs();
        using var recorder = new Recording(root, zero, writer, refused, folder, options, cancellation);
        int scanned = 0, vanished = 0, done = 0;
        var unreadable = new List<UnreadableProcess>();
        var written = new List<MemProcess>();
        long next = Stopwatch.GetTimestamp();
        ProcessTable.Load(processes, ProcessFacts.Owner | ProcessFacts.Cgroup, Environment.ProcessorCount, cancellation);
        recorder.Record(processes, table.Patience, Done);
        AddNames(written, users, containers, cancellation);
        HashSet<int> known = [.. table.Processes.Select(process => process.Id)];
        recorder.RecordOthers([.. root.ProcessIds().Where(pid => !known.Contains(pid))]);
        recorder.RecordFlags();
        var leftOut = new List<string>();
        var manifest = new SnapshotManifest
        {
            Version = SnapshotManifest.CurrentVersion,
            TakenAt = takenAt,
            HostName = root.Origin.ComputerName,
            Kernel = Release(root),
            PageSize = root.PageSize,
            HugePageSizes = [.. root.HugetlbSizes],
            TransparentPageSize = root.TransparentPageSize,
            HugetlbInUse = root.HugetlbInUse,
            SwapAreas = root.SwapAreas,
            ZeroFrames = zero == ZeroPagePfns.None ? null : [zero.First, zero.Last],
            SegmentDevices = [.. recorder.Devices.Known],
            Objects = recorder.Objects.Record(cancellation),
            MemoryDevices = [.. (recorder.Objects.Devices?.Known ?? []).Select(device => new RecordedDevice(device.Device, device.Home))],
            IpcNamespace = root.OwnIpcNamespace,
            Segments = WriteSegments(options, root, spool, writer, refused, users, cancellation),
            Tmpfs = WriteMounts(root, spool, writer, cancellation),
            Sysfs = sysfs,
            Cgroups = CgroupTable.Record(root, written, leftOut, cancellation),
            Oracle = options.SkipOracle ? null : RecordedInstances.ToJson(OracleInstances.Read(new OracleOptions { Deadlines = options.Deadlines, ProcRoot = options.ProcRoot, Timeout = options.OracleTimeout, Cancellation = cancellation }), leftOut),
            Postgres = PostgresReport.Record(table, Environment.ProcessorCount, leftOut, cancellation),
            Users = users,
            WhyNoUsers = root.Users.WhyUnknown,
            Containers = containers,
            RootsControlGroups = table.Names.RootsAmong(written.Select(process => process.ControlGroup)),
            Refused = refused,
        };
        writer.Add(SnapshotArchive.Text(SnapshotManifest.FileName), manifest.ToBytes());
        return new Written(scanned, vanished, unreadable, [.. recorder.Objects.Warnings, .. leftOut], recorder.Entries);

        void Done(MemProcess process, JobOutcome outcome, string? reason)
        {
            if (outcome == JobOutcome.Vanished)
            {
                vanished++;
            }
            else if (process.Unread is null)
            {
                written.Add(process);
            }

            if (outcome == JobOutcome.Scanned)
            {
                scanned++;
            }
            else if (outcome == JobOutcome.Unreadable)
            {
                unreadable.Add(new UnreadableProcess(process, reason!));
            }

            done++;
            if (Stopwatch.GetElapsedTime(next) > ProgressInterval)
            {
                next = Stopwatch.GetTimestamp();
                progress(new ScanProgress(done, processes.Count, recorder.Entries, 0));
            }
        }
    }

    /// <summary>Adds the names of the users and the containers of processes. A name service may take its time.</summary>
    private static void AddNames(List<MemProcess> processes, Dictionary<uint, string> users, Dictionary<string, ContainerFacts> containers, CancellationToken cancellation)
    {
        foreach (MemProcess process in processes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (process is { Uid: long uid, User: string user })
            {
                users[(uint)uid] = user;
            }

            if (process.ControlGroup is { Container: ControlGroupContainer container } group && !process.Names.IsOfUser(group) && process.Names.Of(container.Id) is ContainerFacts facts)
            {
                containers[container.Id] = facts;
            }
        }
    }

    private static void Copy(Machine root, string name, SpooledFile spool, SnapshotWriter writer, Dictionary<string, int> refused, CancellationToken cancellation)
    {
        using OpenedFile file = root.Open([.. SurrogateEscape.Encode(name), 0]);
        int error = file.IsOpen ? spool.Take(file, cancellation) : file.Error;
        if (error == 0)
        {
            writer.Add(name, spool.Content);
        }
        else
        {
            refused[name] = error;
        }
    }

    private static string Release(Machine root)
    {
        byte[] buffer = new byte[4096];
        int n = root.ReadWhole("version\0"u8, ref buffer);
        return (n > 0 ? VersionFile.Release(buffer.AsSpan(0, n)) : null) ?? Environment.OSVersion.Version.ToString();
    }

    /// <summary>Writes the SysV segments of this process's IPC namespace, and returns their pages by shmid.</summary>
    private static Dictionary<ulong, SegmentPages> WriteSegments(
        SnapshotOptions options, Machine root, SpooledFile spool, SnapshotWriter writer, Dictionary<string, int> refused, Dictionary<uint, string> users, CancellationToken cancellation)
    {
        var pages = new Dictionary<ulong, SegmentPages>(NumberHash.Instance);
        try
        {
            foreach (ShmSegment segment in ShmSegments.Read(new ShmOptions { ProcRoot = options.ProcRoot, Cancellation = cancellation, Deadlines = options.Deadlines }))
            {
                pages[(ulong)segment.ShmId] = new SegmentPages((ulong)(segment.PageSize ?? 0), segment.Pages4k, segment.Pages2M, segment.Pages1G);
                users[(uint)segment.Uid] = segment.User;
            }
        }
        catch (LinuxMemException e) when (e.Kind == LinuxMemError.SystemError)
        {
            // A kernel without SysV shared memory: the file is left out.
        }

        Copy(root, "sysvipc/shm", spool, writer, refused, cancellation);
        return pages;
    }

    /// <summary>Writes the mounts, and returns the sizes of the tmpfs mounts by mount id.</summary>
    private static Dictionary<int, TmpfsAnswer> WriteMounts(Machine root, SpooledFile spool, SnapshotWriter writer, CancellationToken cancellation)
    {
        try
        {
            // What was read of the list is what is written.
            (string file, List<(MountInfoFile Mount, TmpfsAnswer Answer)> answers) = TmpfsTable.Look(
                root,
                opened => spool.Take(opened, cancellation) is int error and not 0 ? new FileDescriptor(-error) : spool.Open(),
                cancellation);
            writer.Add(file, spool.Content);
            return answers.DistinctBy(asked => asked.Mount.Id).ToDictionary(asked => asked.Mount.Id, asked => asked.Answer);
        }
        catch (LinuxMemException e) when (e.Kind is LinuxMemError.SystemError or LinuxMemError.PermissionDenied)
        {
            return [];
        }
    }

    /// <summary>The machine and the processes that the snapshot is taken of.</summary>
    private sealed record Subject(Machine Root, ZeroPagePfns Zero, ProcessTable Table) : IDisposable
    {
        public void Dispose() => Root.Dispose();
    }

    private sealed record Written(int Processes, int Vanished, IReadOnlyList<UnreadableProcess> Unreadable, string[] Warnings, long Pages);
}
