using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
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

        (table.Tree, table.Processes, table.Vanished) = new ProcessLister(table).List(threads, cancellation);
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
            ProcessInquiry.Each(processes, threads, process => process.ReadUnread(facts), (process, read) => process.KeepFacts(read), cancellation);
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
}
