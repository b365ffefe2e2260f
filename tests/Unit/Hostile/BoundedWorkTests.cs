using System.Runtime.InteropServices;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>What a user can make for next to nothing takes next to nothing to look at. Counted, not timed.</summary>
[Beside(Company.Sessions)]
public class BoundedWorkTests(StagingGround ground) : StagedTests(ground)
{
    private const string OneMapping = "10000-20000 rw-p 00000000 00:00 0 \n";
    private const int Variables = 400_000;

    [Fact]
    public void Of_an_environment_full_of_tiny_variables_only_what_is_asked_for_is_kept()
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: OneMapping, environment: Enumerable.Range(0, Variables).ToDictionary(i => $"V{i}", _ => "x")).Map(0x10000, Fixtures.ProcCopy.Frame(1)).Map(0x1f000, 0);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });
        MemProcess process = Assert.Single(scan.Table.Processes);
        Split[] splits = [new EnvironmentSplit("V7"), new EnvironmentSplit("V399999"), new EnvironmentSplit("NONE")];

        ScanResult result = scan.Run(scan.Table.Processes, splits);

        Assert.Equal(["x", "x", EnvironmentSplit.NotSet], result.Reports.Select(report => Assert.Single(report.Groups).GroupName));
        Assert.InRange(Kept(process), 0, 1 << 20);
        Assert.Equal(EnvironFile.MaxVariables, process.Environment.Count);
        Assert.InRange(Kept(process), 0, 1 << 20);
        Assert.Equal("x", process.Environment["V123"]);
    }

    [Fact]
    public void Of_arguments_beyond_all_habit_the_beginning_is_kept_with_a_mark()
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: OneMapping).Write("cmdline", new string('a', 4 << 20) + "\0");
        MemProcess process = Assert.Single(ProcessTable.List(Machine.Open(copy.Root)).Processes);

        ProcessTable.Load([process], ProcessFacts.CommandLine);

        Assert.InRange(Kept(process), 0, 1 << 20);
        Assert.StartsWith(new string('a', BoundedText.MaxBytes) + "… (4194305 bytes; ", process.CommandLine, StringComparison.Ordinal);
        Assert.InRange(process.CommandLine!.Length, BoundedText.MaxBytes, BoundedText.MaxBytes + 64);
    }

    [Fact]
    public void Long_arguments_of_many_processes_are_kept_as_far_as_there_is_room_and_read_anew_beyond()
    {
        const int Processes = 200;
        const long Limit = 16 << 20;
        using var copy = new Fixtures.ProcCopy();
        foreach (int pid in Enumerable.Range(1, Processes))
        {
            copy.Add(pid, maps: OneMapping).Write("cmdline", $"{pid} {new string('a', 100_000)}\0");
        }

        ProcessTable table = ProcessTable.List(Machine.Open(copy.Root), memoryLimit: Limit);
        ProcessTable.Load(table.Processes, ProcessFacts.CommandLine);

        Assert.InRange(table.Processes.Sum(Kept), 1 << 20, Limit);
        Assert.All(table.Processes, process => Assert.StartsWith($"{process.Id} aaa", process.CommandLine, StringComparison.Ordinal));
        Assert.InRange(table.Processes.Sum(Kept), 1 << 20, Limit);
    }

    [Fact]
    public void What_many_processes_say_alike_is_kept_once()
    {
        using var copy = new Fixtures.ProcCopy();
        foreach (int pid in Enumerable.Range(1, 3))
        {
            copy.Add(pid, maps: OneMapping, environment: new Dictionary<string, string> { ["V"] = "the same" }).Write("cmdline", "one line\0").Write("cgroup", "0::/a/slice\n");
        }

        ProcessTable table = ProcessTable.List(Machine.Open(copy.Root));

        Assert.All(table.Processes.Skip(1), process => Assert.Same(table.Processes[0].CommandLine, process.CommandLine));
        Assert.All(table.Processes.Skip(1), process => Assert.Same(table.Processes[0].Cgroup, process.Cgroup));
        Assert.All(table.Processes.Skip(1), process => Assert.Same(table.Processes[0].Variable("V").Value, process.Variable("V").Value));
    }

    [Fact]
    public void Texts_count_against_the_memory_limit()
    {
        using var copy = new Fixtures.ProcCopy();
        foreach (int pid in Enumerable.Range(1, 1000))
        {
            copy.Add(pid, maps: OneMapping).Write("cmdline", $"{pid} {new string('a', 4000)}\0").Map(0x10000, Fixtures.ProcCopy.Frame(1)).Map(0x1f000, 0);
        }

        LinuxMemException refusal = Assert.Throws<LinuxMemException>(() =>
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, MemoryLimit = 4 << 20 });
            scan.Run(scan.Table.Processes, [new PropertySplit("CommandLine")]);
        });

        Assert.Equal(LinuxMemError.MemoryLimit, refusal.Kind);
    }

    [Fact]
    public void A_variable_behind_what_is_read_of_an_environment_is_told()
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: OneMapping, environment: new Dictionary<string, string> { ["FIRST"] = "1", ["FILL"] = new('x', FileBounds.Texts + (1 << 20)), ["LAST"] = "2" }).Map(0x10000, Fixtures.ProcCopy.Frame(1)).Map(0x1f000, 0);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });

        ScanResult result = scan.Run(scan.Table.Processes, [new EnvironmentSplit("FIRST"), new EnvironmentSplit("LAST")]);

        Assert.Equal(["1", EnvironmentSplit.NotSet], result.Reports.Select(report => Assert.Single(report.Groups).GroupName));
        string warning = Assert.Single(result.Warnings, told => told.Contains("LAST may be set", StringComparison.Ordinal));
        Assert.Contains("10 (fixture)", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_differ_behind_the_cut_are_groups_of_their_own()
    {
        using var copy = new Fixtures.ProcCopy();
        string[] values = [new string('x', 2000) + "1", new string('x', 2000) + "2", new string('x', 200_000) + "1", new string('x', 200_000) + "2", new string('x', 9 << 20), new('x', 9 << 20), "short", "short"];
        foreach ((int i, string value) in values.Index())
        {
            copy.Add(i + 1, maps: OneMapping, environment: new Dictionary<string, string> { ["V"] = value }).Write("cmdline", value + "\0").Map(0x10000, Fixtures.ProcCopy.Frame(1)).Map(0x1f000, 0);
        }

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });

        ScanResult result = scan.Run(scan.Table.Processes, [new EnvironmentSplit("V"), new PropertySplit("CommandLine")]);

        Assert.All(result.Reports, report =>
        {
            Assert.Equal(7, report.Groups.Count);
            Assert.Equal(7, report.Groups.Select(group => group.GroupName).Distinct().Count());
            Assert.Equal(2, report.Groups.Single(group => group.GroupName == "short").Procs);
            Assert.All(report.Groups, group => Assert.InRange(group.GroupName.Length, 5, 130));
        });
    }

    [Fact]
    public void As_many_segments_as_there_are_take_as_many_steps()
    {
        const int Segments = 300_000;
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: string.Concat(Enumerable.Range(1, Segments).Select(i => $"{i * 8192L:x}-{(i * 8192L) + 4096:x} rw-s 00000000 00:01 {i} /SYSV00000000 (deleted)\n")));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var space = new AddressSpace(new SegmentDevices(), 4096, null, limit.Token);
        using FileDescriptor file = FileDescriptor.WorkingDirectory.Open(System.Text.Encoding.UTF8.GetBytes($"{copy.Root}/10/maps\0"));

        Assert.Equal(0, space.Load(file, fromSmaps: false, new byte[65536]));

        Assert.Equal(Segments, space.Segments.Count);
    }

    [Theory]
    [InlineData("10000-20000 rw-p 00000000 00:00 0 ")]
    [InlineData("10000-20000 rw-s 00000000 00:01 7 /SYSV00000000 (deleted)")]
    [InlineData("10000-20000 rw-s 00000000 00:02 7 /dev/shm/with_a_name_of_its_own")]
    public void The_lists_of_mappings_take_no_more_than_is_charged_and_all_is_returned(string line)
    {
        const int Mappings = 100_000;
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: string.Concat(Enumerable.Range(1, Mappings).Select(i => $"{i * 8192L:x}-{(i * 8192L) + 4096:x}{line["10000-20000".Length..].Replace(" 7 ", $" {i} ", StringComparison.Ordinal)}\n")));
        var budget = new MemoryBudget(long.MaxValue);
        var devices = new MemoryDevices([new("00:01", ObjectHome.Kernel), new("00:02", ObjectHome.Tmpfs)]);
        using var space = new AddressSpace(new SegmentDevices(), 4096, devices, default, budget);
        using FileDescriptor file = FileDescriptor.WorkingDirectory.Open(System.Text.Encoding.UTF8.GetBytes($"{copy.Root}/10/maps\0"));
        byte[] buffer = new byte[65536];
        long before = GC.GetTotalMemory(forceFullCollection: true);

        Assert.Equal(0, space.Load(file, fromSmaps: false, buffer));

        long taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(Mappings, space.Count);
        Assert.InRange(budget.Used, taken, 8 * taken);
        space.Dispose();
        Assert.Equal(0, budget.Used);
        var small = new MemoryBudget(budget.Peak / 2);
        using var limited = new AddressSpace(new SegmentDevices(), 4096, devices, default, small);
        Assert.Equal(LinuxMemError.MemoryLimit, Assert.Throws<LinuxMemException>(() => limited.Load(file, fromSmaps: false, buffer)).Kind);
        limited.Dispose();
        Assert.Equal(0, small.Used);
    }

    [Fact]
    public void Equal_lists_of_segments_are_kept_once_and_count_against_the_limit()
    {
        const int Segments = 4000;
        var budget = new MemoryBudget(1 << 20);
        var lists = new SegmentLists(budget);
        static AttachedSegment[] Of(ulong ipcNamespace) => [.. Enumerable.Range(1, Segments).Select(i => new AttachedSegment(new SegmentId(ipcNamespace, (ulong)i), 4096))];

        AttachedSegment[] first = lists.Keep(Of(0));
        long used = budget.Used;
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Same(first, lists.Keep(Of(0))));

        Assert.InRange(used, Segments * 32L, 1 << 20);
        Assert.Equal(used, budget.Used);
        Assert.Equal(LinuxMemError.MemoryLimit, Assert.Throws<LinuxMemException>(() => Enumerable.Range(1, 100).Select(i => lists.Keep(Of((ulong)i))).Count(list => list.Length > 0)).Kind);
    }

    [Fact]
    public void A_list_of_mappings_without_end_is_an_error_and_its_reading_can_be_stopped()
    {
        using var copy = new Fixtures.ProcCopy();
        string line = $"10000-20000 rw-p 00000000 fe:01 7 /{new string('d', 1 << 20)}\n";
        copy.Add(10).Write("maps", string.Concat(Enumerable.Repeat(line, 70))).Map(0x10000, Fixtures.ProcCopy.Frame(1)).Map(0x1f000, 0);
        copy.Add(11, maps: OneMapping).Map(0x10000, Fixtures.ProcCopy.Frame(1)).Map(0x1f000, 0);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });

        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()]);

        Assert.Equal(1, result.Scanned);
        UnreadableProcess unreadable = Assert.Single(result.Unreadable);
        Assert.Equal(10, unreadable.Process.Id);
        Assert.Contains("64 MiB", unreadable.Reason, StringComparison.Ordinal);
        var stopped = new AddressSpace(new SegmentDevices(), 4096, null, new CancellationToken(true));
        Assert.Throws<OperationCanceledException>(() => stopped.Load(FileDescriptor.WorkingDirectory.Open(System.Text.Encoding.UTF8.GetBytes($"{copy.Root}/10/maps\0")), fromSmaps: false, new byte[65536]));
    }

    [Fact]
    public void A_variable_counts_as_far_as_execve_allows()
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: OneMapping, environment: new Dictionary<string, string> { ["LONG"] = new('x', 1 << 20), ["LAST"] = "end" });
        MemProcess process = Assert.Single(ProcessTable.List(Machine.Open(copy.Root)).Processes);

        Assert.StartsWith(new string('x', EnvironFile.MaxEntry - "LONG=".Length) + "… (", process.Variable("LONG").Value, StringComparison.Ordinal);
        Assert.Equal(process.Variable("LONG").Value, process.Environment["LONG"]);
        Assert.Equal("end", process.Variable("LAST").Value);
    }

    [Fact]
    public void As_many_mappings_as_the_kernel_allows_far_from_each_other_take_two_calls_each()
    {
        const int Wanted = 65530;
        using Workload workload = Ground.StartHostile($"far-vmas {Wanted}");
        int mappings = workload.Mappings[0].Index;
        Assert.SkipWhen(mappings < 60000, $"Not tested: this kernel allows {mappings} mappings only (vm.max_map_count).");

        ScanResult result = Scan(workload.Pid);

        Assert.Equal(1, result.Scanned);
        Assert.InRange(result.Reports[0].Groups[0].MemAnon!.Value, (long)mappings * Page, (mappings + 1000L) * Page);
        Assert.InRange(result.PagemapCalls, mappings / 2, (2 * mappings) + 1000);
    }

    /// <summary>An empty entry costs 3 ns to read, a populated one 10 ns to scan, and each call about a thousand.</summary>
    [Fact]
    public void Small_processes_of_which_a_third_is_there_take_four_calls_for_their_pages()
    {
        Assert.SkipUnless(PagemapScanSupport.IsAvailable((ulong)Page), "Not tested: this kernel has no PAGEMAP_SCAN (Linux 6.7).");
        using Workload workload = Ground.Start("anon 700 write 0 200 1 write 400 100 1");

        ScanResult result = Scan(workload.Pid);

        Assert.Equal(1, result.Scanned);
        Assert.InRange(result.Reports[0].Groups[0].MemAnon!.Value, 300L * Page, 500L * Page);

        // The program, with its heap far away; the mapping, which the libraries lie beside; the stack; and whether the process was still there.
        Assert.InRange(result.PagemapCalls, 3, 5);
    }

    [Fact]
    public void A_segment_beside_memory_that_is_full_is_not_read_with_it()
    {
        Assert.SkipUnless(PagemapScanSupport.IsAvailable((ulong)Page), "Not tested: this kernel has no PAGEMAP_SCAN (Linux 6.7).");
        using Workload workload = Ground.Start("sysv 6000 sysv-remove write 0 6000 1 anon 1024 write 0 1024 1");

        ScanResult result = Scan(workload.Pid);

        Assert.Equal(1, result.Scanned);
        Assert.InRange(result.PagemapEntries, 1024, 3000);
    }

    [Fact]
    public void A_reservation_of_47_bits_takes_a_few_calls_for_each_page_in_it()
    {
        Assert.SkipUnless(PagemapScanSupport.IsAvailable((ulong)Page), "Not tested: this kernel has no PAGEMAP_SCAN (Linux 6.7).");
        using Workload workload = Ground.StartHostile("one-vma scattered");

        ScanResult result = Scan(workload.Pid);

        Assert.Equal(1, result.Scanned);
        Assert.InRange(result.PagemapCalls, 10, 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_a_scan_for_holes_a_process_that_hides_its_pages_in_them_is_named_and_not_looked_for_for_ever(int threads)
    {
        const long Most = 8L << 30;
        using Workload near = Ground.Start("anon 1000 write 0 1000 1");
        using Workload far = Ground.StartHostile("one-vma scattered");

        ScanResult result = Scan(new ScanOptions { PagemapMode = PagemapMode.Plain, Threads = threads, MaxEmptySpace = Most }, near.Pid, far.Pid);

        Assert.Equal(1, result.Scanned);
        UnreadableProcess unreadable = Assert.Single(result.Unreadable);
        Assert.Equal(far.Pid, unreadable.Process.Id);
        Assert.Contains("PAGEMAP_SCAN", unreadable.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Reports[0].Groups.Sum(group => group.MemAnon!.Value), 1000L * Page, 2000L * Page);
        Assert.InRange(result.PagemapCalls, 10, 4 * Most / Page / 8192);
    }

    [Fact]
    public void Of_a_segment_of_a_tebibyte_only_what_it_holds_is_looked_at()
    {
        Ground.Require();
        const ulong Size = 1UL << 40;
        const int Pages = 512;
        int id = HugeSegment.Create(unchecked((nuint)Size));
        Assert.SkipWhen(id < 0, "Not tested: this kernel makes no segments of that size.");
        try
        {
            nint address = HugeSegment.Attach(id);
            Assert.NotEqual(-1, address);
            try
            {
                // Half at its front, half at its end.
                for (long i = 0; i < Pages; i++)
                {
                    long at = i < Pages / 2 ? i * Page : (long)Size - ((Pages - i) * Page);
                    Marshal.WriteByte(address, 0);
                    Marshal.WriteByte((nint)(address + at), 1);
                }

                using AttachedMapping mapping = AttachedMapping.Attach((ulong)id, Size, HugePage)!;

                Assert.NotNull(mapping.CountHuge(HugePage, (ulong)(Pages * Page), default));
                Assert.InRange(mapping.LookedAt, (ulong)(Pages * Page), 2UL * HugePage);
            }
            finally
            {
                HugeSegment.Detach(address);
            }
        }
        finally
        {
            HugeSegment.Remove(id);
        }
    }

    private static ScanResult Scan(params int[] pids) => Scan(new ScanOptions { Threads = 2 }, pids);

    private static ScanResult Scan(ScanOptions options, params int[] pids)
    {
        using MemScan scan = MemScan.Begin(options);
        return scan.Run([.. scan.Table.Processes.Where(process => pids.Contains(process.Id))], [new WholeSplit()]);
    }

    /// <summary>Bytes of the strings and collections that hang on a process, as far as they are its own.</summary>
    private static long Kept(object kept)
    {
        long size = 0;
        foreach (System.Reflection.FieldInfo field in kept.GetType().GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic))
        {
            size += field.GetValue(kept) switch
            {
                string text => text.Length * 2L,
                System.Collections.ICollection collection => collection.Count * 64L,
                LoadedFacts facts => Kept(facts),
                _ => 0,
            };
        }

        return size;
    }
}
