using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>Other places than /proc to read from give the same figures.</summary>
[Beside(Company.Sessions)]
public class OtherProcTests(StagingGround ground) : StagedTests(ground)
{
    private const string Layout = "anon 3000 write 0 2000 1 huge 3 write 0 2 512 shared 300 write 0 300 1 sysv 100 write 0 60 1 sparse 100000 write 0 50 2000 "
        + "fork uid 65534 select 0 write 0 500 1 select 2 read 0 100 1 end";

    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void Another_mount_of_proc(PagemapMode mode)
    {
        string mount = Directory.CreateDirectory(Ground.NewName("mount")).FullName;
        using Workload mounted = Ground.Start($"mount-proc {mount}");
        using Workload workload = Ground.Start(Layout, stage: "here");

        AssertSame(workload, $"/proc/{mounted.Pid}/root{mount}", mode);
    }

    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void Copy_in_ordinary_files(PagemapMode mode)
    {
        using Workload workload = Ground.Start(Layout, stage: "here");
        workload.Stop();
        string copy = ProcCopy.Make(Ground, workload.Pids);

        AssertSame(workload, copy, mode);
    }

    private static void AssertSame(Workload workload, string root, PagemapMode mode)
    {
        ProcessPages[] counted = Check(workload);
        Grouping[] groupings = Grouping.All(workload.Pids);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root, PagemapMode = mode, Threads = 2 });

        ScanResult result = scan.Run(scan.Table.Processes.Where(p => workload.Pids.Contains(p.Id)).ToList(), groupings.Select(g => g.Split).ToList());

        var differences = new List<string>();
        ExactComparison.Compare($"{root}, {mode}", result, counted, groupings, differences);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
