using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports;

/// <summary>The reports that are made from one scan.</summary>
public static class ScanReports
{
    /// <summary>Reads every process once and accounts for it in every split.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="processes">The processes to read, of <see cref="MemScan.Table"/>.</param>
    /// <param name="splits">The reports to make.</param>
    /// <exception cref="LinuxMemException">A split is wrong, or the memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public static ScanResult Run(this MemScan scan, IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits) => Run(scan, processes, splits, null, null, out _);

    /// <summary>
    /// Reads every process once and gives each its own figures; processes that vanish or cannot be read keep
    /// none.
    /// </summary>
    /// <param name="scan">The scan.</param>
    /// <param name="processes">The processes to read, of <see cref="MemScan.Table"/>.</param>
    /// <returns>The processes read, with their figures, largest <see cref="MemFigures.MemHeld"/> first, and the scan's counts.</returns>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public static (IReadOnlyList<MemProcess> Processes, ScanResult Result) Measure(this MemScan scan, IReadOnlyList<MemProcess> processes)
    {
        ScanResult result = Run(scan, processes, [new ProcessSplit()], null, null, out IReadOnlyList<ScanJob> jobs);
        var measured = new List<MemProcess>(result.Scanned);
        foreach (ScanJob job in jobs.Where(job => job.Outcome == JobOutcome.Scanned))
        {
            job.Process.Counts = job.Groups[0].Counts;
            measured.Add(job.Process);
        }

        return ([.. measured.OrderByDescending(process => process.MemHeld).ThenBy(process => process.ToString(), StringComparer.Ordinal)], result);
    }

    /// <summary>The same, with a look at what was read before it is let go of.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="processes">The processes to read.</param>
    /// <param name="splits">The reports to make.</param>
    /// <param name="look">Called when all is counted.</param>
    internal static ScanResult Run(this MemScan scan, IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits, Action<PageReading> look) => Run(scan, processes, splits, null, null, out _, look);

    /// <summary>Scans, and builds what is asked for beside the reports.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="processes">The processes to read.</param>
    /// <param name="splits">The reports to make.</param>
    /// <param name="naming">Which groups are read by mapping, too; null for none.</param>
    /// <param name="more">Builds more from each report and its groups; null for nothing.</param>
    /// <param name="jobs">Takes the processes, each with how its reading ended.</param>
    /// <param name="look">Called when all is counted.</param>
    internal static ScanResult Run(
        MemScan scan,
        IReadOnlyList<MemProcess> processes,
        IReadOnlyList<Split> splits,
        GroupNaming? naming,
        Action<MemReport, IReadOnlyList<GroupPages>, ReportFacts>? more,
        out IReadOnlyList<ScanJob> jobs,
        Action<PageReading>? look = null)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(processes);
        ArgumentNullException.ThrowIfNull(splits);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        if (scan.Options.Total)
        {
            // One more group, of everything: the row Total of every report.
            splits = [.. splits, new WholeSplit()];
        }

        MissingName[] absent = [.. splits.SelectMany(split => split.Missing(processes, scan.Table.Processes))];
        var areNothing = new bool[splits.Count];
        bool isNothing = splits.Count > 0;
        for (int i = 0; i < splits.Count; i++)
        {
            areNothing[i] = splits[i].FindsNothing(processes);
            isNothing &= areNothing[i];
        }

        if (isNothing)
        {
            // What nobody looks at is not read.
            processes = [];
        }

        using PageReading reading = scan.Read(processes, splits, naming);
        jobs = reading.Jobs;
        Machine machine = scan.Table.Root;
        List<string> warnings = [.. splits.Select(split => split.Caveat(processes)).OfType<string>()];
        TellMembers(jobs);

        // A copy may lie where nobody answers, and a process's IPC namespace is entered through its files.
        IReadOnlyList<ScanJob> read = jobs;
        ScanState state = reading.State;
        MachineFacts known = AbandonableCall.Run(
            _ =>
            {
                SegmentSizes sizes = LoadSegments(machine, read, state, scan.Threads, scan.Options.Cancellation, out List<string> lacking);
                return new MachineFacts(sizes, lacking, new RamRanges(IomemFile.SystemRam(machine), machine.PageSize), new NodeFrames(machine.Nodes, machine.PageSize), MeminfoFile.Read(machine, "MemTotal"u8));
            },
            scan.Options.Cancellation);
        warnings.AddRange(known.Lacking);
        warnings.AddRange(jobs.Any(job => job.Outcome == JobOutcome.Scanned) ? ObjectNotices.Of(state.Objects, machine) : []);
        warnings.AddRange(Folded(state, reading.Groups[0]) is string folded ? [folded] : []);
        var facts = new ReportFacts(state, known.Ram, known.Segments, known.MemTotal, known.Nodes, scan.Threads);
        var reports = new MemReport[splits.Count];
        for (int i = 0; i < reports.Length; i++)
        {
            GroupPages[] groups = areNothing[i] ? [] : Remaining(splits[i], processes, reading.Groups[i]);
            reports[i] = ReportBuilder.Build(splits[i].Name, i + 1, groups, facts);
            more?.Invoke(reports[i], groups, facts);
        }

        if (scan.Options.Total)
        {
            reports = ReportBuilder.WithTotals(reports[..^1], reports[^1]);
        }

        foreach (MemGroup group in reports.SelectMany(report => report.Total is MemGroup total ? report.Groups.Append(total) : report.Groups))
        {
            group.Origin = scan.Table.Origin;
            group.IsSample = scan.Options.IsSample;
        }

