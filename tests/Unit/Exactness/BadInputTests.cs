using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

[Beside(Company.Sessions)]
public class BadInputTests(StagingGround ground) : StagedTests(ground)
{
    [Theory]
    [InlineData("")]
    [InlineData("/no/such/folder")]
    [InlineData("/etc/passwd")]
    [InlineData("/usr")]
    [InlineData("/proc/self")]
    [InlineData("relative\0name")]
    public void Folder_that_is_no_proc(string folder) =>
        AssertFails(LinuxMemError.NotProc, () => MemScan.Begin(new ScanOptions { ProcRoot = folder }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Threads_below_one(int threads) =>
        AssertFails(LinuxMemError.InvalidArgument, () => MemScan.Begin(new ScanOptions { Threads = threads }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Memory_limit_below_one(long limit) =>
        AssertFails(LinuxMemError.InvalidArgument, () => MemScan.Begin(new ScanOptions { MemoryLimit = limit }));

    [Fact]
    public void Memory_limit_that_is_too_small_for_the_scan()
    {
        using Workload workload = Ground.Start("anon 50000 write 0 50000 1");

        AssertFails(LinuxMemError.MemoryLimit, () =>
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { MemoryLimit = 4096 });
            scan.Run(scan.Table.Processes.Where(p => p.Id == workload.Pid).ToList(), [new WholeSplit()]);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("A=B")]
    [InlineData("A\0B")]
    public void Name_that_no_variable_has(string name) => AssertFails(LinuxMemError.InvalidArgument, () => _ = new EnvironmentSplit(name));

    [Theory]
    [InlineData()]
    [InlineData(0)]
    [InlineData(1, -5)]
    public void Ids_that_no_process_has(params int[] ids) => AssertFails(LinuxMemError.InvalidArgument, () => _ = new PidSplit(ids));

    [Fact]
    public void Id_of_no_process_there_is()
    {
        Ground.Require();
        using MemScan scan = MemScan.Begin(new ScanOptions());
        new PidSplit([Environment.ProcessId]).Verify(scan.Table);

        AssertFails(LinuxMemError.ProcessNotFound, () => new PidSplit([Environment.ProcessId, int.MaxValue]).Verify(scan.Table));
        AssertFails(LinuxMemError.ProcessNotFound, () => new PidSplit([2]).Verify(scan.Table)); // kthreadd
    }

    private static void AssertFails(LinuxMemError kind, Action action)
    {
        LinuxMemException error = Assert.Throws<LinuxMemException>(action);
        Assert.Equal(kind, error.Kind);
        Assert.False(string.IsNullOrWhiteSpace(error.Message));
    }
}
