using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Reports;

/// <summary>Scans of a /proc tree in files, for layouts that no real kernel can be brought to.</summary>
[Beside(Company.Everybody)]
public class ProcCopyTests
{
    private const string OneMapping = "10000-20000 rw-p 00000000 00:00 0 \n";

    [Fact]
    public void Frames_beyond_32_bits_and_shared_ones_are_told_apart()
    {
        using var copy = new ProcCopy();
        const ulong High = (1UL << 40) + 7;
        copy.Add(10, uid: 1000, maps: OneMapping).Map(0x10000, ProcCopy.Frame(High), ProcCopy.Frame(High + 1), ProcCopy.Frame(5, file: true), ProcCopy.Slot(0, 9)).Map(0x1f000, ProcCopy.Slot(2, 9));
        copy.Add(11, uid: 1001, maps: OneMapping).Map(0x10000, ProcCopy.Frame(High), ProcCopy.Frame(7), 0, ProcCopy.Slot(0, 9)).Map(0x1f000, 0);

        (MemGroup a, MemGroup b) = TwoGroups(copy, new UidSplit(), 1000L, 1001L);

        Assert.Equal((3 * 4096L, 2 * 4096L, 2 * 4096L), (a.MemRss, a.MemAnon, a.MemUss));
        Assert.Equal((2 * 4096L, 2 * 4096L, 4096L), (b.MemRss, b.MemAnon, b.MemUss));
        Assert.Equal((2 * 4096L + 2048, 4096L + 2048), (a.MemPss, b.MemPss));
        Assert.Equal((2 * 4096L, 4096L, 2 * 4096L), (a.SwapRss, a.SwapUss, a.SwapAnon));
        Assert.Equal((4096L, 0L), (b.SwapRss, b.SwapUss));
    }

