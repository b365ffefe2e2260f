using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>Writes processes into a snapshot: each as it was at one moment, or not at all.</summary>
internal sealed class ProcessRecorder : IDisposable
{
    /// <summary>How often a process is read again that has exchanged its address space (execve) meanwhile.</summary>
    private const int MaxAttempts = 3;

    private const int SpoolBuffer = 1 << 16;

    private readonly Machine root;
    private readonly SnapshotWriter writer;
    private readonly SnapshotOptions options;
    private readonly CancellationToken cancellation;
    private readonly Dictionary<string, int> refused;
    private readonly FileStream maps;
    private readonly FileStream runs;
    private readonly FileStream entries;
    private readonly PageRunWriter runWriter;
    private readonly Kpageflags flags;
    private readonly PagingFacts facts;
    private readonly PagemapRecorder pages;
    private readonly AddressSpace space;
    private readonly DoubtfulFrames doubtful = new();
    private readonly HashSet<ulong> tables = [];
    private readonly byte[] text = new byte[1 << 16];
    private byte[] buffer = new byte[1 << 14];
    private bool scan;

    /// <summary>Prepares the writing.</summary>
    /// <param name="root">The live tree.</param>
    /// <param name="zero">The frames of the zero page.</param>
    /// <param name="writer">Takes the files.</param>
    /// <param name="refused">Takes the names of files that cannot be read, with the error numbers.</param>
    /// <param name="folder">Where to keep what is not written yet.</param>
    /// <param name="options">What to write.</param>
    /// <param name="cancellation">Ends it.</param>
    public ProcessRecorder(Machine root, ZeroPagePfns zero, SnapshotWriter writer, Dictionary<string, int> refused, string folder, SnapshotOptions options, CancellationToken cancellation)
    {
        this.cancellation = cancellation;
        this.root = root;
        this.writer = writer;
        this.refused = refused;
        this.options = options;
        maps = UnnamedFile.Create(folder, SpoolBuffer);
        runs = UnnamedFile.Create(folder, SpoolBuffer);
        entries = UnnamedFile.Create(folder, SpoolBuffer);
        runWriter = new PageRunWriter(runs, entries);
        flags = new Kpageflags(root);
        facts = new PagingFacts(root.PageSize, root.SmallestHugeEntry, true, zero, flags);
        pages = new PagemapRecorder(facts, runWriter, doubtful);
        Devices = root.FindSegmentDevices();
        space = new AddressSpace(Devices, root.PageSize);
        scan = root.CanScanPagemaps();
    }

    /// <summary>The devices of SysV segments.</summary>
    public SegmentDevices Devices { get; }

    /// <summary>Page map entries written.</summary>
    public long Entries { get; private set; }

    /// <summary>Writes a process; says how that ended, and the error number of one whose pages could not be read.</summary>
    public (JobOutcome Outcome, int Error) Record(MemProcess process)
    {
        for (int attempt = 0; ; attempt++)
        {
            (JobOutcome outcome, int error) = TryRecord(process, attempt);
            if (outcome != JobOutcome.Pending)
            {
                return (outcome, error);
            }

            if (attempt == MaxAttempts || !process.IsStillThere())
            {
                return (JobOutcome.Vanished, 0);
            }
        }
    }

    /// <summary>Writes what is known of a process without an address space: a kernel thread or a zombie.</summary>
    public void RecordOther(int pid)
    {
        Span<byte> name = stackalloc byte[32];
        int n = root.ReadRecord(Machine.ProcessPath(name, pid, "/stat"u8), ref buffer);
        if (n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.VirtualSize == 0 && (stat.IsKernelThread || stat.Threads <= 1))
        {
            writer.Add(SnapshotArchive.Text(Machine.ProcessPath(name, pid, "/stat"u8)), buffer[..n]);
        }
    }

    /// <summary>Writes the flags of the frames that were in doubt.</summary>
    public void RecordFlags()
    {
        doubtful.WriteTo(runWriter);
        writer.Add("kpageflags.runs", runs);
    }

    public void Dispose()
    {
        flags.Dispose();
        maps.Dispose();
        runs.Dispose();
        entries.Dispose();
    }

    /// <summary>Writes a process; <see cref="JobOutcome.Pending"/> when it has to be begun again.</summary>
    private (JobOutcome Outcome, int Error) TryRecord(MemProcess process, int attempt)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        if (!place.IsOpen || !process.IsStillThere())
        {
            return (JobOutcome.Vanished, 0);
        }

        // Opened before the mappings are read: if this address space is alive in the end, they were its own;
        // but for a child of vfork(2) that executes a program just then, whose parent keeps the old one alive.
        bool mayShare = attempt == 0 ? !process.HasExecuted : !MemProcess.HasExecutedIn(place, ref buffer);
        using Pagemap? map = root.OpenPagemap(place, out int error);
        int mapsError = CopyMaps(place);
        if (error == 0 && mapsError == 0)
        {
            error = RecordPages(process, place, map!);
        }

        if (Errno.IsGone(error) || Errno.IsGone(mapsError))
        {
            return (JobOutcome.Pending, 0);
        }

        var files = new List<(string Name, byte[] Bytes)>();
        var missing = new List<(string Name, int Error)>();
        ReadFacts(process, files, missing);
        if (mapsError == 0 && space.Count == 0)
        {
            // The process has ended, and only its entry is left (a zombie).
            return (JobOutcome.Vanished, 0);
        }

        if (mayShare && MemProcess.HasExecutedIn(place, ref buffer))
        {
            return (JobOutcome.Pending, 0);
        }

