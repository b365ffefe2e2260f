using System.Globalization;
using System.Text;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Reports;

/// <summary>How the kernel's counters become the parts of a machine's memory; live, each of them is made to move in MachineTests.</summary>
[Beside(Company.Everybody)]
public sealed class MachinePartsTests : IDisposable
{
    private const string Plain = """
        MemTotal:       1000 kB
        MemFree:         300 kB
        MemAvailable:    500 kB
        Buffers:          20 kB
        Cached:          200 kB
        SwapCached:        0 kB
        Active(anon):    160 kB
        Inactive(anon):   40 kB
        Active(file):     90 kB
        Inactive(file):   80 kB
        Unevictable:      50 kB
        Mlocked:          10 kB
        AnonPages:       200 kB
        Mapped:           60 kB
        Shmem:            30 kB
        KReclaimable:     55 kB
        SReclaimable:     50 kB
        SUnreclaim:       40 kB
        KernelStack:       8 kB
        PageTables:        6 kB
        SecPageTables:     1 kB
        VmallocUsed:      18 kB
        Percpu:            4 kB
        Zswap:             3 kB
        Hugetlb:          64 kB

        """;

    private static readonly Origin Nowhere = new(null, null, null);

    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-sysfs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Each_counter_is_in_one_part_and_the_rest_is_the_last()
    {
        IReadOnlyList<MemPart> parts = Divide(Plain, "nr_memmap_pages 1\n", new SysfsMemory { Pools = [new HugePageCounts(32768, 2, 1, 0, 0)], Zram = 4096, PartiallyMapped = 0 });

        Assert.Equal(
            new Dictionary<string, long?>
            {
                ["free"] = 300, ["free, kept by processors"] = 8, ["anonymous"] = 200, ["anonymous, not mapped"] = 0, ["swap cache"] = 0, ["file cache"] = 130, ["file cache, unevictable"] = 40,
                ["block device cache"] = 20, ["shared memory"] = 30, ["huge pages, used"] = 32, ["huge pages, reserved"] = 0, ["huge pages, idle"] = 32,
                ["slab, reclaimable"] = 50, ["slab, unreclaimable"] = 40, ["kernel, other reclaimable"] = 5, ["page tables"] = 7, ["kernel stacks"] = 8, ["per-CPU"] = 4,
                ["vmalloc"] = 10, ["page descriptors"] = 4, ["zram"] = 4, ["zswap"] = 3, ["bounce and writeback buffers"] = null, ["hardware-poisoned"] = null, ["other"] = 73,
            },
            parts.ToDictionary(part => part.Part, part => part.Bytes / 1024));
        AddUp(parts, 1000);
        Assert.All(parts, part => Assert.NotEmpty(part.Source));
        Assert.All(parts.Where(part => part.Bytes is null), part => Assert.StartsWith("not known: this kernel has no line", part.Source, StringComparison.Ordinal));
    }

    [Fact]
    public void Counters_that_come_to_more_than_there_is_leave_less_than_nothing_and_say_so()
    {
        IReadOnlyList<MemPart> parts = Divide(Plain.Replace("AnonPages:       200", "AnonPages:       900", StringComparison.Ordinal));

        AddUp(parts, 1000);
        Assert.True(parts[^1].Bytes < 0);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"come to {-parts[^1].Bytes} bytes more than there are"), parts[^1].Source, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_on_the_lists_and_nowhere_else_is_anonymous_and_not_mapped()
    {
        IReadOnlyList<MemPart> parts = Divide(Plain.Replace("Active(anon):    160", "Active(anon):    460", StringComparison.Ordinal), null, new SysfsMemory { PartiallyMapped = 2 << 20 });

        MemPart hidden = parts.Single(part => part.Part == "anonymous, not mapped");
        Assert.Equal(300 << 10, hidden.Bytes);
        Assert.Contains("have 2097152 bytes in all (nr_anon_partially_mapped)", hidden.Source, StringComparison.Ordinal);
        AddUp(parts, 1000);
    }

