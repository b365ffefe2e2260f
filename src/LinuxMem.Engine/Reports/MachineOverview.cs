using System.Globalization;
using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>All that one scan tells of a machine.</summary>
/// <param name="Groups">The groups of all reports.</param>
/// <param name="Mappings">What the groups of the first report map, the largest lines of each.</param>
/// <param name="Sharing">What the groups of each report share.</param>
/// <param name="Processes">The processes, largest first.</param>
/// <param name="Shared">The shared memory objects, largest first.</param>
/// <param name="Parts">Where all memory is.</param>
/// <param name="Cgroups">The control groups, largest charge first.</param>
/// <param name="Scan">The scan.</param>
public sealed record OverviewResult(
    IReadOnlyList<MemGroup> Groups,
    IReadOnlyList<MemMapping> Mappings,
    IReadOnlyList<MemSharing> Sharing,
    IReadOnlyList<MemProcess> Processes,
    IReadOnlyList<Listed> Shared,
    IReadOnlyList<MemPart> Parts,
    IReadOnlyList<MemCgroup> Cgroups,
    ScanResult Scan)
{
    /// <summary>The instances of Oracle, of which none was asked; none where the scan had a filter.</summary>
    public IReadOnlyList<OracleInstance> Oracle { get; init; } = [];

    /// <summary>The clusters of PostgreSQL; none where the scan had a filter.</summary>
    public IReadOnlyList<PostgresInstance> Postgres { get; init; } = [];

    /// <summary>The pools of huge pages and who has them, and transparent huge pages; none where the scan had a filter.</summary>
    public IReadOnlyList<HugePagePool> HugePages { get; init; } = [];
}

/// <summary>Tells all of a machine from one scan: what several cmdlets tell from one each.</summary>
public static class MachineOverview
{
    /// <summary>The lines of a group by mapping; the rest is one.</summary>
    private const int MappingsOfGroup = 25;

    /// <summary>The facts that the columns of processes show, but for those that may have secrets in them.</summary>
    private const ProcessFacts Shown = ProcessFacts.Status | ProcessFacts.Cgroup;

    /// <summary>The reports of groups where none is asked for: by user, and by program.</summary>
    public static IReadOnlyList<Split> DefaultSplits => [new UidSplit(), new PropertySplit("Comm")];

    /// <summary>Reads every process once, in every way.</summary>
    /// <param name="scan">The scan. It should count what processes have open, as the parts of a machine do.</param>
    /// <param name="processes">The processes to read, of <see cref="MemScan.Table"/>.</param>
    /// <param name="splits">The reports of groups; at least one.</param>
    /// <exception cref="LinuxMemException">A split is wrong, or the memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public static OverviewResult Overview(this MemScan scan, IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(processes);
        ArgumentNullException.ThrowIfNull(splits);
        Machine machine = scan.Table.Root;
        CancellationToken cancellation = scan.Options.Cancellation;
        using CgroupTree tree = machine.OpenCgroups();
        var byCgroup = new KnownCgroupSplit(CgroupTable.Paths(machine, processes, tree.Version, cancellation));
        bool isAll = processes.Count == scan.Table.Processes.Count;
        int each = splits.Count, whole = each + 2;
        using DatabaseOverview? databases = isAll ? new DatabaseOverview(scan, first: whole + 1, byProcess: each) : null;
        Split[] all = [.. splits, new ProcessSplit(), byCgroup, new WholeSplit(), .. databases?.Splits ?? []];
        Dictionary<ObjectKey, long> mapped = Mapped(scan, cancellation);
        var mappings = new List<MemMapping>();
        var sharing = new List<MemSharing>();
        var shared = new List<Listed>();
        SharedObject[] objects = [];
        bool isKnown = false;
        Unheld? unheld = null;
        ScanResult result = ScanReports.Run(scan, processes, all, new GroupNaming(key => !splits[0].IsRest(key), ByKind: false) { HugePagesOf = databases?.Holders }, More, out IReadOnlyList<ScanJob> jobs, Look);
        foreach (ScanJob job in jobs.Where(job => job.Outcome == JobOutcome.Scanned))
        {
            job.Process.Counts = job.Groups[each].Counts;
        }