        if (!process.IsStillThere() || missing.Exists(file => Errno.IsGone(file.Error)))
        {
            return (process.IsRunning() ? JobOutcome.Pending : JobOutcome.Vanished, 0);
        }

        foreach ((string file, byte[] bytes) in files)
        {
            writer.Add(file, bytes);
        }

        string folder = SnapshotArchive.Text(process.AddressSpacePath(name, default));
        AddOrRefuse($"{folder}/maps", maps, mapsError);
        AddOrRefuse($"{folder}/pagemap.runs", runs, mapsError == 0 ? error : mapsError);
        missing.ForEach(file => refused[file.Name] = file.Error);
        AddTable(process, place);
        if (mapsError != 0 || error != 0)
        {
            return (JobOutcome.Unreadable, mapsError == 0 ? error : mapsError);
        }

        Entries += runWriter.Entries;
        return (JobOutcome.Scanned, 0);
    }

    private void AddOrRefuse(string name, Stream content, int error)
    {
        if (error == 0)
        {
            writer.Add(name, content);
        }
        else
        {
            refused[name] = error;
        }
    }

    /// <summary>Copies the text of the mappings, so that what is read of them is what is written; returns 0 or the error number.</summary>
    private int CopyMaps(in MachineFolder place)
    {
        maps.Position = 0;
        maps.SetLength(0);
        using FileDescriptor file = place.Open("maps\0"u8);
        int n = file.IsOpen ? file.ReadAt(text, 0) : file.Number;
        for (long offset = 0; n > 0; n = file.ReadAt(text, offset))
        {
            cancellation.ThrowIfCancellationRequested();
            maps.Write(text, 0, n);
            offset += n;
        }

        maps.Flush();
        return n < 0 ? -n : space.Load(new FileDescriptor(new FilePart(maps, 0, maps.Length)), fromSmaps: false, text);
    }

    private int RecordPages(MemProcess process, in MachineFolder place, Pagemap map)
    {
        if (scan)
        {
            int error = pages.Record(map, space.Mappings, scan: true, cancellation);
            if (error != Errno.ENOTTY)
            {
                return error;
            }

            // PAGEMAP_SCAN worked on our own page map and does not here.
            scan = false;
        }

        // As in a scan: smaps tells where the few pages of a large address space are.
        if (space.ReadableSize / facts.PageSize > (2 * process.ResidentPages) + 4096
            && space.Load(place, fromSmaps: true, text) is var smapsError and not 0)
        {
            if (smapsError != Errno.ENOENT)
            {
                return smapsError;
            }

            _ = space.Load(new FileDescriptor(new FilePart(maps, 0, maps.Length)), fromSmaps: false, text);
        }

        return pages.Record(map, space.Mappings, scan: false, cancellation);
    }

    /// <summary>Reads the small files of a process; an empty one is there, too.</summary>
    private void ReadFacts(MemProcess process, List<(string Name, byte[] Bytes)> files, List<(string Name, int Error)> missing)
    {
        Span<byte> name = stackalloc byte[64];
        int pid = process.Id;
        Take(Machine.ProcessPath(name, pid, "/stat"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/stat"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/status"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/status"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/cgroup"u8), root.ReadAll(Machine.ProcessPath(name, pid, "/cgroup"u8), ref buffer), isOptional: true);
        if (process.AddressSpaceThread != 0)
        {
            Take(process.AddressSpacePath(name, "/stat"u8), root.ReadRecord(process.AddressSpacePath(name, "/stat"u8), ref buffer));
        }

        Take(process.AddressSpacePath(name, "/cmdline"u8), root.ReadAll(process.AddressSpacePath(name, "/cmdline"u8), ref buffer));
        Take(process.AddressSpacePath(name, "/exe"u8), root.ReadLink(process.AddressSpacePath(name, "/exe"u8), buffer), isOptional: true);
        Take(process.AddressSpacePath(name, "/ns/ipc"u8), root.ReadLink(process.AddressSpacePath(name, "/ns/ipc"u8), buffer), isOptional: true);
        int n = root.ReadAll(process.AddressSpacePath(name, "/environ"u8), ref buffer);
        if (n < 0)
        {
            Take(process.AddressSpacePath(name, "/environ"u8), n);
            return;
        }

        (byte[] kept, byte[] masked) = EnvironmentMask.Divide(buffer.AsSpan(0, n), options.IncludeEnvironment);
        files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, "/environ"u8)), kept));
        if (masked.Length > 0)
        {
            files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, EnvironFile.MaskedName)), masked));
        }

        // Some processes have no program (of the kernel's own making), some kernels no control groups.
        void Take(ReadOnlySpan<byte> path, int result, bool isOptional = false)
        {
            if (result >= 0)
            {
                files.Add((SnapshotArchive.Text(path), buffer[..result]));
            }
            else if (!isOptional || !Errno.IsGone(-result))
            {
                missing.Add((SnapshotArchive.Text(path), -result));
            }
        }
    }

    /// <summary>Writes the table of segments of a process's IPC namespace, once for each but the own.</summary>
    private void AddTable(MemProcess process, in MachineFolder place)
    {
        ulong ipc = space.Segments.Count > 0 ? IpcNamespace.Of(place) : 0;
        if (ipc != 0 && !tables.Contains(ipc) && IpcNamespace.ReadTable(root, process.Id) is byte[] table)
        {
            tables.Add(ipc);
            writer.Add(IpcNamespace.TableName(ipc), table);
        }
    }
}
