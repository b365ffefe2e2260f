using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// Reads processes for a snapshot, each as it was at one moment or not at all, and writes them. One thread uses it, which may be left
/// behind while it reads: until <see cref="TryWrite"/> all that was read is the recorder's own.
/// </summary>
internal sealed class ProcessRecorder : IReadingTaker, IDisposable
{
    /// <summary>The bytes that are kept of a file before it grows on the disk.</summary>
    public const int SpoolBuffer = 1 << 16;

    /// <summary>A larger buffer, which a long environment has made, is not kept.</summary>
    private const int MaxBuffer = 1 << 20;

    /// <summary>How often a living process is read again whose thread has ended meanwhile.</summary>
    private const int MaxAttempts = 20;

    private readonly Recording recording;
    private readonly Machine root;
    private readonly CancellationToken cancellation;
    private readonly FileStream maps;
    private readonly FileStream arguments;
    private readonly FileStream runs;
    private readonly FileStream entries;
    private readonly PageRunWriter runWriter;
    private readonly PagemapRecorder pages;
    private readonly WholeReading whole;
    private readonly DoubtfulFrames doubtful = new();
    private readonly List<(string Name, byte[] Bytes)> files = [];
    private readonly List<(string Name, int Error)> missing = [];
    private readonly byte[] text = new byte[1 << 16];
    private byte[] buffer = new byte[1 << 14];
    private ulong ipcNamespace;
    private SharedObject[] mapped = [];
    private SharedObject[] opened = [];
    private string? argumentsName;
    private int mapsError;
    private bool isRead;

    public ProcessRecorder(Recording recording)
    {
        this.recording = recording;
        root = recording.Root;
        cancellation = recording.Cancellation;
        maps = UnnamedFile.Create(recording.Folder, SpoolBuffer);
        arguments = UnnamedFile.Create(recording.Folder, SpoolBuffer);
        runs = UnnamedFile.Create(recording.Folder, SpoolBuffer);
        entries = UnnamedFile.Create(recording.Folder, SpoolBuffer);
        runWriter = new PageRunWriter(runs, entries);
        pages = new PagemapRecorder(recording.Facts, runWriter, doubtful);
        whole = new WholeReading(root, recording.Devices, recording.Objects.Devices, cancellation);
    }

    /// <summary>How the last reading ended.</summary>
    public JobOutcome Outcome { get; private set; }

    /// <summary>The error number of a process whose pages could not be read; 0 for none.</summary>
    public int Error { get; private set; }

    /// <summary>Reads a process.</summary>
    public void Read(MemProcess process)
    {
        mapsError = 0;
        (Outcome, Error) = whole.Read(process, this);
        isRead = Outcome == JobOutcome.Scanned || (Outcome == JobOutcome.Unreadable && TryReadRest(process));

        // What lives is named, whatever could be read of it.
        if (Outcome == JobOutcome.Unreadable && !isRead && !process.FindAddressSpace())
        {
            (Outcome, Error) = (JobOutcome.Vanished, 0);
        }
    }

    /// <summary>
    /// Writes what was read, unless the process has ended; false when it lives and nothing could be read of it. Called by one
    /// thread at a time.
    /// </summary>
    public bool TryWrite(MemProcess process)
    {
        doubtful.MoveTo(recording.Doubtful);
        if (!isRead)
        {
            return Outcome == JobOutcome.Vanished;
        }

        Span<byte> name = stackalloc byte[64];
        files.ForEach(file => recording.Writer.Add(file.Name, file.Bytes));
        if (argumentsName is not null)
        {
            recording.Writer.Add(argumentsName, arguments);
        }

        string folder = SnapshotArchive.Text(process.AddressSpacePath(name, default));
        AddOrRefuse($"{folder}/maps", maps, mapsError);
        AddOrRefuse($"{folder}/pagemap.runs", runs, Error);
        missing.ForEach(file => recording.Refused[file.Name] = file.Error);
        recording.AddTable(process, ipcNamespace);
        if (Outcome == JobOutcome.Scanned)
        {
            recording.Objects.Commit(process, mapped, opened);
            recording.Entries += runWriter.Entries;
        }

        return true;
    }

    public void Dispose()
    {
        maps.Dispose();
        arguments.Dispose();
        runs.Dispose();
        entries.Dispose();
    }

    bool IReadingTaker.UseScan => recording.UseScan;

    void IReadingTaker.GiveUpScan() => recording.GiveUpScan();

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

        (mapped, opened) = recording.Objects.Look(attempt.Process, place, space);