        MemProcess[] measured = [.. jobs.Where(job => job.Outcome == JobOutcome.Scanned).Select(job => job.Process).OrderByDescending(process => process.MemHeld).ThenBy(process => process.Id)];
        ProcessTable.LoadToKeep(measured, Shown, scan.Threads, cancellation);
        MemGroup everything = result.Reports[whole].Groups.FirstOrDefault() ?? throw new LinuxMemException(LinuxMemError.SystemError, "No process could be read: there is nothing to report. Run this as root.");
        result.LaterWarnings.AddRange(unheld!.Warnings);
        return new OverviewResult(
            [.. result.Reports.Take(each).SelectMany(report => report.Groups)],
            mappings,
            sharing,
            measured,
            [.. shared.OrderByDescending(one => one.Rss ?? 0).ThenBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Inode)],
            MachineReport.Of(scan, isAll ? everything : null, objects, isKnown ? unheld : null, result, cancellation).Parts,
            CgroupReport.Describe(tree, [.. result.Reports[each + 1].Groups.Where(group => group.Key is string).Select(group => ((string)group.Key!, group.GroupName, group.ProcessIds, (MemGroup?)group))], scan.Table.Origin, cancellation),
            result)
        {
            Oracle = databases?.Oracle(result) ?? [],
            Postgres = databases?.Postgres(result) ?? [],
            HugePages = databases?.HugePages(unheld.Segments) ?? [],
        };

        void More(MemReport report, IReadOnlyList<GroupPages> groups, ReportFacts facts)
        {
            int index = report.Groups.Count == 0 ? int.MaxValue : report.Groups[0].Report - 1;
            databases?.Count(index, report, groups, facts);
            if (index < each && splits[index] is not WholeSplit)
            {
                sharing.AddRange(SharingBuilder.Build(report, groups, facts, scan.Table.Origin));
            }

            if (index != 0)
            {
                return;
            }

            using var arena = new FrameArena(facts.State.Budget);
            using MappingBuilder builder = new(groups, facts, arena);
            Dictionary<MemCounts, GroupPages> pages = groups.Where(group => group.Names is not null).ToDictionary(group => group.Counts!);
            foreach (MemGroup group in report.Groups.Where(group => pages.ContainsKey(group.Counts!)))
            {
                group.Origin = scan.Table.Origin;
                mappings.AddRange(builder.Build(group, pages[group.Counts!], MappingsOfGroup));
            }
        }

        void Look(PageReading reading)
        {
            isKnown = reading.State.Objects.IsKnown;
            objects = [.. reading.Groups[whole].SelectMany(group => group.Objects)];
            shared.AddRange(Holders(reading.Groups[each]).Select(one => Describe(one.Key, one.Value, mapped.GetValueOrDefault(one.Key.Key))));
            unheld = Unheld.Find(scan.Table, objects, isKnown, cancellation);
            shared.AddRange(unheld.Segments);
            shared.AddRange(unheld.Files);
            databases?.Look(reading);
            shared.ForEach(one => one.Origin = scan.Table.Origin);
        }
    }

    private static Dictionary<SharedObject, List<int>> Holders(IEnumerable<GroupPages> processes)
    {
        var holders = new Dictionary<SharedObject, List<int>>();
        foreach (GroupPages process in processes)
        {
            foreach (SharedObject one in process.Objects)
            {
                if (!holders.TryGetValue(one, out List<int>? pids))
                {
                    holders[one] = pids = [];
                }

                pids.AddRange(process.ProcessIds);
            }
        }

        return holders;
    }

    /// <summary>How much of each object the page tables of all processes map, as the list of objects has it: groups keep frames, and not of what.</summary>
    private static Dictionary<ObjectKey, long> Mapped(MemScan scan, CancellationToken cancellation)
    {
        Machine machine = scan.Table.Root;
        using ObjectScan objects = ObjectScan.Run(scan.Table, scan.Zero, openFiles: false, scan.Options.Residence, scan.Threads, scan.MemoryLimit, cancellation);
        var ram = new RamRanges(IomemFile.SystemRam(machine), machine.PageSize);
        return objects.Holdings.ToDictionary(one => one.Key.Key, one => one.Value.Frames is FrameSet frames ? FrameCount.Of(frames, ram) * (long)machine.PageSize : 0);
    }

    private static Listed Describe(SharedObject one, List<int> pids, long mapped) => new()
    {
        Kind = one.Kind.ToString(),
        Name = one.Name,
        Device = string.Create(CultureInfo.InvariantCulture, $"0:{one.Key.Minor}"),
        Inode = (long)one.Key.Inode,
        Size = one.IsMeasured ? one.Size : null,
        Rss = one.IsMeasured ? one.Resident : null,
        Swap = one.IsMeasured ? one.Swapped : null,
        PageSize = one.IsMeasured ? one.PageSize : null,
        Mapped = mapped,
        Pids = new([.. pids.Order()]),
        Removed = one.IsRemoved,
    };

    /// <summary>As the list of control groups has it, but a process whose group is not known is in the figures all the same.</summary>
    private sealed class KnownCgroupSplit(IReadOnlyDictionary<MemProcess, string> paths) : Split
    {
        private readonly CgroupSplit known = new(paths);

        public override string Name => known.Name;

        public override ProcessFacts Facts => known.Facts;

        public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) => known.KeyOf(process, tree) ?? new GroupKey(null, GroupKey.NotSet);
    }
}