    [Fact]
    public void What_the_swap_cache_has_of_mapped_memory_counts_once()
    {
        // 70 KiB in the swap cache, 50 of them mapped again: these are in AnonPages, too, and once on the lists.
        IReadOnlyList<MemPart> parts = Divide(Plain.Replace("SwapCached:        0", "SwapCached:       70", StringComparison.Ordinal).Replace("Active(anon):    160", "Active(anon):    180", StringComparison.Ordinal));

        Assert.Equal(20 << 10, parts.Single(part => part.Part == "swap cache").Bytes);
        AddUp(parts, 1000);
    }

    [Fact]
    public void A_scan_divides_cache_and_shared_memory()
    {
        var held = new HeldParts { Anonymous = 190 << 10, File = 70 << 10, PageTables = 5 << 10, Huge = 0, Held = 0, Shared = new SharedParts(10 << 10, 2 << 10, 8 << 10, 4 << 10, false) };

        IReadOnlyList<MemPart> parts = Divide(Plain, held: held);

        Assert.Equal(
            new (string, long?, long?)[]
            {
                ("anonymous", 200, 190), ("file cache, mapped", 60, 70), ("file cache, not mapped", 70, null), ("file cache, unevictable", 40, null), ("shared memory, SysV, attached", 10, 10),
                ("shared memory, SysV, attached by nobody", 2, null), ("shared memory, held", 8, 8), ("shared memory, files of tmpfs", 4, null), ("shared memory, nobody's", 6, null), ("page tables", 7, 5),
            },
            parts.Where(part => part.Part is "anonymous" or "page tables" || part.Part.StartsWith("file cache", StringComparison.Ordinal) || part.Part.StartsWith("shared memory", StringComparison.Ordinal))
                .Select(part => (part.Part, part.Bytes / 1024, part.InGroups / 1024)));
        AddUp(parts, 1000);
    }