        // What a child of vfork(2) that runs a program now is made of does not belong to the pages read before.
        return TryReadFacts(attempt.Process) && !(attempt.MayShare && MemProcess.HasExecutedIn(place, ref buffer)) ? 0 : Errno.ESRCH;
    }

    void IReadingTaker.Discard()
    {
        // What was taken is overwritten when the next process is read.
    }

    /// <summary>Reads what there is of a process whose pages cannot be read; false when nothing of it can, or it has ended.</summary>
    private bool TryReadRest(MemProcess process)
    {
        for (int i = 0; i < MaxAttempts; i++)
        {
            if (TryReadMaps(process, out mapsError) && TryReadFacts(process))
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

    private void AddOrRefuse(string name, Stream content, int error)
    {
        if (error == 0)
        {
            recording.Writer.Add(name, content);
        }
        else
        {
            recording.Refused[name] = error;
        }
    }

    /// <summary>Copies the text of the mappings, so that what is read of them is what is written; returns 0 or the error number.</summary>
    private int CopyMaps(in MachineFolder place, AddressSpace space)
    {
        maps.SetLength(0);
        int error = Copy(place.Open("maps\0"u8), maps, FileBounds.Maps);
        maps.Flush();
        return error != 0 ? error : space.Load(new OpenedFile(new FilePart(maps, 0, maps.Length)), fromSmaps: false, text, place);
    }

    /// <summary>Copies a file piece by piece, so that however long it is, it takes no memory, and closes it.</summary>
    /// <returns>0, or the error number: <see cref="FileBounds.Exceeded"/> when it is longer than <paramref name="most"/> bytes.</returns>
    private int Copy(OpenedFile opened, FileStream to, long most)
    {
        using OpenedFile file = opened;
        to.Position = 0;
        int n = file.IsOpen ? file.ReadAt(text, 0) : -file.Error;
        for (long offset = 0; n > 0; n = file.ReadAt(text, offset))
        {
            cancellation.ThrowIfCancellationRequested();
            if (offset >= most)
            {
                to.SetLength(most);
                return FileBounds.Exceeded;
            }

            to.Write(text, 0, n);
            offset += n;
        }

        // What another process had more, goes.
        if (to.Length > to.Position)
        {
            to.SetLength(to.Position);
        }

        return n < 0 ? -n : 0;
    }

    /// <summary>Reads the small files of a process, of which an empty one is there, too; false when it has ended meanwhile.</summary>
    private bool TryReadFacts(MemProcess process)
    {
        for (int i = 0; i < MaxAttempts; i++)
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

    /// <summary>Copies the arguments; of more than 8 MiB the first.</summary>
    private void CopyArguments(ReadOnlySpan<byte> path)
    {
        int error = Copy(root.Open(path), arguments, FileBounds.Texts);
        argumentsName = error is 0 or FileBounds.Exceeded ? SnapshotArchive.Text(path) : null;
        if (argumentsName is null)
        {
            missing.Add((SnapshotArchive.Text(path), error));
        }
    }

    private void ReadFacts(MemProcess process)
    {
        Span<byte> name = stackalloc byte[64];
        int pid = process.Id;
        Take(Machine.ProcessPath(name, pid, "/stat"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/stat"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/status"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/status"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/cgroup"u8), root.ReadWhole(Machine.ProcessPath(name, pid, "/cgroup"u8), ref buffer), isOptional: true);
        CopyArguments(process.AddressSpacePath(name, "/cmdline"u8));
        Take(process.AddressSpacePath(name, "/exe"u8), root.ReadLink(process.AddressSpacePath(name, "/exe"u8), buffer), isOptional: true);
        Take(process.AddressSpacePath(name, "/ns/ipc"u8), root.ReadLink(process.AddressSpacePath(name, "/ns/ipc"u8), buffer), isOptional: true);
        int n = ProcFile.ReadFront(root.Open(process.AddressSpacePath(name, "/environ"u8)), ref buffer, out bool isCut);
        if (n < 0)
        {
            Take(process.AddressSpacePath(name, "/environ"u8), n);
            return;
        }

        if (isCut)
        {
            // The last variable is not whole; what is behind it may be set.
            n = buffer.AsSpan(0, n).LastIndexOf((byte)0) + 1;
            files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, EnvironFile.CutName)), [0]));
        }

        (byte[] kept, byte[] masked) = EnvironmentMask.Divide(buffer.AsSpan(0, n), recording.Options.IncludeEnvironment);
        buffer = buffer.Length > MaxBuffer ? new byte[1 << 14] : buffer;
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
}
