using System.Globalization;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// Divides a machine's memory: by the kernel's counters, and by a scan where these do not divide it. No page is in two parts, as
/// far as the counters allow; where they overlap or are not of the same moment, the difference is in the last part.
/// </summary>
internal sealed class MachineParts
{
    private readonly KernelCounters counters;
    private readonly HeldParts? held;
    private readonly string whyNotScanned;
    private readonly string whyNoSysfs;
    private readonly long locked;
    private readonly PartList list;

    private MachineParts(KernelCounters counters, HeldParts? held, string whyNotScanned, string whyNoSysfs, long locked, Origin origin)
    {
        this.counters = counters;
        this.held = held;
        this.whyNotScanned = whyNotScanned;
        this.whyNoSysfs = whyNoSysfs;
        this.locked = locked;
        list = new PartList(Meminfo("MemTotal"), origin, counters.Sysfs?.Nodes ?? []);
    }

    private long Files => Math.Max(0, Meminfo("Cached") - Meminfo("Shmem"));

    /// <summary>Divides it.</summary>
    /// <param name="counters">The kernel's counters.</param>
    /// <param name="held">What a scan found; null for none.</param>
    /// <param name="whyNotScanned">Why there is none, as a clause.</param>
    /// <param name="whyNoSysfs">Why sysfs tells nothing, where it does not.</param>
    /// <param name="locked">SysV segments in memory that are locked there (SHM_LOCK), in bytes.</param>
    /// <param name="origin">The machine.</param>
    public static IReadOnlyList<MemPart> Of(KernelCounters counters, HeldParts? held, string whyNotScanned, string whyNoSysfs, long locked, Origin origin) =>
        new MachineParts(counters, held, whyNotScanned, whyNoSysfs, locked, origin).All();

    private IReadOnlyList<MemPart> All()
    {
        list.Add("free", Meminfo("MemFree"), PartList.Free, "MemFree of meminfo", onNode: node => Of(node, "MemFree"));
        list.Add(
            "free, kept by processors",
            counters.Kept(),
            PartList.Used,
            counters.Kept() is null ? "not known: there is no file zoneinfo, or none that tells" : "zoneinfo: pages that each processor keeps at hand; they are free, and MemFree does not have them",
            "/proc/zoneinfo",
            onNode: node => counters.Kept(node.Node));
        AddAnonymous();
        AddFiles();
        AddShared();
        AddHugePages();
        AddKernel();
        AddCompressed();
        AddCounter("bounce and writeback buffers", ["Bounce", "WritebackTmp"], "", "copies of pages on their way to a device or to a FUSE file system");
        AddCounter("hardware-poisoned", ["HardwareCorrupted"], "journalctl -k", "pages that the kernel keeps from use because their memory fails");
        return list.Finish("other", Rest, "dmesg, lsmod");
    }

    private void AddAnonymous()
    {
        list.Add(
            "anonymous",
            Meminfo("AnonPages"),
            PartList.Used,
            "AnonPages of meminfo: heaps, stacks and private copies that page tables map",
            "Get-MemGroup -SplitUid, Get-MemProcess",
            held?.Anonymous,
            node => Of(node, "AnonPages"));
        long unmapped = OnLists(counters.Meminfo, counters.Vmstat) - Meminfo("Cached") - Meminfo("Buffers") - Meminfo("SwapCached") - Meminfo("AnonPages");
        string partly = counters.Sysfs is not SysfsMemory sysfs ? $"how many huge pages are no longer wholly mapped is not known: {whyNoSysfs}"
            : sysfs.PartiallyMapped is long bytes ? Say($"huge pages that are no longer wholly mapped have {bytes} bytes in all (nr_anon_partially_mapped)")
            : "this kernel does not count huge pages that are no longer wholly mapped (nr_anon_partially_mapped, Linux 6.12)";
        list.Add(
            "anonymous, not mapped",
            unmapped,
            PartList.Used,
            $"pages on the kernel's lists (Active, Inactive, Unevictable) that are in neither a page table, the page cache nor the swap cache: parts of huge pages that were unmapped and come back when the process ends, and what pipes and drivers hold; {partly}",
            "Get-MemProcess, /sys/kernel/mm/transparent_hugepage",
            onNode: node => node.Meminfo.ContainsKey("FilePages") ? OnLists(name => Of(node, name), _ => 0) - Of(node, "FilePages") - Of(node, "AnonPages") : null);
        list.Add(
            "swap cache",
            Math.Max(0, Meminfo("SwapCached") + Math.Min(0, unmapped)),
            PartList.Used,
            "SwapCached of meminfo, less what page tables map of it, which is in 'anonymous': pages that are in swap as well",
            "swapon --show",
            onNode: node => Of(node, "SwapCached"));
    }

