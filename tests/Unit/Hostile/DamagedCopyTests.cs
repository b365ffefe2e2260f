using System.Text;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Hostile;

/// <summary>Files that are cut off, garbled, missing or no files: what depends on them is left out, by name.</summary>
[Beside(Company.Everybody)]
public class DamagedCopyTests
{
    private const string OneMapping = "10000-20000 rw-p 00000000 00:00 0 \n";

    /// <summary>So large that smaps is read for what lies where.</summary>
    private const string Sparse = "10000-10000000 rw-p 00000000 00:00 0 \n";

    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void A_page_map_that_ends_within_an_entry_makes_the_process_unreadable(PagemapMode mode)
    {
        using var copy = Two();
        string file = Path.Combine(copy.Root, "10/pagemap");
        using (FileStream map = File.OpenWrite(file))
        {
            map.SetLength((0x1f000 / 4096 * 8) + 3);
        }

        AssertOnlyTheOther(copy, mode);
    }

    [Theory]
    [InlineData("maps")]
    [InlineData("pagemap")]
    public void A_folder_in_the_place_of_a_file_makes_the_process_unreadable(string name)
    {
        using var copy = Two();
        string file = Path.Combine(copy.Root, "10", name);
        File.Delete(file);
        Directory.CreateDirectory(file);

        AssertOnlyTheOther(copy, PagemapMode.Auto);
    }

