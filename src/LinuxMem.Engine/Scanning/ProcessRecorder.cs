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

    private readonly Recording recording;
    private readonly Machine root;
    private readonly CancellationToken cancellation;
    private readonly SpooledFile maps;
    private readonly FactRecorder facts;
    private readonly FileStream runs;
    private readonly FileStream entries;
    private readonly PageRunWriter runWriter;
    private readonly PagemapRecorder pages;
    private readonly WholeReading whole;
    private readonly DoubtfulFrames doubtful = new();
    private readonly byte[] text = new byte[1 << 16];
    private byte[] stat = new byte[1 << 10];
    private ulong ipcNamespace;
    private SharedObject[] mapped = [];
    private SharedObject[] opened = [];
    private int mapsError;
    private bool isRead;

    public ProcessRecorder(Recording recording)
    {
        this.recording = recording;
        root = recording.Root;
        cancellation = recording.Cancellation;
        maps = new SpooledFile(recording.Folder, text);
        facts = new FactRecorder(recording, text);
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
        facts.WriteFiles();
        string folder = SnapshotArchive.Text(process.AddressSpacePath(name, default));
        AddOrRefuse($"{folder}/maps", maps.Content, mapsError);
        AddOrRefuse($"{folder}/pagemap.runs", runs, Error);
        facts.WriteRefused();
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
        facts.Dispose();
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
        return facts.TryRead(attempt.Process) && !(attempt.MayShare && MemProcess.HasExecutedIn(place, ref stat)) ? 0 : Errno.ESRCH;
    }

    void IReadingTaker.Discard()
    {
        // What was taken is overwritten when the next process is read.
    }

    /// <summary>Reads what there is of a process whose pages cannot be read; false when nothing of it can, or it has ended.</summary>
    private bool TryReadRest(MemProcess process)
    {
        for (int i = 0; i < FactRecorder.MaxAttempts; i++)
        {
            if (TryReadMaps(process, out mapsError) && facts.TryRead(process))
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
        using OpenedFile file = place.Open("maps\0"u8);
        int error = maps.Take(file, cancellation, FileBounds.Maps);
        return error != 0 ? error : space.Load(maps.Open(), fromSmaps: false, text, place);
    }
}