    private void AddFiles()
    {
        // Pages of a file system in memory are on the list of what cannot be reclaimed, and so is what is locked; that is counted.
        long unevictable = Math.Max(0, Meminfo("Unevictable") - Meminfo("Mlocked") - locked);
        const string WhyUnevictable = "Unevictable less Mlocked of meminfo and less segments that are locked (SHM_LOCK): files of a ramfs, and memfd_secret, which have no counter of their own";
        if (held?.File is long found)
        {
            // Pages that drivers map are no cache, and the kernel's own count has shared memory in it.
            long mapped = Math.Min(found, Math.Min(Files, counters.Meminfo("Mapped") ?? found));
            long ram = Math.Min(unevictable, Files - mapped);
            list.Add("file cache, mapped", mapped, PartList.Cache, "the scan: pages of files that page tables map (at most Mapped of meminfo)", "Get-MemGroup, Get-MemMapping -By Kind", found);
            list.Add("file cache, not mapped", Files - mapped - ram, PartList.Cache, "Cached less Shmem of meminfo, less the mapped and the unevictable: files that were read or written, given up when memory is wanted", "Get-MemCgroup");
            list.Add("file cache, unevictable", ram, PartList.Cache, WhyUnevictable, "findmnt -t ramfs");
        }
        else
        {
            long ram = Math.Min(unevictable, Files);
            list.Add("file cache", Files - ram, PartList.Cache, $"Cached less Shmem of meminfo; how much of it is mapped is not known: {whyNotScanned}", "Get-MemCgroup");
            list.Add("file cache, unevictable", ram, PartList.Cache, WhyUnevictable, "findmnt -t ramfs");
        }

        list.Add("block device cache", counters.Meminfo("Buffers"), PartList.Cache, "Buffers of meminfo: block devices read past their file systems, and metadata of file systems");
    }

    private void AddShared()
    {
        long? shmem = counters.Meminfo("Shmem");
        if (held?.Shared is not SharedParts parts)
        {
            list.Add("shared memory", shmem, PartList.Shared, $"Shmem of meminfo; whose it is is not known: {whyNotScanned}", "Get-SharedMemory, Get-Tmpfs", onNode: node => Of(node, "Shmem"));
            return;
        }

        long left = (shmem ?? 0) - parts.Attached - parts.Unattached - parts.Other;
        long files = parts.MaySwap ? Math.Clamp(left, 0, parts.Files) : parts.Files;
        list.Add("shared memory, SysV, attached", parts.Attached, PartList.Shared, "the segments that processes have attached, all of each that is in memory", "Get-ShmSegment", parts.Attached);
        list.Add("shared memory, SysV, attached by nobody", parts.Unattached, PartList.Shared, "the segments of all IPC namespaces in use that no process has attached", "Get-ShmSegment, Get-SharedMemory");
        list.Add("shared memory, held", parts.Other, PartList.Shared, "files in /dev/shm and other tmpfs, memfds and shared anonymous memory that processes have mapped or open, all of each that is in memory", "Get-SharedMemory", parts.Other);
        list.Add("shared memory, files of tmpfs", files, PartList.Shared, $"the tmpfs mounts of all mount namespaces in use, less what processes hold of their files{(parts.MaySwap ? ", and at most what is left of Shmem: some may be in swap, which a mount does not tell" : string.Empty)}", "Get-Tmpfs, Get-SharedMemory");
        list.Add("shared memory, nobody's", left - files, PartList.Shared, "Shmem of meminfo less the parts above: devtmpfs, tmpfs mounts without a limit or out of reach, memory of graphics drivers, what changed meanwhile", "findmnt -t tmpfs,devtmpfs");
    }

