using System.Diagnostics;
using LinuxMem.Engine.MemGroups;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Shm;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// Writes all that the reports are made from into one compressed file, which <see cref="ProcRoot"/> opens in
/// the place of <c>/proc</c>: by any user, on any machine, with the figures of the one it was taken on.
/// </summary>
public static class MemSnapshot
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Files of the machine that are written as they are; one that is missing is missing there, too.</summary>
    private static readonly string[] MachineFiles = ["stat", "meminfo", "iomem", "swaps", "version"];

    /// <summary>Takes a snapshot.</summary>
    /// <exception cref="LinuxMemException">The file cannot be written, an option is wrong, or frame numbers may not be seen.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SnapshotResult Write(SnapshotOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        long started = Stopwatch.GetTimestamp();
        ProcRoot root = ProcRoot.Open(options.ProcRoot, options.Cancellation);
        if (!root.IsLive)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{root.Path}' is not a live /proc: a snapshot can be taken of a running system only.", root.Path);
        }

        ZeroFrames zero = MemScan.ZeroFramesOf(root);
        ProcessTable table = ProcessTable.List(root, Environment.ProcessorCount);
        IReadOnlyList<MemProcess> processes = options.Filter is null ? table.Processes : options.Filter.Matching(table, Environment.ProcessorCount);
        using SnapshotFile file = SnapshotFile.Create(options.Path, options.Force);
        try
        {
            Written written;
            using (var writer = new SnapshotWriter(file.Stream, DateTime.UtcNow))
            {
                written = Write(options, root, zero, table, processes, writer, file.Folder);
            }

            file.Stream.Flush();
            long size = file.Stream.Length;
            file.Commit();
            return new SnapshotResult
            {
                Path = Path.GetFullPath(options.Path),
                Size = size,
                Processes = written.Processes,
                Vanished = written.Vanished,
                Unreadable = written.Unreadable,
                Pages = written.Pages,
                Elapsed = Stopwatch.GetElapsedTime(started),
            };
        }
        catch (IOException e)
        {
            throw SnapshotFile.NotWritten(options.Path, e);
        }
    }

    private static Written Write(
        SnapshotOptions options, ProcRoot root, ZeroFrames zero, ProcessTable table, IReadOnlyList<MemProcess> processes, SnapshotWriter writer, string folder)
    {
        DateTime takenAt = DateTime.UtcNow;
        var refused = new Dictionary<string, int>();
        var users = new Dictionary<uint, string>();
        Array.ForEach(MachineFiles, name => Copy(root, name, writer, refused));
        using var recorder = new ProcessRecorder(root, zero, writer, refused, folder, options);
        int scanned = 0, vanished = 0, done = 0;
        var unreadable = new List<UnreadableProcess>();
        long next = Stopwatch.GetTimestamp();
        foreach (MemProcess process in processes)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            (JobOutcome outcome, int error) = recorder.Record(process);
            if (outcome == JobOutcome.Vanished)
            {
                vanished++;
            }
            else
            {
                if (process is { Uid: long uid, User: string user })
                {
                    users[(uint)uid] = user;
                }

                if (outcome == JobOutcome.Scanned)
                {
                    scanned++;
                }
                else
                {
                    unreadable.Add(new UnreadableProcess(process, EmptySpace.Describe(error)));
                }
            }

            done++;
            if (options.Progress is not null && Stopwatch.GetElapsedTime(next) > ProgressInterval)
            {
                next = Stopwatch.GetTimestamp();
                options.Progress(new ScanProgress(done, processes.Count, recorder.Entries, 0));
            }
        }

        HashSet<int> known = [.. table.Processes.Select(process => process.Id)];
        foreach (int pid in root.ProcessIds().Where(pid => !known.Contains(pid)))
        {
            recorder.RecordOther(pid);
        }

        recorder.RecordFlags();
        var manifest = new SnapshotManifest
        {
            Version = SnapshotManifest.CurrentVersion,
            TakenAt = takenAt,
            Kernel = Release(root),
            PageSize = root.PageSize,
            HugePageSizes = [.. HugePageSizes.Supported(root)],
            TransparentPageSize = HugePageSizes.PmdSize(root),
            HugetlbInUse = HugePageSizes.InUse(root),
            ZeroFrames = zero == ZeroFrames.None ? null : [zero.First, zero.Last],
            SegmentDevices = [.. recorder.Devices.Known],
            IpcNamespace = IpcNamespace.OwnOf(root),
            Segments = WriteSegments(options, root, writer, refused, users),
            Tmpfs = WriteMounts(root, writer),
            Oracle = options.SkipOracle ? null : [.. OracleInstances.Read(new OracleOptions { ProcRoot = options.ProcRoot, Timeout = options.OracleTimeout, Cancellation = options.Cancellation })],
            Users = users,
            Refused = refused,
        };
        writer.Add(SnapshotArchive.Text(SnapshotManifest.FileName), manifest.ToBytes());
        return new Written(scanned, vanished, unreadable, recorder.Entries);
    }

    private static void Copy(ProcRoot root, string name, SnapshotWriter writer, Dictionary<string, int> refused)
    {
        byte[] buffer = new byte[16384];
        int n = root.ReadAll([.. KernelText.Encode(name), 0], ref buffer);
        if (n >= 0)
        {
            writer.Add(name, buffer[..n]);
        }
        else
        {
            refused[name] = -n;
        }
    }

    /// <summary>The kernel's release, out of <c>Linux version 6.18.5 (…</c>.</summary>
    private static string Release(ProcRoot root)
    {
        byte[] buffer = new byte[4096];
        int n = root.ReadAll("version\0"u8, ref buffer);
        string[] words = n > 0 ? KernelText.Decode(buffer.AsSpan(0, n)).Split(' ', 4) : [];
        return words is ["Linux", "version", string release, ..] ? release : Environment.OSVersion.Version.ToString();
    }

    /// <summary>Writes the segments of the own IPC namespace, and returns what they are made of.</summary>
    private static Dictionary<ulong, SegmentPages> WriteSegments(
        SnapshotOptions options, ProcRoot root, SnapshotWriter writer, Dictionary<string, int> refused, Dictionary<uint, string> users)
    {
        var pages = new Dictionary<ulong, SegmentPages>();
        try
        {
            foreach (ShmSegment segment in ShmSegments.Read(new ShmOptions { ProcRoot = options.ProcRoot, Cancellation = options.Cancellation }))
            {
                pages[(ulong)segment.ShmId] = new SegmentPages((ulong)(segment.PageSize ?? 0), segment.Pages4k, segment.Pages2M, segment.Pages1G);
                users[(uint)segment.Uid] = segment.User;
            }
        }
        catch (LinuxMemException e) when (e.Kind == LinuxMemError.SystemError)
        {
            // A kernel without SysV shared memory: what is missing here is missing there.
        }

        Copy(root, "sysvipc/shm", writer, refused);
        return pages;
    }

    /// <summary>Writes the mounts, and returns what those of tmpfs said.</summary>
    private static Dictionary<int, TmpfsAnswer> WriteMounts(ProcRoot root, SnapshotWriter writer)
    {
        try
        {
            (string file, byte[] text, List<(MountInfoFile Mount, TmpfsAnswer Answer)> answers) = TmpfsTable.Look(root);
            writer.Add(file, text);
            return answers.DistinctBy(asked => asked.Mount.Id).ToDictionary(asked => asked.Mount.Id, asked => asked.Answer);
        }
        catch (LinuxMemException e) when (e.Kind is LinuxMemError.SystemError or LinuxMemError.PermissionDenied)
        {
            return [];
        }
    }

    private sealed record Written(int Processes, int Vanished, IReadOnlyList<UnreadableProcess> Unreadable, long Pages);
}
