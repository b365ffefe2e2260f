using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// The processes of a machine at one moment. Kernel threads and zombies have no address space: they are in
/// <see cref="Tree"/>, but not in <see cref="Processes"/>.
/// </summary>
public sealed class ProcessTable
{
    /// <summary>
    /// The most characters of unusually long texts that are kept for a machine that cannot be read again.
    /// </summary>
    private const long MaxKept = 32 << 20;

    private readonly Lazy<DateTime> bootTime;
    private long kept;

    private ProcessTable(Machine root)
    {
        Root = root;
        Origin = root.Origin;
        bootTime = new Lazy<DateTime>(() => BootTimeFile.Read(root));
        Names = new ControlGroupNames(root.Containers, () => Processes.Select(process => process.ControlGroup));
    }

    /// <summary>The machine that was read.</summary>
    public Machine Root { get; }

    /// <summary>The host name of the machine; null where it is not known.</summary>
    public string? ComputerName => Origin.ComputerName;

    /// <summary>The machine's name, and when it was read.</summary>
    internal Origin Origin { get; }

    /// <summary>The processes that have an address space, by ascending pid.</summary>
    public IReadOnlyList<MemProcess> Processes { get; private set; } = [];

    /// <summary>Parents and children, including kernel threads and zombies.</summary>
    public ProcessTree Tree { get; private set; } = new([]);

    /// <summary>How many processes ended while they were listed.</summary>
    public int Vanished { get; private set; }

    /// <summary>The environment variables to read when <see cref="ProcessFacts.Variables"/> is loaded.</summary>
    internal IReadOnlyCollection<string> Variables { get; private set; } = [];

    internal DateTime BootTime => bootTime.Value;

    /// <summary>The control groups of the processes, and the names of what they hold.</summary>
    internal ControlGroupNames Names { get; }

    /// <summary>Lists the processes of a machine.</summary>
    /// <param name="root">The machine to read.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <exception cref="LinuxMemException">The limit of open files is reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProcessTable List(Machine root, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        var table = new ProcessTable(root);
        List<int> ids = root.ProcessIds();
        var found = new MemProcess?[ids.Count];
        var parents = new int[ids.Count];
        InParallel(ids.Count, threads, i => found[i] = table.ReadOne(ids[i], out parents[i]), cancellation);

        // A parent of -1 marks a process that ended before it could be read.
        table.Tree = new ProcessTree(ids.Select((pid, i) => (pid, parents[i])).Where(edge => edge.Item2 >= 0));
        table.Processes = found.OfType<MemProcess>().OrderBy(p => p.Id).ToArray();
        table.Vanished = parents.Count(parent => parent < 0);
        return table;
    }

    /// <summary>Adds environment variables to those that are read ahead.</summary>
    public void AskFor(IEnumerable<string> variables) => Variables = Variables.Union(variables, StringComparer.Ordinal).ToArray();

    /// <summary>Reads facts of all the processes, as far as they have not been read, with several threads.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Load(IReadOnlyList<MemProcess> processes, ProcessFacts facts, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(processes);
        if (facts != ProcessFacts.None)
        {
            InParallel(processes.Count, threads, i => processes[i].Load(facts), cancellation);
        }
    }

    /// <summary>
    /// Reads facts of processes that stay in use after the machine is closed. Where it cannot be read again (a
    /// snapshot's file), all facts are read.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void LoadToKeep(IReadOnlyList<MemProcess> processes, ProcessFacts facts, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(processes);
        InParallel(processes.Count, threads, i => processes[i].LoadToKeep(facts), cancellation);
    }

    /// <summary>Reads facts of processes, and returns those that have not ended meanwhile.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<MemProcess> LoadRunning(IReadOnlyList<MemProcess> processes, ProcessFacts facts, int threads = 1, CancellationToken cancellation = default)
    {
        LoadToKeep(processes, facts, threads, cancellation);
        return processes.Where(process => process.LoadError == 0 || process.IsRunning()).ToArray();
    }

    /// <summary>
    /// Reserves room to keep that many characters of unusually long text; false when there is none left.
    /// </summary>
    internal bool HasRoomToKeep(long characters) => Interlocked.Add(ref kept, characters) <= MaxKept;

    /// <summary>Uses one thread per 32 items: starting a thread costs as much as reading several processes.</summary>
    private static void InParallel(int count, int threads, Action<int> action, CancellationToken cancellation) =>
        ParallelWork.For(count, Math.Min(threads, count / 32), action, cancellation);

    private MemProcess? ReadOne(int pid, out int parent)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = StatBuffer.ForThisThread;
        using MachineFolder place = Root.OpenPlace(Machine.ProcessPath(name, pid, default));
        int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer) : -place.Error;
        if (n < 0 && Errno.IsOutOfFiles(-n))
        {
            // Out of descriptors does not mean that the process has ended: without it the list would look complete.
            throw new LinuxMemException(LinuxMemError.SystemError, $"The processes cannot be listed, no file can be opened: {Errno.Describe(-n)}. Raise the limit of open files (ulimit -n), or close some.", Root.Path);
        }

        if (n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat))
        {
            parent = -1;
            return null;
        }

        parent = Math.Max(0, stat.ParentPid);
        if (stat.VirtualSize > 0)
        {
            return new MemProcess(this, stat, ProcessOwner.Of(place), 0);
        }

        if (stat.IsKernelThread || stat.Threads <= 1)
        {
            return null;
        }

        // Its main thread has exited: only the others have the address space.
        if (!LivingThread.TryFind(Root, pid, out LivingThread thread))
        {
            return null;
        }

        stat.VirtualSize = Math.Max(1, thread.VirtualSize);
        stat.ResidentPages = thread.ResidentPages;
        return new MemProcess(this, stat, ProcessOwner.Of(place), thread.Id);
    }

    private static class StatBuffer
    {
        [ThreadStatic]
        private static byte[]? buffer;

        public static byte[] ForThisThread => buffer ??= new byte[2048];
    }
}
