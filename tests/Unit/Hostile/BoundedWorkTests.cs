using System.Runtime.InteropServices;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>What a user can make for next to nothing takes next to nothing to look at. Counted, not timed.</summary>
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
        Assert.Equal(Variables, process.Environment.Count);
        Assert.InRange(Kept(process), 0, 1 << 20);
        Assert.Equal("x", process.Environment["V123"]);
    }

    [Fact]
    public void Arguments_beyond_all_habit_are_read_each_time_and_not_kept()
    {
        using var copy = new Fixtures.ProcCopy();
        string arguments = new('a', 4 << 20);
        copy.Add(10, maps: OneMapping).Write("cmdline", arguments + "\0");
        MemProcess process = Assert.Single(ProcessTable.List(Machine.Open(copy.Root)).Processes);

        ProcessTable.Load([process], ProcessFacts.CommandLine);

        Assert.InRange(Kept(process), 0, 1 << 20);
        Assert.Equal(arguments, process.CommandLine);
        Assert.Equal(arguments, process.CommandLine);
        Assert.InRange(Kept(process), 0, 1 << 20);
    }

    [Fact]
    public void A_variable_counts_as_far_as_execve_allows()
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: OneMapping, environment: new Dictionary<string, string> { ["LONG"] = new('x', 1 << 20), ["LAST"] = "end" });
        MemProcess process = Assert.Single(ProcessTable.List(Machine.Open(copy.Root)).Processes);

        Assert.Equal(EnvironFile.MaxEntry - "LONG=".Length, process.Variable("LONG").Value!.Length);
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
        Assert.InRange(result.PageMapCalls, mappings / 2, (2 * mappings) + 1000);
    }

    [Fact]
    public void A_reservation_of_47_bits_takes_a_few_calls_for_each_page_in_it()
    {
        Assert.SkipUnless(PagemapScanSupport.IsAvailable((ulong)Page), "Not tested: this kernel has no PAGEMAP_SCAN (Linux 6.7).");
        using Workload workload = Ground.StartHostile("one-vma scattered");

        ScanResult result = Scan(workload.Pid);

        Assert.Equal(1, result.Scanned);
        Assert.InRange(result.PageMapCalls, 10, 1000);
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
        Assert.InRange(result.PageMapCalls, 10, 4 * Most / Page / 8192);
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

    /// <summary>The size of the strings and collections that hang on a process, as far as they are its own.</summary>
    private static long Kept(MemProcess process)
    {
        long size = 0;
        foreach (System.Reflection.FieldInfo field in typeof(MemProcess).GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic))
        {
            size += field.GetValue(process) switch
            {
                string text => text.Length * 2L,
                System.Collections.ICollection collection => collection.Count * 64L,
                _ => 0,
            };
        }

        return size;
    }
}