    [Fact]
    public void Special_entries_are_no_swap()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping).Map(0x10000, ProcCopy.Slot(22, 1), ProcCopy.Slot(23, 1), ProcCopy.Slot(31, 77)).Map(0x1f000, 0);

        Assert.Equal(4096, Whole(copy).SwapRss);
    }

    [Fact]
    public void Device_memory_does_not_count()
    {
        using var copy = new ProcCopy();
        copy.Write("iomem", "00001000-00ffffff : System RAM\n");
        copy.Add(10, maps: "10000-20000 rw-s 00000000 00:05 9 /dev/mem\n20000-30000 rw-p 00000000 00:05 9 /dev/x\n30000-40000 r--p 00000000 00:00 0 [vvar]\n40000-50000 rw-p 00000000 00:00 0 \n")
            .Map(0x10000, ProcCopy.Frame(0x100), ProcCopy.Frame(0x101, file: true))
            .Map(0x20000, ProcCopy.Frame(0x102), ProcCopy.Frame(0x103, file: true))
            .Map(0x30000, ProcCopy.Frame(0x104))
            .Map(0x40000, ProcCopy.Frame(0x105), ProcCopy.Frame(0x999999)).Map(0x4f000, 0);

        // Counted: the two file frames and the one anonymous frame in memory.
        MemGroup group = Whole(copy);
        Assert.Equal(3 * 4096, group.MemRss);
        Assert.Equal(4096, group.MemAnon);
    }

    [Fact]
    public void Segments_count_apart_by_their_ids()
    {
        using var copy = new ProcCopy();
        string Maps(params int[] ids) => OneMapping + string.Concat(ids.Select((id, i) => $"{0x20000 + (i * 0x10000):x}-{0x30000 + (i * 0x10000):x} rw-s 00000000 00:01 {id} /SYSV00000000 (deleted)\n"));
        copy.Write("sysvipc/shm", "key shmid size rss swap\n0 5 65536 8192 4096\n0 6 65536 40960 0\n");
        copy.Add(10, uid: 1000, maps: Maps(5, 6, 5)).Map(0x10000, ProcCopy.Frame(1)).Map(0x20000, ProcCopy.Frame(2)).Map(0x4f000, 0);
        copy.Add(11, uid: 1001, maps: Maps(5)).Map(0x10000, ProcCopy.Frame(3)).Map(0x2f000, 0);

        (MemGroup a, MemGroup b) = TwoGroups(copy, new UidSplit(), 1000L, 1001L);

        Assert.Equal((4096L, 49152L, 4096L, 40960L), (a.MemRss, a.ShmMem, a.ShmSwap, a.ShmUss));
        Assert.Equal((8192L, 4096L, 0L), (b.ShmMem, b.ShmSwap, b.ShmUss));
    }

    [Fact]
    public void A_truncated_page_map_makes_the_process_unreadable_and_changes_nothing_else()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1));
        copy.Add(11, maps: OneMapping).Map(0x10000, ProcCopy.Frame(2)).Map(0x1f000, 0);
        copy.Add(12, maps: OneMapping).Delete("maps");

        ScanResult result = Scan(copy, new WholeSplit());

        Assert.Equal([10, 12], result.Unreadable.Select(unreadable => unreadable.Process.Id));
        Assert.Equal((1, 0), (result.Scanned, result.Vanished));
        Assert.Equal(4096, Assert.Single(result.Reports[0].Groups).MemRss);
    }

    [Fact]
    public void The_variable_that_is_not_set_differs_from_one_that_reads_so()
    {
        using var copy = new ProcCopy();
        foreach ((int pid, string? value) in new[] { (10, "None"), (11, "(not set)"), (12, ""), (13, null) })
        {
            copy.Add(pid, maps: OneMapping, environment: value is null ? null : new Dictionary<string, string> { ["SID"] = value }).Map(0x10000, ProcCopy.Frame((ulong)pid)).Map(0x1f000, 0);
        }

        IReadOnlyList<MemGroup> groups = Scan(copy, new EnvironmentSplit("SID")).Reports[0].Groups;

        Assert.Equal(4, groups.Count);
        Assert.Equal(["", "(not set)", "None", null], groups.Select(group => (string?)group.Key).OrderBy(key => key is null).ThenBy(key => key, StringComparer.Ordinal));
    }

    [Fact]
    public void Large_sparse_mappings_are_given_up_when_all_is_found()
    {
        using var copy = new ProcCopy();
        const string Maps = "10000-20000 rw-p 00000000 00:00 0 \n100000000000-200000000000 rw-p 00000000 00:00 0 \n";
        copy.Add(10, maps: Maps)
            .Write("smaps", "10000-20000 rw-p 00000000 00:00 0 \nRss: 4 kB\nSwap: 0 kB\n100000000000-200000000000 rw-p 00000000 00:00 0 \nRss: 8 kB\nSwap: 4 kB\n")
            .Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0)
            .Map(0x100000000000, ProcCopy.Frame(2), ProcCopy.Slot(0, 3), ProcCopy.Frame(4))
            .Map(0x1ffffffff000, 0);

        MemGroup group = Whole(copy);
        Assert.Equal((3 * 4096L, 4096L), (group.MemRss, group.SwapRss));
    }

    [Fact]
    public void Huge_pages_that_smaps_leaves_out_are_found_by_numa_maps()
    {
        using var copy = new ProcCopy();
        const string Maps = "10000-20000 rw-p 00000000 00:00 0 \n100000000000-200000000000 rw-p 00000000 00:00 0 \n200000000000-300000000000 rw-p 00000000 00:00 0 \n";
        copy.Add(10, maps: Maps)
            .Write("smaps", Maps.Replace(" \n", " \nRss: 4 kB\nSwap: 0 kB\n", StringComparison.Ordinal).Replace("200000000000-300000000000 rw-p 00000000 00:00 0 \nRss: 4 kB", "200000000000-300000000000 rw-p 00000000 00:00 0 \nRss: 0 kB", StringComparison.Ordinal))
            .Write("numa_maps", "00010000 default anon=1 dirty=1 N0=1 kernelpagesize_kB=4\n100000000000 default anon=512 active=0 N0=200 N1=313 kernelpagesize_kB=4\n200000000000 prefer:1 anon=1 N12=1 kernelpagesize_kB=2048\n")
            .Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0)
            .Map(0x100000000000, ProcCopy.Frame(2))
            .Map(0x100000200000, [.. Enumerable.Range(0, 512).Select(i => ProcCopy.Frame(1024 + (ulong)i))])
            .Map(0x200000200000, [.. Enumerable.Range(0, 512).Select(i => ProcCopy.Frame(2048 + (ulong)i))])
            .Map(0x2ffffffff000, 0);

        Assert.Equal((2 + 512 + 512) * 4096L, Whole(copy).MemRss);
    }

    [Fact]
    public void A_mapping_at_the_end_of_all_addresses_ends_the_reading()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping + "ffffffffff600000-ffffffffff601000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0);

        Assert.Equal([10], Scan(copy, new WholeSplit()).Unreadable.Select(unreadable => unreadable.Process.Id));
    }

    [Fact]
    public void An_environment_beyond_all_measure_is_cut_off()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping, environment: new Dictionary<string, string> { ["SID"] = "first", ["FILL"] = new string('x', 20 << 20) }).Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0);

        Assert.Equal("first", Assert.Single(Scan(copy, new EnvironmentSplit("SID")).Reports[0].Groups).GroupName);
    }

    [Fact]
    public void A_path_longer_than_the_buffer_neither_hides_its_mapping_nor_forges_others()
    {
        using var copy = new ProcCopy();
        string forged = new string('a', 65536 - 73) + "0-7fffffffffff rw-p 00000000 00:00 0 [vsyscall] " + new string('b', 70000);
        copy.Add(10, maps: "10000-20000 rw-p 00000000 00:00 0 /" + forged + "\n20000-30000 rw-p 00000000 00:00 0 \n")
            .Map(0x10000, ProcCopy.Frame(1)).Map(0x20000, ProcCopy.Frame(2)).Map(0x2f000, 0);

        Assert.Equal(2 * 4096, Whole(copy).MemRss);
    }

    [Fact]
    public void Sizes_of_segments_that_cannot_be_are_left_out()
    {
        using var copy = new ProcCopy();
        copy.Write("sysvipc/shm", "key shmid size rss swap\n0 5 65536 9223372036854775807 4096\n0 6 -1 9223372036854775807 0\n");
        copy.Add(10, maps: OneMapping + "20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n30000-40000 rw-s 00000000 00:01 6 /SYSV00000000 (deleted)\n").Map(0x10000, ProcCopy.Frame(1)).Map(0x3f000, 0);

        Assert.Equal(0, Whole(copy).ShmMem);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Kernel_threads_and_zombies_are_no_processes(int threads)
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0);
        copy.Add(2, comm: "kthreadd").Write("stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 0 5 0 0 0\n");
        copy.Add(20, comm: "gone").Write("stat", "20 (gone) Z 10 0 0 0 -1 4194304 0 0 0 0 0 1 0 0 20 0 1 0 5 0 0 0\n");

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = threads });

        Assert.Equal([10], scan.Table.Processes.Select(process => process.Id));
    }

    private static ScanResult Scan(ProcCopy copy, params Split[] splits)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 2 });
        return scan.Run(scan.Table.Processes, splits);
    }

    private static MemGroup Whole(ProcCopy copy)
    {
        ScanResult result = Scan(copy, new WholeSplit());
        Assert.Empty(result.Unreadable);
        return Assert.Single(result.Reports[0].Groups);
    }

    private static (MemGroup A, MemGroup B) TwoGroups(ProcCopy copy, Split split, object a, object b)
    {
        ScanResult result = Scan(copy, split);
        Assert.Empty(result.Unreadable);
        return (result.Reports[0].Groups.Single(group => a.Equals(group.Key)), result.Reports[0].Groups.Single(group => b.Equals(group.Key)));
    }
}
