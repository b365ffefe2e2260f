using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;

namespace LinuxMem.Unit.Snapshots;

/// <summary>Snapshots and copies whose numbers were chosen so that arithmetic on them goes wrong.</summary>
[Beside(Company.Everybody)]
public sealed class CraftedSnapshotTests : IDisposable
{
    private const string Heading = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n";
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-crafted-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("\"hugePageSizes\": [274877906944]")]
    [InlineData("\"hugePageSizes\": [2097152, 1099511627776]")]
    [InlineData("\"hugePageSizes\": [0]")]
    [InlineData("\"hugePageSizes\": [3145728]")]
    [InlineData("\"transparentPageSize\": 274877906944")]
    [InlineData("\"transparentPageSize\": 4096")]
    [InlineData("\"segmentDevices\": [{ \"device\": \"00:01\", \"pageSize\": 274877906944 }]")]
    [InlineData("\"segmentDevices\": [{ \"device\": \"00:01\", \"pageSize\": 9223372036854775808 }]")]
    [InlineData("\"segments\": { \"5\": { \"pageSize\": 274877906944 } }")]
    [InlineData("\"segments\": { \"5\": { \"pageSize\": 12345 } }")]
    [InlineData("\"segments\": { \"5\": { \"pageSize\": 4096, \"base\": -1, \"mega\": 0, \"giga\": 0 } }")]
    [InlineData("\"segments\": { \"5\": { \"pageSize\": 4096, \"base\": 0, \"mega\": 9223372036854775807, \"giga\": 0 } }")]
    [InlineData("\"zeroFrames\": [0, 18446744073709551615]")]
    [InlineData("\"hugetlbInUse\": -1")]
    [InlineData("\"hostName\": \"\"")]
    [InlineData("\"sysfs\": { \"zram\": -1 }")]
    [InlineData("\"sysfs\": { \"partiallyMapped\": 9223372036854775807 }")]
    [InlineData("\"sysfs\": { \"pools\": [{ \"pageSize\": 2097152, \"total\": 9223372036854775807, \"free\": 0, \"reserved\": 0, \"surplus\": 0 }] }")]
    [InlineData("\"sysfs\": { \"pools\": [{ \"pageSize\": 0, \"total\": 1, \"free\": 0, \"reserved\": 0, \"surplus\": 0 }] }")]
    [InlineData("\"sysfs\": { \"pools\": null }")]
    [InlineData("\"sysfs\": { \"nodes\": [null] }")]
    [InlineData("\"sysfs\": { \"nodes\": [{ \"node\": 0, \"meminfo\": { \"MemFree\": -1 }, \"pools\": [], \"ranges\": [] }] }")]
    [InlineData("\"sysfs\": { \"nodes\": [{ \"node\": 0, \"meminfo\": {}, \"pools\": [], \"ranges\": [5] }] }")]
    [InlineData("\"sysfs\": { \"nodes\": [{ \"node\": 0, \"meminfo\": {}, \"pools\": [], \"ranges\": [5, 4] }] }")]
    [InlineData("\"sysfs\": { \"nodes\": [{ \"node\": 0, \"meminfo\": null, \"pools\": [], \"ranges\": [] }] }")]
    [InlineData("\"sysfs\": { \"nodes\": [{ \"node\": 0, \"meminfo\": { \"MemFree\": 9223372036854775807 }, \"pools\": [], \"ranges\": [] }] }")]
    [InlineData("\"cgroups\": { \"version\": 3 }")]
    [InlineData("\"cgroups\": { \"version\": 2, \"groups\": null }")]
    [InlineData("\"cgroups\": { \"version\": 2, \"groups\": { \"/a\": null } }")]
    [InlineData("\"cgroups\": { \"version\": 2, \"groups\": { \"/a\": { \"current\": -1 } } }")]
    [InlineData("\"cgroups\": { \"version\": 2, \"groups\": { \"/a\": { \"max\": 9223372036854775807 } } }")]
    [InlineData("\"oracle\": [{ \"sid\": \"A\", \"sga\": -1, \"pga\": 0, \"processes\": 1, \"largePages\": null, \"status\": \"Open\", \"user\": null, \"home\": null, \"kind\": \"ora\", \"pmonPid\": 1 }]")]
    public void Numbers_that_no_machine_has_are_refused_in_a_sentence(string crafted)
    {
        string path = Snapshot(crafted);

        // What instances answered is looked at by whoever reads it; all else when the snapshot is opened.
        LinuxMemException refusal = crafted.Contains("\"oracle\"", StringComparison.Ordinal)
            ? Assert.Throws<LinuxMemException>(() => OracleInstances.Read(new OracleOptions { ProcRoot = path }))
            : Assert.Throws<LinuxMemException>(() => ShmSegments.Read(new ShmOptions { ProcRoot = path }));

        Assert.Equal(LinuxMemError.InvalidSnapshot, refusal.Kind);
        Assert.Contains("what cannot be", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shm")]
    [InlineData("groups")]
    [InlineData("processes")]
    public void The_command_ends_with_a_sentence(string command)
    {
        Outcome outcome = LinuxMemCommand.Run(command, "--proc-root", Snapshot("\"hugePageSizes\": [274877906944]", resident: "274877906944"));

        Assert.Equal((1, string.Empty), (outcome.ExitCode, outcome.Output));
        Assert.Contains("is damaged", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_pages_there_are_stay()
    {
        string path = Snapshot("\"hugePageSizes\": [2097152, 17179869184], \"segmentDevices\": [{ \"device\": \"00:01\", \"pageSize\": 17179869184 }]");

        ShmSegment segment = Assert.Single(ShmSegments.Read(new ShmOptions { ProcRoot = path }));

        Assert.Equal(17179869184, segment.PageSize);
    }

    [Fact]
    public void The_pools_of_each_NUMA_node_have_a_row_of_their_own()
    {
        const string Both = "{ \"pageSize\": 2097152, \"total\": 9, \"free\": 4, \"reserved\": 1, \"surplus\": 2, \"overcommit\": 5 }";
        string Node(int number, int total, int free, int surplus) => string.Create(
            CultureInfo.InvariantCulture,
            $"{{ \"node\": {number}, \"meminfo\": {{ \"MemFree\": 4096 }}, \"pools\": [{{ \"pageSize\": 2097152, \"total\": {total}, \"free\": {free}, \"reserved\": 0, \"surplus\": {surplus} }}], \"ranges\": [] }}");
        string path = Write(
            ("10/stat", Stat), ("10/maps", Maps), ("meminfo", "MemTotal: 64000 kB\nHugepagesize: 2048 kB\n"), ("sysvipc/shm", Table("8192")),
            ("linuxmem.json", $"{{ \"version\": 1, \"pageSize\": 4096, \"sysfs\": {{ \"pools\": [{Both}], \"nodes\": [{Node(0, 6, 1, 2)}, {Node(3, 3, 3, 0)}] }} }}"));

        HugePagePool[] rows = [.. HugePageReport.Read(new HugePageOptions { ProcRoot = path }).Pools.Where(row => row is { Kind: "Pool", Holder: null })];

        Assert.Equal(["all: 9 4 2 5", "0: 6 1 2 5", "3: 3 3 0 0"], rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Node?.ToString(CultureInfo.InvariantCulture) ?? "all"}: {row.Total} {row.Free} {row.Surplus} {row.Used}")));
    }

    [Theory]
    [InlineData("268435456")]
    [InlineData("9007199254740992")]
    [InlineData("18014398509481983")]
    [InlineData("3")]
    public void A_copy_whose_smaps_tells_of_pages_that_there_are_none_of_is_read(string kib)
    {
        Copy("10/stat", Stat);
        Copy("10/maps", Maps);
        Copy("10/smaps", Maps + $"KernelPageSize: {kib} kB\nRss: {kib} kB\nSwap: {kib} kB\nRss: {kib} kB\n");
        Copy("10/pagemap", string.Empty);
        Copy("sysvipc/shm", Table("8192"));

        ShmSegment segment = Assert.Single(ShmSegments.Read(new ShmOptions { ProcRoot = folder }));
        MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = folder, PagemapMode = PagemapMode.Plain });
        scan.Run(scan.Table.Processes, [new WholeSplit()]);

        Assert.Equal(8192, segment.Rss);
    }

    [Fact]
    public void Segments_of_several_namespaces_are_no_more_than_a_number_holds()
    {
        const string Most = "9223372036854775807";
        string path = Write(
            ("10/stat", Stat), ("10/maps", Maps), ("10/ns/ipc", "ipc:[1]"), ("10/pagemap.runs", Runs((16, 1))),
            ("11/stat", Stat.Replace("10 (", "11 (", StringComparison.Ordinal)), ("11/maps", Maps), ("11/ns/ipc", "ipc:[2]"), ("11/pagemap.runs", Runs((16, 1))),
            ("sysvipc/shm", Table(Most)), ("sysvipc/shm.2", Table(Most)),
            ("linuxmem.json", "{ \"version\": 1, \"pageSize\": 4096, \"ipcNamespace\": 1, \"segmentDevices\": [{ \"device\": \"00:01\", \"pageSize\": 4096 }] }"));
        MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path, Threads = 1 });

        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()]);

        Assert.Equal(2, result.Scanned);
        Assert.Equal(long.MaxValue, Assert.Single(result.Reports[0].Groups).ShmMem);
    }

    [Fact]
    public void Records_of_pages_out_of_order_are_an_error()
    {
        using FileStream file = UnnamedFile.Create(Path.GetTempPath());
        file.Write(Encoding.Latin1.GetBytes(Runs((100, 5), (50, 5), (200, 1))));

        Assert.Null(RecordedPagemap.Open(new OpenedFile(new FilePart(file, 0, file.Length)), 4096, out int error));

        Assert.Equal(RecordedPagemap.Damaged, error);
    }

    [Fact]
    public void Records_that_overlap_far_from_each_other_are_an_error_too_and_their_process_is_named()
    {
        // In order as far as a block of them goes, and then again and again from the beginning.
        (ulong, ulong)[] runs = [.. Enumerable.Range(0, 500_000).Select(i => (16UL + (ulong)(i % 1000), 1UL))];
        string path = Write(
            ("10/stat", Stat), ("10/maps", Maps), ("10/pagemap.runs", Runs(runs)),
            ("11/stat", Stat.Replace("10 (", "11 (", StringComparison.Ordinal)), ("11/maps", Maps), ("11/pagemap.runs", Runs((16, 1))),
            ("linuxmem.json", "{ \"version\": 1, \"pageSize\": 4096 }"));
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path, Threads = 1 });

        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()]);

        Assert.Equal(1, result.Scanned);
        UnreadableProcess unreadable = Assert.Single(result.Unreadable);
        Assert.Equal(10, unreadable.Process.Id);
        Assert.Contains("overlap", unreadable.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_of_records_can_be_stopped()
    {
        using FileStream file = UnnamedFile.Create(Path.GetTempPath());
        file.Write(Encoding.Latin1.GetBytes(Runs([.. Enumerable.Range(0, 5000).Select(i => ((ulong)i * 2, 1UL))])));

        Assert.Throws<OperationCanceledException>(() => RecordedPagemap.Open(new OpenedFile(new FilePart(file, 0, file.Length)), 4096, out _, new CancellationToken(true)));
    }

    [Fact]
    public void A_run_of_one_frame_over_all_addresses_is_read_as_fast_as_one_page_and_counts_in_each_mapping()
    {
        // From 16 on, all that 47 bits reach: 2^35 pages, which nobody reads one by one.
        const string Space = "10000-7ff000000000 rw-p 00000000 00:00 0 \n7ff000000000-7fffffffe000 rw-p 00000000 08:02 7 /other\n";
        string path = Write(
            ("10/stat", Stat), ("10/maps", Space), ("10/pagemap.runs", Runs((16, (1UL << 35) - 32))),
            ("linuxmem.json", "{ \"version\": 1, \"pageSize\": 4096 }"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path, Threads = 2, Cancellation = limit.Token });

        MappingResult result = scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions());

        Assert.Equal(1, result.Scan.Scanned);
        Assert.Equal(4096, Assert.Single(result.Groups).Group.MemRss);
        Assert.Equal([4096, 4096], result.Groups[0].Lines.Select(line => line.MemRss));
    }

    [Fact]
    public async Task Pages_without_end_can_be_stopped()
    {
        // Entries that are no slots of a swap area (type 31): no limit of memory ends them.
        ulong[] words = [PageRun.Magic, 1, 0, 16, (1UL << 49) | (3UL << 56), (1UL << 62) | 31];
        string path = Write(
            ("10/stat", Stat), ("10/maps", "10000-ffffffffffff0000 rw-p 00000000 00:00 0 \n"), ("10/pagemap.runs", Encoding.Latin1.GetString(MemoryMarshal.AsBytes(words.AsSpan()))),
            ("linuxmem.json", "{ \"version\": 1, \"pageSize\": 4096 }"));

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path, Threads = 2, Cancellation = stop.Token });

        Task reading = Task.Run(() => scan.Run(scan.Table.Processes, [new WholeSplit()]), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
    }

    [Fact]
    public void What_the_file_of_a_snapshot_says_is_waited_for()
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = Snapshot("\"hostName\": \"db1\""), Threads = 1 });

        Assert.Equal(TimeSpan.MaxValue, scan.Table.Patience.Left);
    }

    [Fact]
    public async Task Objects_of_one_number_are_told_apart_by_their_holders_in_one_step()
    {
        const int Many = 100_000;
        var objects = new RecordedObjects([.. Enumerable.Range(1, Many).Select(pid => new RecordedObject { Minor = 1, Inode = 5, Segment = pid, Pids = [pid] })]);

        Task<bool> finding = Task.Run(() => Enumerable.Range(1, Many).All(pid => objects.Find(new ObjectLink(1, 5, true, 0, 0), pid)?.Segment == pid), TestContext.Current.CancellationToken);

        Assert.True(await finding.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("users")]
    [InlineData("segments")]
    [InlineData("tmpfs")]
    [InlineData("segmentDevices")]
    [InlineData("kernel name")]
    public void Lists_longer_than_any_machine_has_are_refused(string list)
    {
        IEnumerable<int> many = Enumerable.Range(1, (1 << 17) + 1);
        string crafted = list switch
        {
            "users" => $"\"users\": {{ {string.Join(", ", many.Select(i => $"\"{i}\": \"u\""))} }}",
            "segments" => $"\"segments\": {{ {string.Join(", ", many.Select(i => $"\"{i}\": {{ \"pageSize\": 0 }}"))} }}",
            "tmpfs" => $"\"tmpfs\": {{ {string.Join(", ", many.Select(i => $"\"{i}\": {{ \"status\": \"\" }}"))} }}",
            "segmentDevices" => $"\"segmentDevices\": [{string.Join(", ", many.Select(i => $"{{ \"device\": \"00:{i:x}\", \"pageSize\": 4096 }}"))}]",
            _ => $"\"kernel\": \"{new string('6', 1000)}\"",
        };

        LinuxMemException refusal = Assert.Throws<LinuxMemException>(() => ShmSegments.Read(new ShmOptions { ProcRoot = Snapshot(crafted) }));

        Assert.Equal(LinuxMemError.InvalidSnapshot, refusal.Kind);
        Assert.Contains("what cannot be", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vmstat", 65, "64 KiB")]
    [InlineData("meminfo", 65, "64 KiB")]
    [InlineData("swaps", 1025, "1 MiB")]
    [InlineData("zoneinfo", 8193, "8 MiB")]
    [InlineData("stat", 8193, "8 MiB")]
    [InlineData("iomem", 16385, "16 MiB")]
    [InlineData("sysvipc/shm", 32769, "32 MiB")]
    [InlineData("sysvipc/shm.4026531839", 32769, "32 MiB")]
    public void Tables_longer_than_any_machine_has_are_refused_by_name(string name, int kib, string most)
    {
        string content = string.Concat(Enumerable.Repeat(new string('a', 1023) + '\n', kib));
        string path = Write(("10/stat", Stat), (name, content), ("linuxmem.json", "{ \"version\": 1, \"pageSize\": 4096 }"));

        LinuxMemException refusal = Assert.Throws<LinuxMemException>(() => Machine.Open(path));

        Assert.Equal(LinuxMemError.InvalidSnapshot, refusal.Kind);
        Assert.Contains($"its file '{name}' is larger than {most}, as on no machine", refusal.Message, StringComparison.Ordinal);

        // In a tree it is not read, and told.
        Copy("tree/10/stat", Stat);
        Copy($"tree/{name}", content);
        using Machine tree = Machine.Open(Path.Combine(folder, "tree"));
        using OpenedFile file = tree.Open(Encoding.UTF8.GetBytes(name + '\0'));
        Assert.False(file.IsOpen);
        Assert.Contains($"'{name}' (larger than {most})", tree.NotRead, StringComparison.Ordinal);
    }

    [Fact]
    public void Mappings_over_each_other_count_once()
    {
        Copy("10/maps", string.Concat(Enumerable.Repeat("0-ffffffffffff0000 rw-p 00000000 00:00 0 \n", 5)) + "1000-ffffffffffff1000 rw-p 00000000 00:00 0 \n");
        var space = new AddressSpace(new SegmentDevices(), 4096);
        using FileDescriptor file = FileDescriptor.WorkingDirectory.Open(Encoding.ASCII.GetBytes(Path.Combine(folder, "10/maps") + "\0"));

        Assert.Equal(0, space.Load(file, fromSmaps: false, new byte[4096]));

        Assert.Equal(0xffffffffffff1000, space.ReadableSize);
    }

    [Fact]
    public void Numbers_of_text_that_do_not_fit_are_none()
    {
        Assert.Null(StatusFile.Parse("Uid:\t1\t1\t1\t1\nVmPTE:\t18014398509481985 kB\n"u8).PageTables);
        Assert.Empty(IomemFile.Parse("fffffffffffff801-fffffffffffffff0 : System RAM\n"u8));
        Assert.Null(MeminfoFile.Parse("MemTotal: 18014398509481985 kB\n"u8, "MemTotal"u8));
        Assert.True(StatFile.TryParse(Encoding.ASCII.GetBytes(Stat.Replace(" 10 1\n", " 9223372036854775807 1\n", StringComparison.Ordinal)), out StatFile stat));
        Assert.InRange(stat.ResidentPages, 1UL, 1UL << 54);
    }

    [Theory]
    [InlineData("hugepages-2048kB", 2UL << 20)]
    [InlineData("hugepages-16777216kB", 16UL << 30)]
    [InlineData("hugepages-0kB", null)]
    [InlineData("hugepages-3kB", null)]
    [InlineData("hugepages-18014398509481984kB", null)]
    [InlineData("hugepages-18446744073709551615kB", null)]
    [InlineData("hugepages-kB", null)]
    [InlineData("hugepages-B", null)]
    public void A_folder_of_huge_pages_has_a_size_that_pages_can_have(string name, ulong? size) => Assert.Equal(size, HugepagesFolder.SizeOf(name));

    private const string Stat = "10 (x) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 409600 10 1\n";
    private const string Maps = "20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n";

    private static string Table(string resident) => Heading + $"         0          5  1600                 65536 10 10 1 0 0 0 0 1700000000 0 1700000000 {resident} 0\n";

    private static string Runs(params (ulong Page, ulong Count)[] runs)
    {
        ulong[] words = [PageRun.Magic, (ulong)runs.Length, 0, .. runs.SelectMany(run => new[] { run.Page, run.Count | (1UL << 56), (1UL << 63) | 7 })];
        return Encoding.Latin1.GetString(MemoryMarshal.AsBytes(words.AsSpan()));
    }

    /// <summary>A snapshot with a segment, in whose manifest one thing is as it should not be.</summary>
    private string Snapshot(string crafted, string resident = "8192") => Write(
        ("10/stat", Stat), ("10/maps", Maps), ("sysvipc/shm", Table(resident)),
        ("linuxmem.json", string.Create(CultureInfo.InvariantCulture, $"{{ \"version\": 1, \"pageSize\": 4096, \"kernel\": \"6.18.0\", {crafted} }}")));

    private void Copy(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
        File.WriteAllText(Path.Combine(folder, name), content);
    }

    private string Write(params (string Name, string Content)[] files)
    {
        string path = Path.Combine(folder, "snapshot");
        using var tar = new TarWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest), TarEntryFormat.Ustar);
        foreach ((string name, string content) in files)
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, SnapshotArchive.Folder + name) { DataStream = new MemoryStream(Encoding.Latin1.GetBytes(content)) });
        }

        return path;
    }
}