    [Fact]
    public void Files_of_tmpfs_that_may_be_in_swap_are_no_more_than_there_is_of_shared_memory()
    {
        var held = new HeldParts { Anonymous = 0, File = 0, PageTables = 0, Huge = 0, Held = 0, Shared = new SharedParts(10 << 10, 0, 0, 90 << 10, true) };

        IReadOnlyList<MemPart> parts = Divide(Plain, held: held);

        Assert.Equal((20 << 10, 0), (parts.Single(part => part.Part == "shared memory, files of tmpfs").Bytes, parts.Single(part => part.Part == "shared memory, nobody's").Bytes));
        AddUp(parts, 1000);
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.18")]
    [InlineData("linux-5.14")]
    public void The_parts_of_older_kernels_add_up_and_say_what_a_copy_lacks(string kernel)
    {
        string root = Path.Combine(Folder("tests/Fixtures"), kernel);

        MachineResult result = MachineReport.Read(new MachineOptions { ProcRoot = root, SkipScan = true });

        Assert.Equal(MeminfoFile.Parse(File.ReadAllBytes(Path.Combine(root, "meminfo")), "MemTotal"u8), result.Parts.Sum(part => part.Bytes ?? 0));
        Assert.Contains("a copy of /proc has nothing of /sys", result.Parts.Single(part => part.Part == "zram").Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_total_it_is_an_error_that_names_the_file()
    {
        using var copy = new ProcCopy();
        copy.Add(1);

        LinuxMemException missing = Assert.Throws<LinuxMemException>(() => MachineReport.Read(new MachineOptions { ProcRoot = copy.Root, SkipScan = true }));
        copy.Write("meminfo", "MemFree: 5 kB\n");
        LinuxMemException empty = Assert.Throws<LinuxMemException>(() => MachineReport.Read(new MachineOptions { ProcRoot = copy.Root }));

        Assert.Equal((LinuxMemError.SystemError, LinuxMemError.SystemError), (missing.Kind, empty.Kind));
        Assert.Contains("its file 'meminfo' cannot be read", missing.Message, StringComparison.Ordinal);
        Assert.Contains("has no line MemTotal", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_tell_their_part_of_what_they_count()
    {
        WriteNode(0, "MemFree: 100 kB\nNode 0 FilePages: 150 kB\nNode 0 AnonPages: 150 kB\nNode 0 Active(anon): 290 kB\nNode 0 Inactive(file): 20 kB\nNode 0 KernelStack: 5 kB", total: 3, free: 1);
        WriteNode(2, "MemFree: 200 kB\nNode 2 FilePages: 70 kB\nNode 2 AnonPages: 50 kB\nNode 2 Active(file): 120 kB\nNode 2 KernelStack: 3 kB", total: 1, free: 1);
        Write("devices/system/node/node0/memory0/state", "online\n");
        Write("devices/system/node/node0/memory1/state", "online\n");
        Write("devices/system/node/node2/memory4/state", "online\n");
        Write("devices/system/memory/block_size_bytes", "8000000\n");
        Write("kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "4\n");
        Write("kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "2\n");
        Write("kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "0\n");
        Write("block/zram0/mm_stat", "  4096 100 8192 0 8192 0 0 0 0\n");
        Write("block/zram1/mm_stat", "0 0 4096 0\n");
        Write("kernel/mm/transparent_hugepage/hugepages-2048kB/stats/nr_anon_partially_mapped", "3\n");
        Write("kernel/mm/transparent_hugepage/hugepages-64kB/stats/nr_anon_partially_mapped", "2\n");
        var sysfs = SysfsMemory.Read(folder);

        Dictionary<string, string> nodes = Divide(Plain.Replace("MemTotal:       1000", "MemTotal:     100000", StringComparison.Ordinal), null, sysfs).ToDictionary(part => part.Part, part => part.MemByNode.ToString());

        Assert.Equal(12288, sysfs.Zram);
        Assert.Equal((3 * (2L << 20)) + (2 << 16), sysfs.PartiallyMapped);
        Assert.Equal([0, 2], sysfs.Nodes.Select(node => node.Node));
        Assert.Equal([[0UL, 0x10000000], [0x20000000, 0x28000000]], sysfs.Nodes.Select(node => node.Ranges));
        Assert.Equal("0:102400 2:204800", nodes["free"]);
        Assert.Equal("0:153600 2:51200", nodes["anonymous"]);
        Assert.Equal("0:10240 2:0", nodes["anonymous, not mapped"]);
        Assert.Equal("0:5120 2:3072", nodes["kernel stacks"]);
        Assert.Equal("0:4194304 2:0", nodes["huge pages, used"]);
        Assert.Equal("0:2097152 2:2097152", nodes["huge pages, idle"]);
        Assert.Equal("0:? 2:?", nodes["vmalloc"]);
    }

    [Fact]
    public void On_a_machine_of_one_node_all_is_on_that()
    {
        WriteNode(0, "MemFree: 100 kB", total: 0, free: 0);

        IReadOnlyList<MemPart> parts = Divide(Plain, null, SysfsMemory.Read(folder));

        Assert.All(parts, part => Assert.Equal([new NodeBytes(0, part.Bytes)], part.MemByNode));
    }

    private static void AddUp(IReadOnlyList<MemPart> parts, long kib) => Assert.Equal(kib * 1024, parts.Sum(part => part.Bytes ?? 0));

    private static IReadOnlyList<MemPart> Divide(string meminfo, string? vmstat = "", SysfsMemory? sysfs = null, HeldParts? held = null) => MachineParts.Of(
        new KernelCounters(MeminfoFile.ParseAll(Encoding.ASCII.GetBytes(meminfo)), vmstat is null ? null : VmstatFile.ParseAll(Encoding.ASCII.GetBytes(vmstat)), sysfs, 4096, new Dictionary<int, long> { [0] = 2 }),
        held,
        "nobody looked",
        "nothing is there",
        0,
        Nowhere);

    private void WriteNode(int number, string meminfo, int total, int free)
    {
        Write($"devices/system/node/node{number}/meminfo", $"Node {number} {meminfo}\n");
        Write($"devices/system/node/node{number}/hugepages/hugepages-2048kB/nr_hugepages", $"{total}\n");
        Write($"devices/system/node/node{number}/hugepages/hugepages-2048kB/free_hugepages", $"{free}\n");
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static string Folder(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, name)))
            {
                return Path.Combine(at.FullName, name);
            }
        }

        throw new DirectoryNotFoundException(name);
    }
}