    [Fact]
    public void Mappings_that_break_off_within_a_line_make_the_process_unreadable()
    {
        using var copy = Two();
        File.WriteAllText(Path.Combine(copy.Root, "10/maps"), OneMapping + "20000-30000 rw-p 00000000 00:0");

        AssertOnlyTheOther(copy, PagemapMode.Auto);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10 (fix")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("10 (fixture) S x")]
    public void A_process_whose_stat_is_none_is_named_and_has_not_ended(string stat)
    {
        using var copy = Two();
        File.WriteAllText(Path.Combine(copy.Root, "10/stat"), stat);

        AssertOnlyTheOther(copy, PagemapMode.Auto, reason: "its stat is");
    }

    [Fact]
    public void A_process_without_its_stat_is_named_and_has_not_ended()
    {
        using var copy = Two();
        File.Delete(Path.Combine(copy.Root, "10/stat"));

        AssertOnlyTheOther(copy, PagemapMode.Auto, reason: "its stat is not in the copy");
    }

    [Theory]
    [InlineData("maps", "2000000-1000000 rw-p 00000000 00:00 0 \n", "is no mapping")]
    [InlineData("maps", "0-10000000000000000 rw-p 00000000 00:00 0 \n", "is no mapping")]
    [InlineData("maps", "1000-2000 rw-s 00000000 00:01 -1 /SYSV00000000 (deleted)\n", "is no mapping")]
    [InlineData("maps", OneMapping + "nothing of that kind\n", "is no mapping")]
    [InlineData("maps", OneMapping + "\n", "is no mapping")]
    [InlineData("maps", OneMapping + "Rss: 4 kB\n", "is no mapping")]
    [InlineData("maps", "", "is empty")]
    [InlineData("smaps", Sparse + "Rss: 4 kB\n40000-30000 rw-p 00000000 00:00 0 \n", "is no mapping")]
    [InlineData("smaps", "Rss: 4 kB\n" + Sparse, "is no mapping")]
    [InlineData("numa_maps", "x default anon=1\n", "is no mapping")]
    [InlineData("numa_maps", "1000 default anon=1\n2000 defa", "Input/output error")]
    public void What_a_list_of_mappings_says_never_ends_its_process(string name, string text, string reason)
    {
        using var copy = Two();
        if (name != "maps")
        {
            File.WriteAllText(Path.Combine(copy.Root, "10/maps"), Sparse);
            File.WriteAllText(Path.Combine(copy.Root, "10/smaps"), Sparse + "Rss: 4 kB\n");
            using FileStream map = File.OpenWrite(Path.Combine(copy.Root, "10/pagemap"));
            map.SetLength(0x10000000 / 4096 * 8);
        }

        File.WriteAllText(Path.Combine(copy.Root, "10", name), text);

        AssertOnlyTheOther(copy, PagemapMode.Plain, reason: reason);
    }

    [Theory]
    [InlineData("1000-2000 rw-s 00000000 00:01 -1 /SYSV00000000 (deleted)\n")]
    [InlineData("")]
    public void A_process_whose_segments_cannot_be_known_is_named_by_the_list_of_segments(string maps)
    {
        using var copy = Two();
        copy.Write("sysvipc/shm", "key shmid size rss swap nattch\n0 5 65536 0 0 1\n");
        File.WriteAllText(Path.Combine(copy.Root, "10/maps"), maps);
        var warnings = new List<string>();

        _ = ShmSegments.Read(new ShmOptions { ProcRoot = copy.Root, Warn = warnings.Add });

        Assert.Contains(warnings, warning => warning.Contains("could not be read", StringComparison.Ordinal) && warning.Contains("10 (", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Name:\tx\nUid:\t")]
    [InlineData("Name:\tx\nUid:\t0 -1 0 0\n")]
    [InlineData("Uid:\t0\t99999999999\t0\t0\n")]
    public void A_process_whose_user_is_not_known_is_left_out_of_a_split_by_user(string status)
    {
        using var copy = Two();
        File.WriteAllText(Path.Combine(copy.Root, "10/status"), status);

        AssertOnlyTheOther(copy, PagemapMode.Auto, new UidSplit());
    }

    [Fact]
    public void Facts_that_are_garbled_are_not_known()
    {
        using var copy = Two();
        foreach (string name in new[] { "status", "cgroup", "environ", "cmdline" })
        {
            File.WriteAllBytes(Path.Combine(copy.Root, "10", name), [0xff, 0xfe, 0, 0x80, (byte)'\n', (byte)':']);
        }

        MemProcess process = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root }).Table.Processes[0];

        Assert.Null(process.Uid);
        Assert.Null(process.User);
        Assert.Null(process.Cgroup);
        Assert.Null(process.Exe);
        Assert.Empty(process.Environment);
        Assert.NotNull(process.CommandLine);
    }

    [Fact]
    public void Tables_of_any_length_are_read_to_their_end()
    {
        using ProcCopy copy = new();
        copy.Add(10);
        copy.Write("sysvipc/shm", "key shmid size rss swap\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"0 {i} 4096 4096 {new string('0', 30)}\n")));
        copy.Write("iomem", string.Concat(Enumerable.Range(1, 300_000).Select(i => $"{i * 0x10000:x16}-{(i * 0x10000) + 0xffff:x16} : System RAM\n")));
        using var root = Machine.Open(copy.Root);

        Assert.Equal(200_000, Engine.Reports.ShmSegments.List(root).Count);
        Assert.Equal(300_000, IomemFile.SystemRam(root).Count);
    }

    [Fact]
    public void A_table_that_is_too_long_for_its_buffer_is_not_known_rather_than_half_of_it()
    {
        using ProcCopy copy = new();
        copy.Add(10);
        string long9 = new('x', 9 << 20);
        copy.Write("meminfo", $"MemTotal: 4 kB\n{long9}\n");
        copy.Write("10/cgroup", $"4:memory:/a\n{long9}\n0::/b\n");
        using var root = Machine.Open(copy.Root);
        MemProcess process = Assert.Single(ProcessTable.List(root).Processes);

        Assert.Null(MeminfoFile.Read(root, "MemTotal"u8));
        Assert.Null(process.Cgroup);
    }

    [Fact]
    public void Segment_lines_that_break_off_are_no_segments()
    {
        const string Heading = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n";
        const string Whole = "         0          5  1600                 65536    10    10      1     0     0     0     0 1700000000          0 1700000000                  8192                  4096\n";

        Assert.Single(SysvShmFile.Parse(Encoding.UTF8.GetBytes(Heading + Whole)));
        for (int length = 0; length < Whole.TrimEnd().LastIndexOf(' '); length++)
        {
            Assert.Empty(SysvShmFile.Parse(Encoding.UTF8.GetBytes(Heading + Whole[..length])));
        }
    }

    [Theory]
    [InlineData("0 -5 65536 0 0")]
    [InlineData("0 4294967296 65536 0 0")]
    [InlineData("0 5 -1 0 0")]
    [InlineData("0 5 65536 -4096 0")]
    [InlineData("0 5 65536 x 0")]
    [InlineData("0 5 65536 9223372036854775807 1")]
    public void Segment_lines_with_what_no_segment_has_are_none(string line) =>
        Assert.Empty(SysvShmFile.Parse(Encoding.UTF8.GetBytes($"key shmid size rss swap\n{line}\n")));

    [Fact]
    public void Sizes_of_segments_are_as_large_as_the_kernel_allows_and_their_sums_do_not_overflow()
    {
        List<SysvShmFile> segments = SysvShmFile.Parse("key shmid size rss swap\n0 1 9223372036854775807 9223372036854771712 0\n0 2 9223372036854775807 4096 0\n0 3 65536 0 0\n"u8);

        Assert.Equal([1ul, 3ul], segments.Select(segment => segment.ShmId));
        Assert.True(segments.Sum(segment => (long)segment.Resident) > 0);
    }

    [Theory]
    [InlineData("00001000-ffffffffffffffff : System RAM")]
    [InlineData("00001000-0fffffffffffffffff : System RAM")]
    [InlineData("00002000-00001000 : System RAM")]
    [InlineData("00001000-fffffffffffffffff : System RAM")]
    [InlineData("00001000 : System RAM")]
    public void Ranges_of_memory_that_cannot_be_are_none(string line) =>
        Assert.Equal([new(0x10000, 0x20000)], IomemFile.Parse(Encoding.UTF8.GetBytes($"{line}\n00010000-0001ffff : System RAM\n")));

    /// <summary>Two processes, 10 and 11, of a page each.</summary>
    private static ProcCopy Two()
    {
        var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0);
        copy.Add(11, maps: OneMapping).Map(0x10000, ProcCopy.Frame(2)).Map(0x1f000, 0);
        return copy;
    }

    private static void AssertOnlyTheOther(ProcCopy copy, PagemapMode mode, Split? split = null, string reason = "")
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 2, PagemapMode = mode });
        ScanResult result = scan.Run(scan.Table.Processes, [split ?? new WholeSplit()]);

        UnreadableProcess unreadable = Assert.Single(result.Unreadable);
        Assert.Equal(10, unreadable.Process.Id);
        Assert.NotEmpty(unreadable.Reason);
        Assert.Contains(reason, unreadable.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 0), (result.Scanned, result.Vanished));
        Assert.Equal(4096, Assert.Single(result.Reports[0].Groups).MemRss);
    }
}
