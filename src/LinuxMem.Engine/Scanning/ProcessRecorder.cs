using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>Writes processes into a snapshot: each as it was at one moment, or not at all.</summary>
internal sealed class ProcessRecorder : IReadingTaker, IDisposable
{
    private const int SpoolBuffer = 1 << 16;

    /// <summary>How often a living process is read again whose thread has ended meanwhile.</summary>
    private const int MostAttempts = 20;

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
    private readonly PagemapRecorder pages;
    private readonly WholeReading whole;
    private readonly DoubtfulFrames doubtful = new();
    private readonly HashSet<ulong> tables = [];
    private readonly List<(string Name, byte[] Bytes)> files = [];
    private readonly List<(string Name, int Error)> missing = [];
    private readonly byte[] text = new byte[1 << 16];
    private byte[] buffer = new byte[1 << 14];
    private ulong ipcNamespace;
    private bool useScan;

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
        var facts = new PagingFacts(root.PageSize, root.SmallestHugeEntry, true, zero, flags, new Lazy<ulong>(() => root.SwapAreas));
        pages = new PagemapRecorder(facts, runWriter, doubtful);
        Devices = root.FindSegmentDevices();
        Objects = new ObjectRecorder(root, Devices);
        whole = new WholeReading(root, Devices, Objects.Devices, cancellation);
        useScan = options.PagemapMode == PagemapMode.Auto && root.CanScanPagemaps();
    }

    /// <summary>The devices of SysV segments.</summary>
    public SegmentDevices Devices { get; }

    /// <summary>The shared memory objects of the processes.</summary>
    public ObjectRecorder Objects { get; }

    /// <summary>Page map entries written.</summary>
    public long Entries { get; private set; }

    /// <summary>Writes a process; says how that ended, and the error number of one whose pages could not be read.</summary>
    public (JobOutcome Outcome, int Error) Record(MemProcess process)
    {
        (JobOutcome outcome, int error) = whole.Read(process, this);
        switch (outcome)
        {
            case JobOutcome.Scanned:
                Write(process, mapsError: 0, pagesError: 0);
                Objects.Commit(process);
                Entries += runWriter.Entries;
                return (outcome, 0);
            case JobOutcome.Unreadable:
                // What lives is named, whatever could be written of it.
                return TryRecordFacts(process, error) || process.FindAddressSpace() ? (outcome, error) : (JobOutcome.Vanished, 0);
            default:
                return (outcome, 0);
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

    bool IReadingTaker.UseScan => useScan;

    void IReadingTaker.GiveUpScan() => useScan = false;

    int IReadingTaker.LoadMappings(in MachineFolder place, AddressSpace space, byte[] buffer) => CopyMaps(place, space);

    int IReadingTaker.ReadPages(ReadingAttempt attempt, in MachineFolder place, AddressSpace space)
    {
        ipcNamespace = 0;
        if (space.Segments.Count > 0 && !IpcNamespace.TryRead(place, out ipcNamespace))
        {
            return Errno.ESRCH;
        }

        int error = pages.Record(attempt.Pagemap, space.Mappings, attempt.Scan, cancellation);
        if (error != 0)
        {
            return error;
        }

        Objects.Take(attempt.Process, place, space);

        // What a child of vfork(2) that runs a program now is made of does not belong to the pages read before.
        return TryReadFacts(attempt.Process) && !(attempt.MayShare && MemProcess.HasExecutedIn(place, ref buffer)) ? 0 : Errno.ESRCH;
    }

    void IReadingTaker.Discard()
    {
        // What was taken is overwritten when the next process is read.
    }

    /// <summary>Writes what there is of a process whose pages cannot be read; false when it has ended.</summary>
    private bool TryRecordFacts(MemProcess process, int error)
    {
        for (int i = 0; i < MostAttempts; i++)
        {
            if (TryReadMaps(process, out int mapsError) && TryReadFacts(process))
            {
                Write(process, mapsError, error);
                return true;
            }

            if (!process.FindAddressSpace())
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Copies the mappings of a process; false when it, or the thread that it is read through, has ended.</summary>
    private bool TryReadMaps(MemProcess process, out int error)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        error = place.IsOpen ? CopyMaps(place, whole.Space) : place.Error;
        ipcNamespace = 0;
        return !root.IsGone(error) && (error != 0 || whole.Space.Count > 0)
            && (error != 0 || whole.Space.Segments.Count == 0 || IpcNamespace.TryRead(place, out ipcNamespace));
    }

    /// <summary>Writes what was read of a process.</summary>
    private void Write(MemProcess process, int mapsError, int pagesError)
    {
        Span<byte> name = stackalloc byte[64];
        files.ForEach(file => writer.Add(file.Name, file.Bytes));
        string folder = SnapshotArchive.Text(process.AddressSpacePath(name, default));
        AddOrRefuse($"{folder}/maps", maps, mapsError);
        AddOrRefuse($"{folder}/pagemap.runs", runs, pagesError);
        missing.ForEach(file => refused[file.Name] = file.Error);
        AddTable(process);
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
    private int CopyMaps(in MachineFolder place, AddressSpace space)
    {
        maps.Position = 0;
        maps.SetLength(0);
        using OpenedFile file = place.Open("maps\0"u8);
        int n = file.IsOpen ? file.ReadAt(text, 0) : -file.Error;
        for (long offset = 0; n > 0; n = file.ReadAt(text, offset))
        {
            cancellation.ThrowIfCancellationRequested();
            if (offset >= FileBounds.Maps)
            {
                return FileBounds.Exceeded;
            }

            maps.Write(text, 0, n);
            offset += n;
        }

        maps.Flush();
        return n < 0 ? -n : space.Load(new OpenedFile(new FilePart(maps, 0, maps.Length)), fromSmaps: false, text, place);
    }

    /// <summary>Reads the small files of a process, of which an empty one is there, too; false when it has ended meanwhile.</summary>
    private bool TryReadFacts(MemProcess process)
    {
        for (int i = 0; i < MostAttempts; i++)
        {
            files.Clear();
            missing.Clear();
            ReadFacts(process);
            if (process.IsStillThere() && !missing.Exists(file => Errno.IsGone(file.Error)) && HasThreadStat(process))
            {
                return true;
            }

            if (!process.FindAddressSpace())
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// True when the thread that the files were read through still had the address space after the last of them: those of an
    /// ending one are empty.
    /// </summary>
    private bool HasThreadStat(MemProcess process)
    {
        if (process.AddressSpaceThread == 0)
        {
            return true;
        }

        Span<byte> name = stackalloc byte[64];
        int n = root.ReadRecord(process.AddressSpacePath(name, "/stat"u8), ref buffer);
        if (n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) || stat.VirtualSize == 0)
        {
            return false;
        }

        files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, "/stat"u8)), buffer[..n]));
        return true;
    }

    private void ReadFacts(MemProcess process)
    {
        Span<byte> name = stackalloc byte[64];
        int pid = process.Id;
        Take(Machine.ProcessPath(name, pid, "/stat"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/stat"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/status"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/status"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/cgroup"u8), root.ReadWhole(Machine.ProcessPath(name, pid, "/cgroup"u8), ref buffer), isOptional: true);
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
    private void AddTable(MemProcess process)
    {
        if (ipcNamespace != 0 && !tables.Contains(ipcNamespace) && IpcNamespace.ReadTable(root, ipcNamespace, process.Id, process.AddressSpaceThread) is byte[] table)
        {
            tables.Add(ipcNamespace);
            writer.Add(IpcNamespace.TableName(ipcNamespace), table);
        }
    }
}