    private void AddHugePages()
    {
        const string See = "Get-SharedMemory -Kind HugeTlb, Get-MemGroup";
        if (counters.Sysfs is SysfsMemory sysfs)
        {
            long free = sysfs.Pools.Sum(pool => pool.Free * (long)pool.PageSize);
            long reserved = sysfs.Pools.Sum(pool => Math.Min(pool.Reserved, pool.Free) * (long)pool.PageSize);
            list.Add("huge pages, used", sysfs.Pools.Sum(pool => Math.Max(0, pool.Total - pool.Free) * (long)pool.PageSize), PartList.Used, "/sys/kernel/mm/hugepages: pages of all pools that hold something", See, held?.Huge, node => node.Pools.Sum(pool => (pool.Total - pool.Free) * (long)pool.PageSize));
            list.Add("huge pages, reserved", reserved, PartList.Used, "/sys/kernel/mm/hugepages: free pages that are promised to mappings (not counted by node)", See);
            list.Add("huge pages, idle", free - reserved, PartList.Used, "/sys/kernel/mm/hugepages: free pages that nobody has asked for; nothing else can use them", "sysctl vm.nr_hugepages", onNode: node => reserved == 0 ? node.Pools.Sum(pool => pool.Free * (long)pool.PageSize) : null);
            return;
        }

        long? size = counters.Meminfo("Hugepagesize");
        long? idle = counters.Meminfo("HugePages_Free") * size;
        long? promised = counters.Meminfo("HugePages_Rsvd") is long pages ? Math.Min(pages * (size ?? 0), idle ?? 0) : null;
        list.Add("huge pages, used", (counters.Meminfo("Hugetlb") ?? (counters.Meminfo("HugePages_Total") * size)) - idle, PartList.Used, $"Hugetlb less HugePages_Free of meminfo; of other sizes than the default one it has the free pages, too: {whyNoSysfs}", See, held?.Huge);
        list.Add("huge pages, reserved", promised, PartList.Used, "HugePages_Rsvd of meminfo: free pages of the default size that are promised to mappings", See);
        list.Add("huge pages, idle", idle - (promised ?? 0), PartList.Used, "HugePages_Free less HugePages_Rsvd of meminfo: free pages of the default size that nobody has asked for", "sysctl vm.nr_hugepages");
    }

    private void AddKernel()
    {
        AddCounter("slab, reclaimable", ["SReclaimable"], "slabtop -s c", "what the kernel remembers of files (dentries, inodes) and gives up when memory is wanted", PartList.Cache);
        AddCounter("slab, unreclaimable", ["SUnreclaim"], "slabtop -s c", "the kernel's objects");
        list.Add(
            "kernel, other reclaimable",
            counters.Meminfo("KReclaimable") - Meminfo("SReclaimable"),
            PartList.Used,
            counters.Meminfo("KReclaimable") is null ? "not known: this kernel has no line KReclaimable in meminfo (Linux 4.20)" : "KReclaimable less SReclaimable of meminfo: memory of drivers that they give up when it is wanted",
            onNode: node => Of(node, "KReclaimable") - Of(node, "SReclaimable"));
        AddCounter("page tables", ["PageTables", "SecPageTables"], "Get-MemProcess", "the tables of processes, and those of virtual machines", inGroups: held?.PageTables);
        AddCounter("kernel stacks", ["KernelStack"], "ps -eLf", "a stack for each thread");
        list.Add("per-CPU", counters.Meminfo("Percpu"), PartList.Used, Known("Percpu", "data that each processor has of its own; that of before the first process is outside MemTotal, and then missing in the last part"));
        long? vmalloc = counters.Meminfo("VmallocUsed");
        list.Add("vmalloc", vmalloc - (vmalloc >= Meminfo("KernelStack") ? Meminfo("KernelStack") : 0), PartList.Used, Known("VmallocUsed", "modules, tables and buffers of the kernel, less KernelStack, which lies in it"), "/proc/vmallocinfo");
        list.Add(
            "page descriptors",
            counters.Vmstat("nr_memmap_pages"),
            PartList.Used,
            counters.Vmstat("nr_memmap_pages") is not null ? "nr_memmap_pages of vmstat: those of memory added since the start (those of before are outside MemTotal)"
                : counters.HasVmstat ? "not known: this kernel does not count them (nr_memmap_pages, Linux 6.11)"
                : "not known: there is no file vmstat");
    }

