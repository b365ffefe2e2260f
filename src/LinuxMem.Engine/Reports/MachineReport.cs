using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports;

/// <summary>Tells where all memory of a machine is. Changes nothing.</summary>
public static class MachineReport
{
    /// <summary>Divides the memory of a machine into parts that add up to <c>MemTotal</c>.</summary>
    /// <remarks>
    /// One scan of all processes divides what the kernel counts as one: the cache of files into mapped and not, shared memory by
    /// who has it. The counters are read once, right after it.
    /// </remarks>
    /// <exception cref="LinuxMemException">The path is not a /proc tree or snapshot, or has no <c>meminfo</c>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static MachineResult Read(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string why = "the scan was left out";
        var warnings = new List<string>();
        if (!options.SkipScan)
        {
            try
            {
                return Scan(options);
            }
            catch (LinuxMemException e) when (e.Kind == LinuxMemError.PermissionDenied)
            {
                why = "the kernel hides frame numbers from this user";
                warnings.Add("The processes were not scanned: the kernel hides frame numbers from this user. Shared memory and the cache of files are one part each, and nothing is known of what groups hold. Run this as root.");
            }
        }

        using Machine machine = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
        MachineResult result = Divide(machine, null, why, warnings, null, options.Cancellation);
        return machine.NotRead is string notRead ? result with { Warnings = [.. result.Warnings, notRead] } : result;
    }

    private static MachineResult Scan(MachineOptions options)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, IncludeOpenFiles = true, Cancellation = options.Cancellation, Deadlines = options.Deadlines });
        Machine machine = scan.Table.Root;
        SharedObject[] objects = [];
        bool isKnown = false;
        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()], reading =>
        {
            objects = [.. reading.Groups[0].SelectMany(group => group.Objects)];
            isKnown = reading.State.Objects.IsKnown;
        });
        HeldParts held = Find(machine, result.Reports[0].Groups[0], objects, isKnown ? Unheld.Find(scan.Table, objects, isKnown, options.Cancellation) : null);
        return Divide(machine, held, isKnown ? string.Empty : $"'{machine.Path}' does not tell shared memory from files", result, options.Cancellation);
    }

    /// <summary>The parts of a machine that was scanned with more in view.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="all">All processes as one group; null where some were left out.</param>
    /// <param name="objects">The shared memory objects that they hold.</param>
    /// <param name="unheld">What no process holds; null where shared memory is not told from files.</param>
    /// <param name="result">The result of the scan.</param>
    /// <param name="cancellation">Ends it early.</param>
    internal static MachineResult Of(MemScan scan, MemGroup? all, SharedObject[] objects, Unheld? unheld, ScanResult result, CancellationToken cancellation) => all is null
        ? Divide(scan.Table.Root, null, "the scan had a filter", result.Warnings, null, cancellation)
        : Divide(scan.Table.Root, Find(scan.Table.Root, all, objects, unheld), unheld is not null ? string.Empty : $"'{scan.Table.Root.Path}' does not tell shared memory from files", result, cancellation);

    /// <summary>The parts of a machine that was scanned; what the counters left unread is told, too.</summary>
    private static MachineResult Divide(Machine machine, HeldParts held, string whyNot, ScanResult result, CancellationToken cancellation)
    {
        IReadOnlyList<string> before = result.Warnings;
        MachineResult divided = Divide(machine, held, whyNot, before, result, cancellation);
        return divided with { Warnings = [.. result.Warnings, .. divided.Warnings.Except(before)] };
    }

    private static HeldParts Find(Machine machine, MemGroup all, SharedObject[] objects, Unheld? unheld)
    {
        long page = (long)machine.PageSize;

        // Of private huge pages (hugetlb) page maps say what they say of other anonymous memory.
        long sharedHuge = objects.Where(one => one.PageSize > page).Sum(one => one.Resident);
        long privateHuge = Math.Min(all.MemAnon ?? 0, Math.Max(0, (machine.HugetlbInUse ?? sharedHuge) - sharedHuge));
        return new HeldParts
        {
            Anonymous = (all.MemAnon ?? 0) - privateHuge,
            File = all.MemFile,
            PageTables = all.PageTables,
            Huge = sharedHuge + privateHuge,
            Shared = unheld is null ? null : FindShared(all.Counts!, objects, unheld, page),
            Warnings = unheld?.Warnings ?? [],
            Held = (all.MemHeld ?? 0) + (all.PageTables ?? 0),
        };
    }

    private static SharedParts FindShared(MemCounts counts, SharedObject[] objects, Unheld unheld, long page)
    {
        // Segments that could not be looked at count by the kernel's table.
        long byTable = counts.Segments.Resident - counts.Objects.Segments.Resident;
        SharedObject[] small = [.. objects.Where(one => one.PageSize == page)];
        long attached = small.Where(one => one.Kind == SharedMemoryKind.SysV).Sum(one => one.Resident) + byTable;
        return new SharedParts(
            attached,
            unheld.Segments.Where(one => one.PageSize == page && one.Mapped == 0).Sum(one => one.Rss ?? 0),
            small.Where(one => one.Kind != SharedMemoryKind.SysV).Sum(one => one.Resident),
            unheld.Files.Sum(one => one.Rss ?? 0),
            unheld.Files.Any(one => one.Swap is null));
    }

    private static MachineResult Divide(Machine machine, HeldParts? held, string why, IReadOnlyList<string> warnings, ScanResult? scan, CancellationToken cancellation)
    {
        // A copy may lie where nobody answers.
        (KernelCounters counters, long locked, Origin origin) = AbandonableCall.Run(_ => (KernelCounters.Read(machine), Locked(machine), machine.Origin), cancellation);
        IReadOnlyList<MemPart> parts = MachineParts.Of(counters, held, why, machine.WhyNoSysfs, locked, origin);
        return new MachineResult(parts) { Notices = [.. Notices(counters, held)], Warnings = held is null ? warnings : [.. warnings, .. held.Warnings], Scan = scan };
    }

    /// <summary>Bytes in memory of the segments that are locked there.</summary>
    private static long Locked(Machine machine) =>
        (SysvShmFile.Read(machine) ?? []).Where(one => (one.Permissions & SysvShmFile.MemoryLocked) != 0).Sum(one => (long)Math.Min(one.Resident, long.MaxValue >> 20));

    private static IEnumerable<string> Notices(KernelCounters counters, HeldParts? held)
    {
        long Of(string name) => counters.Meminfo(name) ?? 0;
        long total = Of("MemTotal"), free = Of("MemFree"), cache = Of("Buffers") + Of("Cached") + Of("SReclaimable");
        string before = $"{SizeText.InSentence(Math.Max(0, total - free - cache))} (total less free less buff/cache, before procps 4)";
        string used = counters.Meminfo("MemAvailable") is long available ? $"{SizeText.InSentence(total - available)} (total less available, procps 4), or {before}" : before;
        yield return $"free(1) shows of these {SizeText.InSentence(total)}: free {SizeText.InSentence(free)}; shared {SizeText.InSentence(Of("Shmem"))}, the parts of shared memory, which are in buff/cache, too; buff/cache {SizeText.InSentence(cache)}, with the parts of the cache of files and of block devices and the reclaimable slab; used {used}.";
        if (held is not null)
        {
            yield return $"All processes together hold {SizeText.InSentence(held.Held)} of the {SizeText.InSentence(total - free)} that are not free (their mem_held and page tables, each page once); the rest is the kernel's, the cache's, or nobody's.";
        }
    }
}
