using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// Writes processes into a snapshot, one after another. Each is read by a <see cref="ProcessRecorder"/> on a thread that can be left behind;
/// what is shared and written lies here.
/// </summary>
internal sealed class Recording : IDisposable
{
    private readonly HashSet<ulong> tables = [];
    private readonly Kpageflags flags;
    private readonly Lock gate = new();
    private volatile bool useScan;

    /// <summary>Prepares the writing.</summary>
    /// <param name="root">The live tree.</param>
    /// <param name="zero">The frames of the zero page.</param>
    /// <param name="writer">Takes the files.</param>
    /// <param name="refused">Takes the names of files that cannot be read, with the error numbers.</param>
    /// <param name="folder">Where to keep what is not written yet.</param>
    /// <param name="options">What to write.</param>
    /// <param name="cancellation">Ends it.</param>
    public Recording(Machine root, ZeroPagePfns zero, SnapshotWriter writer, Dictionary<string, int> refused, string folder, SnapshotOptions options, CancellationToken cancellation)
    {
        Root = root;
        Writer = writer;
        Refused = refused;
        Folder = folder;
        Options = options;
        Cancellation = cancellation;
        flags = new Kpageflags(root);
        Facts = new PagingFacts(root.PageSize, root.SmallestHugeEntry, true, zero, flags, new Lazy<ulong>(() => root.SwapAreas));
        Devices = root.FindSegmentDevices();
        Objects = new ObjectRecorder(root, Devices);
        useScan = options.PagemapMode == PagemapMode.Auto && root.CanScanPagemaps();
    }

    public Machine Root { get; }

    public SnapshotWriter Writer { get; }

    public Dictionary<string, int> Refused { get; }

    public string Folder { get; }

    public SnapshotOptions Options { get; }

    public CancellationToken Cancellation { get; }

    public PagingFacts Facts { get; }

    /// <summary>The devices of SysV segments.</summary>
    public SegmentDevices Devices { get; }

    /// <summary>The shared memory objects of the processes.</summary>
    public ObjectRecorder Objects { get; }

    /// <summary>The frames whose flags are to be written.</summary>
    public DoubtfulFrames Doubtful { get; } = new();

    /// <summary>Whether page maps are read with <c>PAGEMAP_SCAN</c>.</summary>
    public bool UseScan => useScan;

    /// <summary>Page map entries written.</summary>
    public long Entries { get; set; }

    public void GiveUpScan() => useScan = false;

    /// <summary>Writes processes.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="done">Told of each how that ended, and why one could not be read.</param>
    /// <param name="patience">How long they are waited for.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Record(IReadOnlyList<MemProcess> processes, Patience patience, Action<MemProcess, JobOutcome, string?> done)
    {
        foreach (MemProcess process in processes)
        {
            if (process.Unread is string why)
            {
                WriteName(process, Errno.ETIMEDOUT);
                done(process, JobOutcome.Unreadable, why);
            }
        }

        MemProcess[] answering = [.. processes.Where(process => process.Unread is null)];
        if (answering.Length > 0)
        {
            // One thread: what is read goes into one file, one after another.
            new Inquiry<ProcessRecorder?>(answering.Length, Ask, Take, Silent).Run(OwnThread.Observe, patience, 1, Cancellation);
        }

        ProcessRecorder? Ask(int i, Inquiry<ProcessRecorder?>.Question question)
        {
            if (!question.MayAsk(answering[i].Respondent))
            {
                return null;
            }

            ProcessRecorder recorder = question.Tool(() => new ProcessRecorder(this));
            recorder.Read(answering[i]);
            return recorder;
        }

        void Take(int i, ProcessRecorder? recorder)
        {
            lock (gate)
            {
                if (!recorder!.TryWrite(answering[i]))
                {
                    WriteName(answering[i], UnreadableReason.Restless);
                }

                done(answering[i], recorder.Outcome, recorder.Outcome == JobOutcome.Unreadable ? UnreadableReason.Describe(recorder.Error) : null);
            }
        }

        void Silent(int i, string why)
        {
            lock (gate)
            {
                answering[i].Silence(why);
                WriteName(answering[i], Errno.ETIMEDOUT);
                done(answering[i], JobOutcome.Unreadable, why);
            }
        }
    }

    /// <summary>Writes that a process is there which could not be read at all: whoever reads the snapshot is to be told.</summary>
    private void WriteName(MemProcess process, int error)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"{process.Id}");
        string rest = string.Create(CultureInfo.InvariantCulture, $") S {process.ParentId} 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {process.StartTicks} {Math.Max(process.VirtualSize, Root.PageSize)} {process.ResidentPages}\n");
        Writer.Add($"{folder}/stat", SurrogateEscape.Encode($"{folder} ({process.Comm}{rest}"));
        foreach (string file in new[] { "status", "maps", "pagemap.runs", "cmdline", "environ" })
        {
            Refused[$"{folder}/{file}"] = error;
        }
    }

    /// <summary>Writes what is known of processes without an address space: kernel threads and zombies.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void RecordOthers(IReadOnlyList<int> ids)
    {
        ProcessInquiry.EachNumber(Root, ids, Read, Write, Cancellation);

        static byte[]? Read(in MachineFolder place)
        {
            byte[] buffer = new byte[2048];
            int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer) : -place.Error;
            return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.VirtualSize == 0 && (stat.IsKernelThread || stat.Threads <= 1) ? buffer[..n] : null;
        }

        void Write(int pid, byte[]? stat)
        {
            if (stat is not null)
            {
                Span<byte> name = stackalloc byte[32];
                Writer.Add(SnapshotArchive.Text(Machine.ProcessPath(name, pid, "/stat"u8)), stat);
            }
        }
    }

    /// <summary>Writes the flags of the frames that were in doubt.</summary>
    public void RecordFlags()
    {
        using FileStream runs = UnnamedFile.Create(Folder, ProcessRecorder.SpoolBuffer);
        using FileStream entries = UnnamedFile.Create(Folder, ProcessRecorder.SpoolBuffer);
        Doubtful.WriteTo(new PageRunWriter(runs, entries));
        Writer.Add("kpageflags.runs", runs);
    }

    /// <summary>Writes the table of segments of a process's IPC namespace, once for each but the own.</summary>
    public void AddTable(MemProcess process, ulong ipcNamespace)
    {
        if (ipcNamespace != 0 && !tables.Contains(ipcNamespace) && IpcNamespace.ReadTable(Root, ipcNamespace, process.Id, process.AddressSpaceThread) is byte[] table)
        {
            tables.Add(ipcNamespace);
            Writer.Add(IpcNamespace.TableName(ipcNamespace), table);
        }
    }

    public void Dispose() => flags.Dispose();
}