    private void AddCompressed()
    {
        long zswap = Meminfo("Zswap");
        string source = "mm_stat of the zram devices in /sys/block: what their compressed content takes";
        long? zram = counters.Sysfs?.Zram;
        if (counters.Sysfs is null)
        {
            zram = counters.Vmstat("nr_zspages") - zswap;
            source = zram is null ? $"not known: {whyNoSysfs}" : "nr_zspages of vmstat less Zswap of meminfo: compressed pages";
        }
        else if (zram is null)
        {
            source = "there is no zram device";
        }

        list.Add("zram", zram, PartList.Used, source, "zramctl");
        list.Add("zswap", counters.Meminfo("Zswap"), PartList.Used, Known("Zswap", "swapped pages that are kept in memory, compressed"), "/sys/module/zswap/parameters");
    }

    private string Rest(long rest)
    {
        string balloon = counters.Meminfo("Balloon") is long bytes and > 0 ? Say($" {bytes} bytes of it are in the host's balloon (Balloon of meminfo).") : string.Empty;
        return rest < 0
            ? Say($"MemTotal less all of the above: the counters overlap, or were not of the same moment, and come to {-rest} bytes more than there are.{balloon}")
            : $"MemTotal less all of the above: what no counter names (pages of drivers, network and graphics, of virtual machines' hosts), what was read at another moment, and the parts that are not known.{balloon}";
    }

    /// <summary>A part that is one line of meminfo, or the sum of several.</summary>
    private void AddCounter(string part, string[] names, string see, string what, string inFree = PartList.Used, long? inGroups = null)
    {
        string[] there = [.. names.Where(name => counters.Meminfo(name) is not null)];
        list.Add(
            part,
            there.Length == 0 ? null : there.Sum(name => counters.Meminfo(name)),
            inFree,
            there.Length == 0 ? $"not known: this kernel has no line {names[0]} in meminfo" : $"{string.Join(" + ", there)} of meminfo: {what}",
            see,
            inGroups,
            node => there.Length > 0 && node.Meminfo.ContainsKey(there[0]) ? there.Sum(name => Of(node, name) ?? 0) : null);
    }

    private string Known(string name, string what) => counters.Meminfo(name) is null ? $"not known: this kernel has no line {name} in meminfo" : $"{name} of meminfo: {what}";

    /// <summary>A line of meminfo; 0 where the kernel does not have it.</summary>
    private long Meminfo(string name) => counters.Meminfo(name) ?? 0;

    /// <summary>All pages on the kernel's lists, those that are being moved among them.</summary>
    private static long OnLists(Func<string, long?> meminfo, Func<string, long?> vmstat) =>
        new[] { "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)", "Unevictable" }.Sum(name => meminfo(name) ?? 0)
        + (vmstat("nr_isolated_anon") ?? 0) + (vmstat("nr_isolated_file") ?? 0);

    private static long? Of(NodeMemory node, string name) => node.Meminfo.TryGetValue(name, out long bytes) ? bytes : null;

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
