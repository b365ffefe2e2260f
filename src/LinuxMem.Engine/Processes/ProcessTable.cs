using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
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
    private readonly Lazy<DateTime> bootTime;
    private readonly Lock instancesGate = new();
    /// <summary>Finds the instances of databases that processes belong to, by ids. What a database is, the rooms above know: they give this.</summary>
    private readonly Func<ProcessTable, CancellationToken, IReadOnlyDictionary<int, ProcessInstance>>? findInstances;
    private IReadOnlyDictionary<int, ProcessInstance>? instances;

    private ProcessTable(Machine root, Func<ProcessTable, CancellationToken, IReadOnlyDictionary<int, ProcessInstance>>? findInstances, CancellationToken stopped)
    {
        Root = root;
        this.findInstances = findInstances;
        Origin = root.Origin;
        Texts = new ProcessTexts(canReadAgain: !root.EndsWithItsFile);
        Patience = new Patience(root.Deadlines, root.AlwaysAnswers);
        Stopped = stopped;
        bootTime = new Lazy<DateTime>(() => BootTimeFile.Read(root));
        Names = new ControlGroupNames(root.Containers, ControlGroups, root.OwnerOfControlGroup);
    }

    /// <summary>The machine that was read.</summary>
    public Machine Root { get; }

    /// <summary>The host name of the machine; null where it is not known.</summary>
    public string? ComputerName => Origin.ComputerName;

    /// <summary>The machine's name, and when it was read.</summary>
    internal Origin Origin { get; }

    /// <summary>
    /// The processes that have an address space, by ascending pid. Among them those that do not answer (<see cref="Unread"/>).
    /// </summary>
    public IReadOnlyList<MemProcess> Processes { get; private set; } = [];

    /// <summary>Parents and children, including kernel threads and zombies.</summary>
    public ProcessTree Tree { get; private set; } = new(new StructList<ProcessEdge>());

    /// <summary>How many processes ended while they were listed.</summary>
    public int Vanished { get; private set; }

    /// <summary>The processes that did not answer so far, and the reason: nothing is known of them that was not read before.</summary>
    public IReadOnlyList<(MemProcess Process, string Reason)> Unread =>
        [.. from process in Processes where process.Unread is not null select (process, process.Unread)];

    /// <summary>How long processes are waited for.</summary>
    internal Patience Patience { get; }

    /// <summary>Cancelled with the command that made the listing.</summary>
    internal CancellationToken Stopped { get; }

    /// <summary>The environment variables to read when <see cref="ProcessFacts.Variables"/> is loaded.</summary>
    internal IReadOnlyCollection<string> Variables { get; private set; } = [];

    internal DateTime BootTime => bootTime.Value;

    /// <summary>The texts of the processes.</summary>
    internal ProcessTexts Texts { get; }

    /// <summary>The control groups of the processes, and the names of what they hold.</summary>
    internal ControlGroupNames Names { get; }

    /// <summary>Lists the processes of a machine.</summary>
    /// <param name="root">The machine to read.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <param name="memoryLimit">Bytes that the texts of the processes may take; null for no limit.</param>
    /// <param name="findInstances">Finds their instances; null where nobody asks for these.</param>
    /// <exception cref="LinuxMemException">The limit of open files is reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static ProcessTable List(Machine root, int threads = 1, CancellationToken cancellation = default, long? memoryLimit = null, Func<ProcessTable, CancellationToken, IReadOnlyDictionary<int, ProcessInstance>>? findInstances = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var table = new ProcessTable(root, findInstances, cancellation);
        if (memoryLimit is long most)
        {
            table.Texts.CountAgainst(new MemoryBudget(most));
        }

        List<int> ids = root.ProcessIds();
        var found = new Listed[ids.Count];
        var silent = new string?[ids.Count];
        if (ids.Count > 0)
        {
            new Inquiry<Listed>(ids.Count, (i, question) => table.ReadOne(ids[i], question), (i, one) => found[i] = one, (i, why) => silent[i] = why)
                .Run(OwnThread.Observe, table.Patience, ProcessInquiry.FewerForFew(threads, ids.Count), cancellation);
        }

        table.ReadNames(ids, silent, found, cancellation);

        // A parent of -1 marks a process that ended before it could be read.
        var edges = new StructList<ProcessEdge>(ids.Count);
        var processes = new List<MemProcess>(ids.Count);
        int vanished = 0;
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Parent >= 0)
            {
                edges.Add(new ProcessEdge(ids[i], found[i].Parent));
            }

            if (found[i].Process is MemProcess process)
            {
                processes.Add(process);
            }
            else if (found[i].Parent < 0)
            {
                vanished++;
            }
        }

        table.Tree = new ProcessTree(edges);
        table.Processes = processes.OrderBy(p => p.Id).ToArray();
        table.Vanished = root.ProcessesEnd ? vanished : 0;
        return table;
    }

    /// <summary>Adds environment variables to those that are read ahead.</summary>
    public void AskFor(IEnumerable<string> variables) => Variables = Variables.Union(variables, StringComparer.Ordinal).ToArray();

    /// <summary>Reads facts of all the processes, as far as they have not been read, with several threads.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Load(IReadOnlyList<MemProcess> processes, ProcessFacts facts, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(processes);
        facts = LoadInstances(processes, facts, cancellation);
        if (facts != ProcessFacts.None)
        {
            ProcessInquiry.Each(processes, threads, process => process.ReadFacts(facts), (process, read) => process.KeepFacts(read), cancellation);
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
        // The time of boot makes times of start, also when the machine is closed.
        _ = processes.FirstOrDefault()?.StartTime;
        facts = LoadInstances(processes, facts, cancellation);
        ProcessInquiry.Each(processes, threads, process => process.Facts.ReadForGood(facts), (process, read) => process.Facts.Keep(read), cancellation);
    }

    /// <summary>Reads facts of processes, and returns those that have neither ended meanwhile nor left a question unanswered.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<MemProcess> LoadRunning(IReadOnlyList<MemProcess> processes, ProcessFacts facts, int threads = 1, CancellationToken cancellation = default)
    {
        LoadToKeep(processes, facts, threads, cancellation);
        return processes.Where(process => process.Unread is null && (process.LoadError == 0 || process.IsRunning()) && process.Unread is null).ToArray();
    }

    /// <summary>The instance of a process; null for none, and when the command was cancelled.</summary>
    internal ProcessInstance? InstanceOf(MemProcess process)
    {
        try
        {
            return FindInstances(Stopped).GetValueOrDefault(process.Id);
        }
        catch (OperationCanceledException) when (Stopped.IsCancellationRequested)
        {
            // The command ends by itself.
            return null;
        }
    }

    /// <summary>Finds the instances if they are among the facts; the others are of each process.</summary>
    private static ProcessFacts LoadInstances(IReadOnlyList<MemProcess> processes, ProcessFacts facts, CancellationToken cancellation)
    {
        if ((facts & ProcessFacts.Instance) != 0 && processes.Count > 0)
        {
            processes[0].Table.FindInstances(cancellation);
        }

        return facts & ~ProcessFacts.Instance;
    }

    private IReadOnlyDictionary<int, ProcessInstance> FindInstances(CancellationToken cancellation)
    {
        lock (instancesGate)
        {
            return instances ??= findInstances is null
                ? throw new InvalidOperationException("The processes were listed without what finds their instances.")
                : findInstances(this, cancellation);
        }
    }

    private Listed ReadOne(int pid, Inquiry<Listed>.Question question)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = ReadFacts.BorrowBuffer();
        using MachineFolder place = Root.OpenPlace(Machine.ProcessPath(name, pid, default));

        // Whose it is, the kernel says at once, also of a process that keeps everything else waiting.
        ProcessOwner owner = place.IsOpen ? ProcessOwner.Of(place) : default;
        var respondent = new ProcessRespondent(Root, pid, owner);
        if (!question.MayAsk(respondent))
        {
            return default;
        }

        int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer) : -place.Error;
        if (n < 0 && Errno.IsOutOfFiles(-n))
        {
            // Out of descriptors does not mean that the process has ended: without it the list would look complete.
            throw new LinuxMemException(LinuxMemError.SystemError, $"The processes cannot be listed, no file can be opened: {Errno.Describe(-n)}. Raise the limit of open files (ulimit -n), or close some.", Root.Path);
        }

        // An empty file is that of a process that has ended; what is in a copy has not. There, a folder without the files of a process
        // is none, and what was not opened is told for the whole tree (Machine.NotRead).
        if ((n == 0 && Root.ProcessesEnd) || Root.IsGone(-n) || (n < 0 && !Root.ProcessesEnd && !(place.IsOpen && Errno.IsGone(-n) && HasMaps(place))))
        {
            return new Listed(null, -1);
        }

        StatFile stat = default;
        if (n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out stat))
        {
            Listed unlisted = ReadName(pid);
            unlisted.Process?.Silence(
                n == 0 ? "its stat is empty"
                : n > 0 ? "its stat is none: the file is damaged"
                : Errno.IsGone(-n) ? "its stat is not in the copy"
                : $"its stat cannot be read: {(-n == FileBounds.Exceeded ? "it is longer than any is" : Errno.Describe(-n))}");
            return unlisted;
        }

        int parent = Math.Max(0, stat.ParentPid);
        if (stat.VirtualSize > 0)
        {
            return new Listed(new MemProcess(this, stat, owner, respondent, 0), parent);
        }

        // Where its main thread has exited, only the others have the address space.
        if (stat.IsKernelThread || stat.Threads <= 1 || !LivingThread.TryFind(Root, pid, out LivingThread thread))
        {
            return new Listed(null, parent);
        }

        stat.VirtualSize = Math.Max(1, thread.VirtualSize);
        stat.ResidentPages = thread.ResidentPages;
        return new Listed(new MemProcess(this, stat, owner, respondent, thread.Id), parent);
    }

    /// <summary>Makes processes of those whose <c>stat</c> does not answer: their name is in a file that waits for nothing.</summary>
    private void ReadNames(List<int> ids, string?[] silent, Listed[] found, CancellationToken cancellation)
    {
        var unread = new List<int>();
        for (int i = 0; i < ids.Count; i++)
        {
            if (silent[i] is not null)
            {
                unread.Add(i);
            }
        }

        if (unread.Count == 0)
        {
            return;
        }

        int[] which = [.. unread];

        new Inquiry<Listed>(which.Length, (i, _) => ReadName(ids[which[i]]), (i, one) => Take(i, one), (i, _) => Take(i, new Listed(Nameless(ids[which[i]], "?"u8, default), -1)))
            .Run(OwnThread.Observe, Patience, 1, cancellation);

        void Take(int i, Listed one)
        {
            one.Process?.Silence(silent[which[i]]!);
            found[which[i]] = one;
        }
    }

    private static bool HasMaps(in MachineFolder place)
    {
        using OpenedFile maps = place.Open("maps\0"u8);
        return maps.IsOpen;
    }

    private Listed ReadName(int pid)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = ReadFacts.BorrowBuffer();
        using MachineFolder place = Root.OpenPlace(Machine.ProcessPath(name, pid, default));
        int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("comm\0"u8), ref buffer) : -place.Error;
        return n > 0 ? new Listed(Nameless(pid, buffer.AsSpan(0, n).TrimEnd((byte)'\n'), ProcessOwner.Of(place)), -1)
            : Root.IsGone(-n) ? new Listed(null, -1)
            : new Listed(Nameless(pid, "?"u8, default), -1);
    }

    private MemProcess Nameless(int pid, ReadOnlySpan<byte> comm, in ProcessOwner owner) => new(this, new StatFile { Pid = pid, Comm = comm }, owner, new ProcessRespondent(Root, pid, owner), 0);

    /// <summary>The control groups of all processes, those read late included.</summary>
    private IEnumerable<ControlGroup?> ControlGroups()
    {
        try
        {
            ProcessInquiry.Each(Processes, Environment.ProcessorCount, process => process.Facts.ReadLate(ProcessFacts.Cgroup), (process, late) => process.Facts.KeepLate(late), Stopped);
        }
        catch (OperationCanceledException) when (Stopped.IsCancellationRequested)
        {
            // Who asks for a name gets a number; the command ends by itself.
            return [];
        }

        return Processes.Where(process => process.Unread is null).Select(process => process.ControlGroup);
    }

    /// <summary>What was read of one number.</summary>
    /// <param name="Process">The process; null when it has no address space, or has ended.</param>
    /// <param name="Parent">Its parent; -1 when that could not be read.</param>
    private readonly record struct Listed(MemProcess? Process, int Parent);
}
