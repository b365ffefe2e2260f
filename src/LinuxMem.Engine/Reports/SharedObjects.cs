using System.Globalization;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>Lists the shared memory objects of a machine: those that processes hold, and what none holds. Changes nothing.</summary>
public static class SharedObjects
{
    /// <summary>The default limit of memory for the frames mapped, in bytes.</summary>
    private const long MemoryLimit = 1L << 30;

    /// <summary>Lists them, largest first.</summary>
    /// <exception cref="LinuxMemException">The path is not a /proc tree or snapshot.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SharedMemoryResult Read(SharedMemoryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Threads is < 1)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"The number of threads is {options.Threads}; it must be 1 or more."), options.Threads);
        }

        using var root = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
        int threads = options.Threads ?? Environment.ProcessorCount;
        var warnings = new List<string>();
        ZeroPagePfns? zero = FindZeroPage(root, warnings);
        ProcessTable table = ProcessTable.List(root, threads, options.Cancellation);
        using ObjectScan scan = ObjectScan.Run(table, zero, !options.SkipOpenFiles, options.Residence, threads, MemoryLimit, options.Cancellation);
        warnings.AddRange(ObjectNotices.Of(scan.Catalog, root));
        var ram = new RamRanges(IomemFile.SystemRam(root), root.PageSize);
        var listed = new List<Listed>();
        foreach ((SharedObject one, ObjectScan.Holding holding) in scan.Holdings)
        {
            listed.Add(Describe(one, holding, ram, (long)root.PageSize, mayLook: zero is not null));
        }

        listed.AddRange(UnheldMemory.Segments(table, [.. scan.Holdings.Keys], scan.Catalog.IsKnown, options.Cancellation));
        listed.AddRange(UnheldMemory.Files(table, [.. scan.Holdings.Keys], scan.Catalog.IsKnown, warnings, options.Cancellation));
        listed.ForEach(one => one.Origin = table.Origin);
        if (zero is null && scan.Unreadable.Count > 0)
        {
            // An ordinary user sees his own processes only. Of segments the kernel tells everyone how often they are attached.
            listed.ForEach(one => one.MayBeHeld |= one.Kind != nameof(SharedMemoryKind.SysV));
        }

        return new SharedMemoryResult([.. listed.OrderByDescending(one => one.Rss ?? 0).ThenBy(one => one.Kind, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Inode)])
        {
            Notices = [.. Remainders(root, listed)],
            Warnings = warnings,
            Unread = [.. scan.Unreadable.OrderBy(one => one.Process.Id)],
        };
    }

    private static ZeroPagePfns? FindZeroPage(Machine root, List<string> warnings)
    {
        try
        {
            return root.FindZeroPage();
        }
        catch (LinuxMemException e) when (e.Kind == LinuxMemError.PermissionDenied)
        {
            warnings.Add("How much of each object is mapped is not known, and sizes may be missing: the kernel hides frame numbers from this user. Run this as root.");
            return null;
        }
    }

    private static Listed Describe(SharedObject one, ObjectScan.Holding holding, RamRanges ram, long page, bool mayLook) => new()
    {
        Kind = one.Kind.ToString(),
        Name = one.Name,
        Device = string.Create(CultureInfo.InvariantCulture, $"0:{one.Key.Minor}"),
        Inode = (long)one.Key.Inode,
        Size = one.IsMeasured ? one.Size : null,
        Rss = one.IsMeasured ? one.Resident : null,
        Swap = one.IsMeasured ? one.Swapped : null,
        PageSize = one.IsMeasured ? one.PageSize : null,
        Mapped = holding.Frames is FrameSet frames ? FrameCount.Of(frames, ram) * page : mayLook && holding.Mapping.Count == 0 ? 0 : null,
        Pids = new([.. holding.Mapping.Concat(holding.Open).Order()]),
        OpenPids = new([.. holding.Open.Order()]),
        Removed = one.IsRemoved && one.Kind is not (SharedMemoryKind.SysV or SharedMemoryKind.Memfd or SharedMemoryKind.SharedAnonymous or SharedMemoryKind.Device or SharedMemoryKind.Other),
    };

    /// <summary>Holds the sums against the kernel's own.</summary>
    private static IEnumerable<string> Remainders(Machine root, List<Listed> listed)
    {
        if (MeminfoFile.Read(root, "Shmem"u8) is long shmem)
        {
            long sum = listed.Where(one => one.PageSize == (long)root.PageSize).Sum(one => one.Rss ?? 0);
            yield return $"The kernel counts {SizeText.InSentence(shmem)} of shared memory in base pages (Shmem); {Told(sum, shmem, "that nothing tells of (memory of drivers, tmpfs mounts without a limit, what has changed meanwhile)")}";
        }

        if (root.HugetlbInUse is long huge and > 0)
        {
            long sum = listed.Where(one => one.PageSize > (long)root.PageSize).Sum(one => one.Rss ?? 0);
            yield return $"Of huge pages {SizeText.InSentence(huge)} are in use; {Told(sum, huge, "that are private memory of processes, or files that no process holds")}";
        }
    }

    /// <summary>What is listed of what the kernel counts, and what becomes of the rest, if there is one.</summary>
    private static string Told(long sum, long counted, string rest) => (counted - sum) switch
    {
        0 => "those listed are all of it.",
        > 0 => $"those listed are {SizeText.InSentence(sum)}, which leaves {SizeText.InSentence(counted - sum)} {rest}.",
        _ => $"those listed are {SizeText.InSentence(sum)}, which is more: it has changed meanwhile.",
    };
}
