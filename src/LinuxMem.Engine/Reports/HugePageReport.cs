using System.Globalization;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports;

/// <summary>Tells of the pools of huge pages (hugetlb): who has their pages, and how many the databases need. Changes nothing.</summary>
public static class HugePageReport
{
    /// <summary>Lists them by size.</summary>
    /// <exception cref="LinuxMemException">The path is not a /proc tree or snapshot, or has no <c>meminfo</c>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static HugePageResult Read(HugePageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return Scan(options);
        }
        catch (LinuxMemException e) when (e.Kind == LinuxMemError.PermissionDenied)
        {
            using Machine machine = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
            HugePageResult result = Describe(machine, null, options.Cancellation);
            string[] warnings = ["Who has the pages, and how many databases need, is not known: the kernel hides frame numbers from this user. Run this as root."];
            return result with { Warnings = [.. warnings, .. result.Warnings, .. machine.NotRead is string notRead ? [notRead] : Array.Empty<string>()] };
        }
    }

    private static HugePageResult Scan(HugePageOptions options)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, IncludeOpenFiles = true, Cancellation = options.Cancellation, Deadlines = options.Deadlines });
        var warnings = new List<string>();
        DatabaseSplit databases = DatabaseSplit.Find(scan.Table, scan.Threads, warnings, options.Cancellation);
        using var figures = new HugePageFigures(scan.Table.Root, databases, options.Cancellation);
        ScanResult result = ScanReports.Run(
            scan,
            scan.Table.Processes,
            [new HolderSplit(), databases],
            new GroupNaming(_ => true, ByKind: true),
            figures.CountHolders,
            out _,
            reading => figures.Look(reading.Groups[0], reading.Groups[1], key => key.Value as int?, reading.State.Objects.IsKnown));
        HugePageUse? use = figures.Use(() => UnheldMemory.Segments(scan.Table, figures.Objects, isKnown: true, options.Cancellation));
        if (use is null)
        {
            warnings.Add($"Who has the pages, and how many databases need, is not known: '{scan.Table.Root.Path}' does not tell shared memory from files.");
        }

        HugePageResult described = Describe(scan.Table.Root, use, options.Cancellation);
        return described with { Warnings = [.. result.Warnings, .. warnings, .. described.Warnings], Scan = result };
    }

    /// <summary>Lists the pools.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="use">Who has their pages; null where that is not known.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="LinuxMemException">There is no <c>meminfo</c>.</exception>
    internal static HugePageResult Describe(Machine machine, HugePageUse? use, CancellationToken cancellation)
    {
        // A copy may lie where nobody answers.
        (KernelCounters counters, Origin origin, ulong basePage, ulong transparent) = AbandonableCall.Run(_ => (KernelCounters.Read(machine), machine.Origin, machine.PageSize, machine.TransparentPageSize), cancellation);
        var warnings = new List<string>();
        if (counters.Sysfs is null)
        {
            warnings.Add($"Only the pool of the default size is known, without its limit of surplus pages and without NUMA nodes: {machine.WhyNoSysfs}.");
        }

        IReadOnlyList<HugePageCounts> pools = counters.Sysfs?.Pools ?? Default(counters, basePage);
        NodeMemory[] nodes = counters.Sysfs?.Nodes is { Length: > 1 } several ? several : [];
        long?[] priv = use?.PrivateOf(pools) ?? new long?[pools.Count];
        if (use is not null && priv.Contains(null))
        {
            warnings.Add($"Of which pool the {SizeText.InSentence(use.Private)} of private huge pages are is not known: pages of several sizes are in use that no shared memory has.");
        }

        var rows = new List<HugePagePool>();
        for (int i = 0; i < pools.Count; i++)
        {
            HugePagePool row = Row(pools[i], use, priv[i], counters, (long)basePage, origin, warnings);
            rows.Add(row);
            rows.AddRange(
                from node in nodes
                orderby node.Node
                from part in node.Pools
                where part.PageSize == pools[i].PageSize
                select new HugePagePool { PageSize = (long)part.PageSize, Node = node.Node, Total = part.Total, Free = part.Free, Surplus = part.Surplus, Origin = origin });
            rows.AddRange(use?.HoldersOf(row, pools[i], use.Private == 0 ? null : priv.Contains(null) || priv.Count(bytes => bytes > 0) > 1 ? null : priv[i] > 0) ?? []);
        }

        rows.AddRange(TransparentRows(counters, use, (long)transparent, origin));

        return new HugePageResult(rows) { Notices = [.. Unexplained(rows, use), .. Transparent(counters)], Warnings = warnings };
    }

    private static HugePagePool Row(HugePageCounts pool, HugePageUse? use, long? priv, KernelCounters counters, long basePage, Origin origin, List<string> warnings)
    {
        long size = (long)pool.PageSize;
        DatabaseMemory[] pieces = DatabaseMemory.ThatFit([.. (use?.Databases ?? []).Where(piece => piece.IsOf(size, basePage, size == counters.Meminfo("Hugepagesize")) && piece.Pages(size) > 0)], counters.Meminfo("MemTotal"), size, warnings);
        (long? tables, long? saved) = use is null ? default : DatabaseMemory.Tables([.. pieces.Where(piece => piece.PageSize == basePage)], basePage);
        return new HugePagePool
        {
            PageSize = size,
            Total = pool.Total,
            Free = pool.Free,
            Reserved = pool.Reserved,
            Surplus = pool.Surplus,
            Overcommit = pool.Overcommit,
            Segments = use?.Segments(size),
            Objects = use?.Others(size),
            Private = priv,
            Recommended = use is null ? null : pieces.Sum(piece => piece.Pages(size)),
            RecommendedFor = use is null ? null : DatabaseMemory.Describe(pieces),
            PageTables = tables,
            PageTablesSaved = saved,
            Origin = origin,
        };
    }

    /// <summary>The pool of the default size, as <c>meminfo</c> counts it.</summary>
    private static HugePageCounts[] Default(KernelCounters counters, ulong basePage) =>
        counters.Meminfo("Hugepagesize") is long size and > 0 && PageSizes.IsHuge((ulong)size, basePage) && counters.Meminfo("HugePages_Total") is long total && total <= MeminfoFile.MaxBytes / size
            ? [new HugePageCounts((ulong)size, total, Math.Min(total, counters.Meminfo("HugePages_Free") ?? 0), Math.Min(total, counters.Meminfo("HugePages_Rsvd") ?? 0), Math.Min(total, counters.Meminfo("HugePages_Surp") ?? 0))]
            : [];

    /// <summary>Says which promises nobody has: the kernel keeps some for ever whose mapping or file has ended.</summary>
    private static IEnumerable<string> Unexplained(List<HugePagePool> rows, HugePageUse? use) =>
        from row in use is null ? [] : rows
        where row is { Node: null, Holder: null, Kind: "Pool" }
        let unknown = row.Reserved - (use!.Promised(row.PageSize) / row.PageSize)
        where unknown > 0
        select string.Create(CultureInfo.InvariantCulture, $"Of the pages of {SizeText.InSentence(row.PageSize)}, {row.Reserved} are reserved, and at least {unknown} of these for no mapping or object that was found: a hugetlbfs mounted with min_size, a process that could not be read, or a promise that the kernel has lost. Nothing else can use them.");

    /// <summary>All transparent huge pages as the kernel counts them, and what of them each holder maps; none where the kernel counts none.</summary>
    private static IEnumerable<HugePagePool> TransparentRows(KernelCounters counters, HugePageUse? use, long size, Origin origin) =>
        counters.Meminfo("AnonHugePages") is null ? [] :
        [
            HugePagePool.OfTransparent(size, counters.Meminfo("AnonHugePages"), counters.Meminfo("ShmemHugePages"), counters.Meminfo("FileHugePages"), origin),
            .. (use?.Holders ?? []).Select(holder => holder.OfTransparent(size, origin)).OfType<HugePagePool>().OrderByDescending(row => row.Used).ThenBy(row => row.Holder, StringComparer.Ordinal),
        ];

    private static IEnumerable<string> Transparent(KernelCounters counters)
    {
        (string Name, string What)[] lines = [("AnonHugePages", "anonymous memory"), ("ShmemHugePages", "shared memory"), ("FileHugePages", "the cache of files")];
        string[] told = [.. lines.Where(line => counters.Meminfo(line.Name) is not null).Select(line => $"{SizeText.InSentence(counters.Meminfo(line.Name)!.Value)} of {line.What} ({line.Name})")];
        return told.Length == 0 ? []
            : [$"Transparent huge pages are in no pool and need none; in use: {string.Join(", ", told)}. AnonHugePages tells nothing of a database's shared memory."];
    }
}
