using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

public class WholeMachineTests(StagingGround ground) : StagedTests(ground)
{
    [Theory]
    [InlineData(PagemapMode.Auto, 1)]
    [InlineData(PagemapMode.Auto, 2)]
    [InlineData(PagemapMode.Plain, 2)]
    public void Reports_of_one_scan_add_up_to_the_same(PagemapMode mode, int threads)
    {
        using Workload workload = Ground.Start("anon 500 write 0 500 1 shared 100 write 0 100 1 sysv 50 write 0 20 1 fork uid 1000 select 0 write 0 100 1 end", stage: "here");
        using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = mode, Threads = threads });

        ScanResult result = scan.Run(scan.Table.Processes, [new UidSplit(), new EnvironmentSplit(Workload.StageVariable), new PerProcessSplit(), new WholeSplit()]);

        Assert.Empty(result.Reports.SelectMany(ReportRules.Violations));
        Assert.Single(result.Reports.Select(r => r.MemMapped).Distinct());
        Assert.All(result.Reports, r => Assert.Equal(result.Scanned, r.Groups.Sum(g => g.Procs)));
        Assert.Equal(scan.Table.Processes.Count, result.Scanned + result.Vanished + result.Unreadable.Count);
        MemGroup all = result.Reports[3].Groups.Single();
        Assert.Equal((all.MemRss, all.MemRss, all.SwapRss), (all.MemUss, all.MemPss, all.SwapUss));
        Assert.Equal(all.ShmMem, all.ShmUss);
        Assert.InRange(all.MemRss!.Value, 600L * Page, long.MaxValue);
    }

    [Fact]
    public void Kernel_threads_are_no_processes()
    {
        Ground.Require();
        using MemScan scan = MemScan.Begin(new ScanOptions());

        Assert.DoesNotContain(scan.Table.Processes, p => p.Id == 2 && p.Comm == "kthreadd");
        Assert.Contains(scan.Table.Processes, p => p.Id == Environment.ProcessId);
    }
}
