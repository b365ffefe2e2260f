using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Address spaces of extreme shapes, and such that change while they are read.</summary>
public class AddressSpaceTests(StagingGround ground) : StagedTests(ground)
{
    /// <summary>So many scans that met what changes are enough; one that ends soon after it has begun is not met by each.</summary>
    private const int Enough = 15;

    private const int MostLooks = 60;

    [Fact]
    public void One_mapping_of_47_bits_with_pages_all_over_it()
    {
        using Workload workload = Ground.StartHostile("one-vma scattered");
        Assert.InRange(workload.Mappings[0].Bytes, 1L << 46, 1L << 47);
        Assert.SkipUnless(PagemapScanSupport.IsAvailable((ulong)Page), "Not tested: without PAGEMAP_SCAN (Linux 6.7) every hole is read, and there are 34 thousand millions of them.");

        AssertAsSmapsSays(workload, PagemapMode.Auto);
    }

    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void One_mapping_of_47_bits_with_pages_at_its_front(PagemapMode mode)
    {
        using Workload workload = Ground.StartHostile("one-vma first");
        Assert.InRange(workload.Mappings[0].Bytes, 1L << 46, 1L << 47);

        AssertAsSmapsSays(workload, mode);
    }

    [Fact]
    public void As_many_mappings_as_the_kernel_allows()
    {
        const int Wanted = 65530;
        using Workload workload = Ground.StartHostile($"many-vmas {Wanted}");
        Assert.SkipWhen(workload.Mappings[0].Index < Wanted, $"Not tested: this kernel allows {workload.Mappings[0].Index} mappings only (vm.max_map_count).");

        Hold.Check(workload.Pid);
    }

    [Theory]
    [InlineData("remap-loop", PagemapMode.Auto, 500)]
    [InlineData("remap-loop", PagemapMode.Plain, 500)]
    [InlineData("exec-loop", PagemapMode.Auto, 0)]
    [InlineData("exec-loop", PagemapMode.Plain, 0)]
    [InlineData("vfork-loop", PagemapMode.Auto, 500)]
    [InlineData("vfork-loop", PagemapMode.Plain, 500)]
    [InlineData("dead-leaders", PagemapMode.Auto, 0)]
    [InlineData("dead-leaders", PagemapMode.Plain, 0)]
    public void What_changes_while_it_is_read_is_read_or_said_to_be_left_out(string mode, PagemapMode way, int least)
    {
        using Workload still = Ground.Start("anon 1000 write 0 1000 1", stage: "still");
        using Workload restless = Ground.StartHostile(mode, stage: "restless");
        still.Stop();
        Split[] splits = [new EnvironmentSplit(Workload.StageVariable), new UidSplit(), new WholeSplit()];
        int seen = 0;
        for (int i = 0; i < MostLooks && seen < Enough; i++)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = way, Threads = 2 });
            ScanResult result = scan.Run(scan.Table.Processes, splits);

            Assert.Equal(scan.Table.Processes.Count, result.Scanned + result.Vanished + result.Unreadable.Count);
            Assert.Empty(result.Reports.SelectMany(ReportRules.Violations));
            Assert.All(result.Reports, report => Assert.Equal(result.Scanned, report.Groups.Sum(group => group.Procs)));
            Assert.All(result.Unreadable.Where(unreadable => unreadable.Process.Comm is "hostile" or "exe"), unreadable => Assert.Contains("it lives, but", unreadable.Reason, StringComparison.Ordinal));
            MemGroup quiet = result.Reports[0].Groups.Single(group => Equals(group.Key, "still"));
            Assert.InRange(quiet.MemUss!.Value, 1000L * Page, 2000L * Page);
            if (result.Reports[0].Groups.SingleOrDefault(group => Equals(group.Key, "restless")) is MemGroup group)
            {
                // Never more than a few processes with a few hundred pages each: nothing is counted that is not there.
                Assert.InRange(group.MemRss!.Value, (long)least * Page, group.Procs * 4000L * Page);
                seen++;
            }
        }

        Assert.InRange(seen, 1, Enough);
    }

    /// <summary>The independent count reads every hole; of a sparse giant only the kernel's own sums are soon had.</summary>
    private static void AssertAsSmapsSays(Workload workload, PagemapMode mode)
    {
        workload.Stop();
        SmapsRollup before;
        MemProcess process;
        int attempts = 0;
        do
        {
            before = SmapsRollup.Of(workload.Pid);
            process = Hold.Measure(workload.Pid, mode);
        }
        while (before.Resident != SmapsRollup.Of(workload.Pid).Resident && ++attempts < 10);

        Assert.Equal(before.Resident, process.MemRss);
        Assert.Equal(before["Anonymous"], process.MemAnon);
        Assert.InRange(process.MemAnon!.Value, 64L * Page, long.MaxValue);
    }
}