        look?.Invoke(reading);
        return new ScanResult
        {
            Reports = reports,
            Scanned = jobs.Count(job => job.Outcome == JobOutcome.Scanned),
            Vanished = jobs.Count(job => job.Outcome == JobOutcome.Vanished),
            Unreadable = [.. jobs.Where(job => job.Outcome == JobOutcome.Unreadable).Select(job => new UnreadableProcess(job.Process, job.Reason!)).OrderBy(unreadable => unreadable.Process.Id)],
            Warnings = warnings,
            Missing = absent,
            Machine = machine,
            PageReferences = reading.PageReferences,
            Adding = reading.Adding,
            PagemapCalls = reading.PagemapCalls,
            PagemapEntries = reading.PagemapEntries,
            PeakMemory = reading.State.Budget.Peak,
            Elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(started),
        };
    }

    /// <summary>Says what was not kept apart in a report by mapping; null for nothing.</summary>
    private static string? Folded(ScanState state, GroupPages[] groups)
    {
        long mappings = state.Names is { Folded: > 0 } names
            ? groups.Sum(group => group.Names?.All.TryGetValue(names.Folded, out NamedPages.Pages? pages) == true ? pages.Mappings : 0)
            : 0;
        return mappings > 0 ? state.Names!.Warning(mappings) : null;
    }

    /// <summary>Gives the groups the ids of the processes that were read.</summary>
    private static void TellMembers(IReadOnlyList<ScanJob> jobs)
    {
        foreach (ScanJob job in jobs.Where(job => job.Outcome == JobOutcome.Scanned).OrderBy(job => job.Process.Id))
        {
            foreach (GroupPages group in job.Groups)
            {
                group.ProcessIds.Add(job.Process.Id);
            }
        }
    }

    /// <summary>The groups that hold a process, or that the split shows in any case; the others held only processes that could not be read.</summary>
    private static GroupPages[] Remaining(Split split, IReadOnlyList<MemProcess> processes, GroupPages[] groups)
    {
        HashSet<GroupKey> expected = [.. split.ExpectedGroups(processes)];
        return [.. groups.Where(group => group.Processes > 0 || expected.Contains(group.Key))];
    }

    private static SegmentSizes LoadSegments(Machine machine, IReadOnlyList<ScanJob> jobs, ScanState state, int threads, CancellationToken cancellation, out List<string> warnings)
    {
        warnings = [];
        var sizes = new SegmentSizes(machine);
        var lacking = new List<MemProcess>();
        ScanJob[] users = [.. jobs.Where(job => job.Outcome == JobOutcome.Scanned && job.IpcNamespace is not null)];
        foreach (List<ScanJob> same in ByIpcNamespace(users))
        {
            if (sizes.TryLoad(same[0].IpcNamespace!.Value, same.Select(job => job.Process)))
            {
                continue;
            }

            // What counts by its own file needs no table; without one, nothing can contradict it.
            foreach (ScanJob job in same)
            {
                job.Claims = [];
            }

            if (same.Any(job => job.Segments.Length > 0))
            {
                lacking.Add(same[0].Process);
            }
        }

        if (lacking.Count > 0)
        {
            // Anybody can make as many namespaces as he has processes.
            string of = lacking.Count == 1 ? "the IPC namespace of process" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{lacking.Count} IPC namespaces, those of processes");
            warnings.Add($"The sizes of SysV segments could not be read for {of} {Examples.Of(lacking)}: shm_mem, shm_swap and shm_uss lack them, but for what the next warning names.");
        }

        var claims = new SegmentClaims(machine, sizes);
        foreach (AttachedSegment[] list in EachList(users).Concat(users.Select(job => job.Claims).Distinct()))
        {
            claims.Hear(list);
        }

        claims.LookAgain([.. users.SelectMany<ScanJob, ProcessClaims>(job => [new(job.Process, job.Segments), new(job.Process, job.Claims)])], threads, cancellation);
        foreach (ScanJob job in users)
        {
            _ = claims.Resolve(job.Process, job.Claims);
            job.Segments = state.Segments.Keep(claims.Resolve(job.Process, job.Segments));
        }

        if (claims.Warning() is string warning)
        {
            warnings.Add(warning);
        }

        if (claims.HasMoved)
        {
            AssignAnew(jobs, users);
        }

        sizes.Correct(EachList(users));
        return sizes;
    }

    /// <summary>All segments of the processes; a list that several of them have comes once.</summary>
    private static IEnumerable<AttachedSegment[]> EachList(ScanJob[] users) => users.Select(job => job.Segments).Distinct();

    private static List<List<ScanJob>> ByIpcNamespace(ScanJob[] users)
    {
        var all = new List<List<ScanJob>>();
        var places = new StructTable<NumberKey, int>();
        foreach (ScanJob job in users)
        {
            ref int place = ref places.Ref(job.IpcNamespace!.Value, out bool isKnown);
            if (!isKnown)
            {
                place = all.Count;
                all.Add([]);
            }

            all[place].Add(job);
        }

        return all;
    }

    /// <summary>Gives the groups the segments that their processes really have.</summary>
    private static void AssignAnew(IReadOnlyList<ScanJob> jobs, ScanJob[] users)
    {
        foreach (GroupPages group in jobs.SelectMany(job => job.Groups).OfType<GroupPages>().Distinct())
        {
            group.ClearSegments();
        }

        foreach (ScanJob job in users)
        {
            foreach (GroupPages group in job.Groups)
            {
                group.AddSegments(job.Segments);
            }
        }
    }

    /// <summary>What is asked of the machine when all processes have been read.</summary>
    private sealed record MachineFacts(SegmentSizes Segments, List<string> Lacking, RamRanges Ram, NodeFrames Nodes, long? MemTotal);
}
