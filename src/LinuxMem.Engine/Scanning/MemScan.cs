using System.Globalization;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// One look at a machine: the listing of its processes, then any number of reports from one reading of their
/// pages. Whoever begins one disposes it; its reports and processes outlive it.
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
    }

    /// <summary>How the scan is carried out.</summary>
    public ScanOptions Options { get; }

    /// <summary>How many threads read pages.</summary>
    public int Threads => threads;

    /// <summary>Bytes that the scan's own sets may take.</summary>
    public long MemoryLimit => memoryLimit;

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

        Machine root = Machine.Open(options.ProcRoot, options.Cancellation);
        try
        {
            ZeroPagePfns zero = root.FindZeroPage();
            int threads = Math.Min(options.Threads ?? Environment.ProcessorCount, MostThreads());
            return new MemScan(options, threads, options.MemoryLimit ?? DefaultMemoryLimit(), zero, ProcessTable.List(root, threads, options.Cancellation));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Closes what it was read from.</summary>
    public void Dispose() => Table.Root.Dispose();

    /// <summary>Reads every process once and accounts for it in every split.</summary>
    /// <param name="processes">The processes to read, of <see cref="Table"/>.</param>
    /// <param name="splits">The reports to make.</param>
    /// <exception cref="LinuxMemException">A split is wrong, or the memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public ScanResult Run(IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits) => Run(processes, splits, out _);

    private ScanResult Run(IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits, out List<ScanJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(processes);
        ArgumentNullException.ThrowIfNull(splits);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        if (Options.Total)
        {
            // One more group, of everything: the row Total of every report.
            splits = [.. splits, new WholeSplit()];
        }

        foreach (Split split in splits)
        {
            split.Verify(Table);
        }

        var budget = new MemoryBudget(memoryLimit);
        GroupPages[][] groups = Assign(processes, splits, budget, out jobs);
        ulong pageSize = Table.Root.PageSize;
        using var flags = new Kpageflags(Table.Root);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Options.Cancellation);
        ScanJob[] pending = jobs.Where(job => job.Outcome == JobOutcome.Pending).OrderByDescending(job => job.Process.ResidentPages).ToArray();
        int workerCount = Math.Max(1, threads);
        using var state = new ScanState(
            Table.Root,
            new PagingFacts(pageSize, Table.Root.SmallestHugeEntry, Table.Root.ProcessesEnd, zero, flags),
            Table.Root.FindSegmentDevices(),
            budget,
            new WorkQueue(pending, workerCount),
            (Options.PagemapMode == PagemapMode.Auto || !Table.Root.ProcessesEnd) && Table.Root.CanScanPagemaps(),
            Options.MostEmptySpace / (long)pageSize,
            cancel.Token);
        var workers = new List<ScanWorker>();
        try
        {
            for (int i = 0; i < workerCount; i++)
            {
                workers.Add(new ScanWorker(state));
            }

            ReadAll(workers, state, pending.Length, cancel);
            long references = workers.Sum(worker => worker.References);
            long calls = workers.Sum(worker => worker.Calls);
            foreach (ScanWorker worker in workers)
            {
                worker.EndReading();
            }

            List<string> warnings = [.. splits.Select(split => split.Caveat(processes)).OfType<string>()];
            SegmentSizes segments = LoadSegments(jobs, warnings);
            var ram = new RamRanges(IomemFile.SystemRam(Table.Root), pageSize);
            long? memTotal = MeminfoFile.Read(Table.Root, "MemTotal"u8);
            MemReport[] reports = splits.Select((split, i) => ReportBuilder.Build(split.Name, i + 1, Remaining(split, groups[i]), state, ram, segments, memTotal, threads)).ToArray();
            if (Options.Total)
            {
                reports = ReportBuilder.WithTotals(reports[..^1], reports[^1]);
            }

            return new ScanResult
            {
                Reports = reports,
                Scanned = jobs.Count(job => job.Outcome == JobOutcome.Scanned),
                Vanished = jobs.Count(job => job.Outcome == JobOutcome.Vanished),
                Unreadable = jobs.Where(job => job.Outcome == JobOutcome.Unreadable)
                    .Select(job => new UnreadableProcess(job.Process, job.Reason!)).OrderBy(unreadable => unreadable.Process.Id).ToArray(),
                Warnings = warnings,
                PageReferences = references,
                PageMapCalls = calls,
                PeakMemory = budget.Peak,
                Elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(started),
            };
        }
        finally
        {
            foreach (GroupPages group in groups.SelectMany(split => split))
            {
                group.Dispose();
            }

            workers.ForEach(worker => worker.Dispose());
        }
    }

    /// <summary>
    /// Reads every process once and gives each its own figures; processes that vanish or cannot be read keep
    /// none.
    /// </summary>
    /// <param name="processes">The processes to read, of <see cref="Table"/>.</param>
    /// <returns>The processes read, with their figures, largest <see cref="MemFigures.MemRss"/> first, and the scan's counts.</returns>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public (IReadOnlyList<MemProcess> Processes, ScanResult Result) Measure(IReadOnlyList<MemProcess> processes)
    {
        ScanResult result = Run(processes, [new ProcessSplit()], out List<ScanJob> jobs);
        var measured = new List<MemProcess>(result.Scanned);
        foreach (ScanJob job in jobs.Where(job => job.Outcome == JobOutcome.Scanned))
        {
            job.Process.Counts = job.Groups[0].Counts;
            measured.Add(job.Process);
        }

        return ([.. measured.OrderByDescending(process => process.MemRss).ThenBy(process => process.ToString(), StringComparer.Ordinal)], result);
    }

    /// <summary>No more threads than there are files for, which each of them opens a few of at once.</summary>
    private static int MostThreads() =>
        (int)Math.Clamp(((LimitsFile.FreeDescriptors() ?? long.MaxValue) - SpareDescriptors) / DescriptorsPerThread, 1, 1024);

    private static long DefaultMemoryLimit() =>
        Math.Max(LeastMemory, (MemoryLeft.Read() ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) / 2);

    /// <summary>Finds every process's group in every split, before any page is read.</summary>
    private GroupPages[][] Assign(IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits, MemoryBudget budget, out List<ScanJob> jobs)
    {
        ProcessFacts facts = splits.Aggregate(ProcessFacts.None, (all, split) => all | split.Facts);
        Table.AskFor(splits.SelectMany(split => split.Variables));
        ProcessTable.Load(processes, facts, threads, Options.Cancellation);
        var groups = new Dictionary<GroupKey, GroupPages>[splits.Count];
        for (int s = 0; s < splits.Count; s++)
        {
            groups[s] = splits[s].ExpectedGroups.ToDictionary(key => key, key => new GroupPages(key, budget));
        }

        jobs = new List<ScanJob>(processes.Count);
        foreach (MemProcess process in processes)
        {
            // A split may be a script, which takes its time.
            Options.Cancellation.ThrowIfCancellationRequested();
            Options.Progress?.Invoke(new ScanProgress(0, processes.Count, 0, budget.Used));
            var mine = new GroupPages[splits.Count];
            bool isComplete = true;
            for (int s = 0; s < splits.Count && isComplete; s++)
            {
                if (splits[s].KeyOf(process, Table.Tree) is not GroupKey key)
                {
                    isComplete = false;
                    continue;
                }

                if (!groups[s].TryGetValue(key, out GroupPages? group))
                {
                    groups[s][key] = group = new GroupPages(key, budget);
                }

                mine[s] = group;
            }

            var job = new ScanJob(process, mine);
            if (!isComplete)
            {
                bool isAlive = process.IsRunning();
                job.End(
                    isAlive ? JobOutcome.Unreadable : JobOutcome.Vanished,
                    process.LoadError != 0 ? Errno.Describe(process.LoadError) : "its group could not be found out");
            }

            jobs.Add(job);
        }

        return groups.Select(split => split.Values.ToArray()).ToArray();
    }

    /// <summary>The groups that hold a process, or that the split shows in any case; the others held only processes that could not be read.</summary>
    private static GroupPages[] Remaining(Split split, GroupPages[] groups)
    {
        HashSet<GroupKey> expected = [.. split.ExpectedGroups];
        return groups.Where(group => group.Processes > 0 || expected.Contains(group.Key)).ToArray();
    }

    private void ReadAll(List<ScanWorker> workers, ScanState state, int total, CancellationTokenSource cancel)
    {
        Exception? failure = null;
        int started = 0;
        using var running = new CountdownEvent(workers.Count);
        foreach (ScanWorker worker in workers)
        {
            WorkThread<bool>? thread = WorkThread<bool>.TryStart("LinuxMem scan", () =>
            {
                try
                {
                    worker.Run();
                    return true;
                }
                catch (Exception e)
                {
                    // The first failure counts; the others are its consequence.
                    Interlocked.CompareExchange(ref failure, e, null);
                    cancel.Cancel();
                    state.Queue.Abandon();
                    return false;
                }
                finally
                {
                    running.Signal();
                }
            });
            if (thread is null)
            {
                // The system gives no more threads (a limit on processes): those there are do the work.
                state.Queue.WorkerMissing();
                running.Signal();
            }
            else
            {
                started++;
            }
        }

        if (started == 0)
        {
            throw new LinuxMemException(LinuxMemError.SystemError, "No thread could be started to read pages: this user or container has reached its limit of processes. Raise the limit, or end some.");
        }

        try
        {
            while (!running.Wait(ProgressInterval))
            {
                Options.Progress?.Invoke(new ScanProgress(state.Done, total, workers.Sum(worker => worker.References), state.Budget.Used));
            }
        }
        finally
        {
            // Whatever the host does while it is told of the progress: the workers' memory outlives them.
            if (!running.IsSet)
            {
                cancel.Cancel();
                running.Wait();
            }
        }

        if (failure is not null)
        {
            Options.Cancellation.ThrowIfCancellationRequested();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private SegmentSizes LoadSegments(List<ScanJob> jobs, List<string> warnings)
    {
        var sizes = new SegmentSizes(Table.Root);
        foreach (IGrouping<ulong, ScanJob> users in jobs
            .Where(job => job.Outcome == JobOutcome.Scanned && job.Segments.Length > 0)
            .GroupBy(job => job.Segments[0].Id.IpcNamespace))
        {
            if (!sizes.TryLoad(users.Key, users.Select(job => job.Process.Id)))
            {
                warnings.Add($"The sizes of SysV segments could not be read for the IPC namespace of process {users.First().Process}: shm_mem, shm_swap and shm_uss lack them.");
            }
        }

        sizes.Correct(jobs.Where(job => job.Outcome == JobOutcome.Scanned).SelectMany(job => job.Segments));
        return sizes;
    }
}
