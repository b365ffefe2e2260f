using System.Globalization;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// One look at a machine: the listing of its processes, then one reading of their page maps, from which any number of
/// reports are made. Whoever begins one disposes it; its reports and processes outlive it.
/// </summary>
public sealed class MemScan : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The folder of a process, its page map, its mappings, and the page map of one whose reading is shared.</summary>
    private const int DescriptorsPerThread = 4;

    /// <summary>What the scan opens once, and what the program around it may still open: .NET takes two for each assembly it loads.</summary>
    private const int SpareDescriptors = 18;

    /// <summary>The default memory limit where nothing is left, in bytes: enough to say so.</summary>
    private const long LeastMemory = 8 << 20;

    private readonly int threads;
    private readonly long memoryLimit;
    private readonly ZeroPagePfns zero;

    private MemScan(ScanOptions options, int threads, long memoryLimit, ZeroPagePfns zero, ProcessTable table)
    {
        Options = options;
        this.threads = threads;
        this.memoryLimit = memoryLimit;
        this.zero = zero;
        Table = table;
        table.Texts.CountAgainst(new MemoryBudget(memoryLimit));
    }

    /// <summary>How the scan is carried out.</summary>
    public ScanOptions Options { get; }

    /// <summary>How many threads read pages.</summary>
    public int Threads => threads;

    /// <summary>Bytes that the scan's own sets may take.</summary>
    public long MemoryLimit => memoryLimit;

    /// <summary>The frames of zero pages.</summary>
    internal ZeroPagePfns Zero => zero;

    /// <summary>The processes listed.</summary>
    public ProcessTable Table { get; }

    /// <summary>Checks the options and the rights of this user, and lists the processes.</summary>
    /// <exception cref="LinuxMemException">An option is wrong, or frame numbers may not be seen.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static MemScan Begin(ScanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Threads is < 1)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"The number of threads is {options.Threads}; it must be 1 or more."), options.Threads);
        }

        if (options.MemoryLimit is <= 0)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"The memory limit is {options.MemoryLimit} bytes; it must be above 0."), options.MemoryLimit);
        }

        Machine root = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
        try
        {
            if (options.IsSampling && root.IsOfOneMoment)
            {
                throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{root.Path}' is a snapshot: it has one time, and all samples of it would be the same. Leave out the interval and the number of samples, and take Get-MemGroup or 'linuxmem groups'. What changed between several snapshots: Get-Item *.tar.gz | Get-MemGroup -SplitUid | Compare-MemGroup.", options.ProcRoot);
            }

            ZeroPagePfns zero = root.FindZeroPage();
            int threads = Math.Min(options.Threads ?? Environment.ProcessorCount, MaxThreads());
            return new MemScan(options, threads, options.MemoryLimit ?? DefaultMemoryLimit(), zero, ProcessListing.List(root, threads, options.Cancellation));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Closes what it was read from.</summary>
    public void Dispose() => Table.Root.Dispose();

    /// <summary>Reads the page maps of processes, once, and adds up what the processes of each group map.</summary>
    /// <param name="processes">The processes to read, of <see cref="Table"/>.</param>
    /// <param name="splits">How they are grouped, any number of ways.</param>
    /// <param name="naming">Which groups are read by mapping, too; null for none.</param>
    /// <exception cref="LinuxMemException">A split is wrong, or the memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    internal PageReading Read(IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits, GroupNaming? naming = null)
    {
        foreach (Split split in splits)
        {
            split.Verify(Table);
        }

        var budget = new MemoryBudget(memoryLimit);
        Table.Texts.CountAgainst(budget);
        MappingNames? names = naming is null ? null : new MappingNames(budget, naming.ByKind);
        GroupPages[][] groups = Assign(processes, splits, (key, split) => naming?.PagesOf(key, split, names!, budget), budget, out List<ScanJob> jobs);
        ulong pageSize = Table.Root.PageSize;
        using var flags = new Kpageflags(Table.Root);
        ScanJob[] pending = [.. jobs.Where(job => job.Outcome == JobOutcome.Pending)];
        Array.Sort(pending, static (one, other) => LargestFirst(one.Process, other.Process));
        SegmentDevices segmentDevices = Table.Root.FindSegmentDevices();
        var state = new ScanState(
            Table.Root,
            new PagingFacts(pageSize, Table.Root.SmallestHugeEntry, Table.Root.ProcessesEnd, zero, flags, new Lazy<ulong>(() => Table.Root.SwapAreas)),
            segmentDevices,
            new ObjectCatalog(Table.Root, Options.LooksAtObjects ? Table.Root.FindMemoryDevices(segmentDevices) : null, budget),
            Options.IncludeOpenFiles,
            budget,
            new WorkQueue(pending),
            Options.PagemapMode == PagemapMode.Auto && Table.Root.CanScanPagemaps(),
            Options.MaxEmptySpace / (long)pageSize,
            names,
            Options.Gathers ?? threads >= GatheredPages.LeastThreads,
            Options.Cancellation);
        var reading = new PageReading(state, groups, jobs);
        try
        {
            ReadAll(reading, pending.Length);
            reading.EndReading();
            reading.Resolve(threads);
            state.Objects.Measure(Options.Residence, threads, Options.Cancellation);
            return reading;
        }
        catch
        {
            reading.Dispose();
            throw;
        }
    }

    /// <summary>No more threads than there are files for, which each of them opens a few of at once.</summary>
    private static int MaxThreads() =>
        (int)Math.Clamp(((LimitsFile.FreeDescriptors() ?? long.MaxValue) - SpareDescriptors) / DescriptorsPerThread, 1, 1024);

    private static long DefaultMemoryLimit() =>
        Math.Max(LeastMemory, (MemoryLeft.Read() ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) / 2);

    /// <summary>By the memory of processes, the largest first, and of equal ones the lowest pid.</summary>
    private static int LargestFirst(MemProcess one, MemProcess other) =>
        one.ResidentPages != other.ResidentPages ? other.ResidentPages.CompareTo(one.ResidentPages) : one.Id.CompareTo(other.Id);

    /// <summary>Finds every process's group in every split, before any page is read.</summary>
    private GroupPages[][] Assign(IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits, Func<GroupKey, int, NamedPages?> named, MemoryBudget budget, out List<ScanJob> jobs)
    {
        ProcessFacts facts = ProcessFacts.None;
        foreach (Split split in splits)
        {
            facts |= split.Facts;
        }

        Table.AskFor(splits.SelectMany(split => split.Variables));
        ProcessTable.Load(processes, facts, threads, Options.Cancellation);
        var groups = new Dictionary<GroupKey, GroupPages>[splits.Count];
        for (int s = 0; s < splits.Count; s++)
        {
            groups[s] = splits[s].ExpectedGroups(processes).ToDictionary(key => key, key => New(key, s));
        }

        jobs = new List<ScanJob>(processes.Count);
        foreach (MemProcess process in processes)
        {
            // A split may be a script, which takes its time.
            Options.Cancellation.ThrowIfCancellationRequested();
            Options.Progress?.Invoke(new ScanProgress(jobs.Count, processes.Count, 0, budget.Used, ScanStage.Grouping));
            var mine = new GroupPages[splits.Count];
            bool isComplete = true;
            for (int s = 0; s < splits.Count && isComplete && process.Unread is null; s++)
            {
                if (splits[s].KeyOf(process, Table.Tree) is not GroupKey key)
                {
                    isComplete = false;
                    continue;
                }

                if (!groups[s].TryGetValue(key, out GroupPages? group) && !groups[s].TryGetValue(key = key.Bounded(), out group))
                {
                    budget.Take(key.Size);
                    groups[s][key] = group = New(key, s);
                }

                mine[s] = group;
                group.Expected++;
            }

            var job = new ScanJob(process, mine);
            if (process.Unread is string why)
            {
                job.End(JobOutcome.Unreadable, why);
            }
            else if (!isComplete)
            {
                bool isAlive = process.IsRunning();
                job.End(
                    isAlive ? JobOutcome.Unreadable : JobOutcome.Vanished,
                    process.LoadError != 0 ? UnreadableReason.Describe(process.LoadError) : "its group could not be found out");
            }

            jobs.Add(job);
        }

        foreach (GroupPages group in groups.SelectMany(split => split.Values))
        {
            group.IsBusy = group.Expected > jobs.Count / GatheredPages.BusyPart;
        }

        return groups.Select(split => split.Values.ToArray()).ToArray();

        GroupPages New(GroupKey key, int split) => new(key, budget) { Names = named(key, split) };
    }

    private void ReadAll(PageReading reading, int total)
    {
        ScanState state = reading.State;
        var crew = new Crew(OwnThread.Observe, Table.Patience, LeaveBehind) { HasMore = () => state.Queue.HasMore, Joining = state.Queue.Join, Stopping = state.Queue.Abandon };
        crew.Run(Math.Max(1, threads), Work, Options.Cancellation, () => Options.Progress?.Invoke(new ScanProgress(state.Done, total, References(), state.Budget.Used)));

        void Work(Hand hand)
        {
            var worker = new ScanWorker(state, hand);
            lock (reading.Workers)
            {
                reading.Workers.Add(worker);
            }

            worker.Run();
        }

        void LeaveBehind(Hand hand)
        {
            ((ScanWorker)hand.Tag!).GiveUp();
            state.Queue.Join(-1);
        }

        long References()
        {
            lock (reading.Workers)
            {
                long references = 0;
                foreach (ScanWorker worker in reading.Workers)
                {
                    references += worker.References;
                }

                return references;
            }
        }
    }
}
