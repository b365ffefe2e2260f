using System.Text.Json;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Hostile;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.KernelVariety;

/// <summary>A kernel that does not know PAGEMAP_SCAN: the call is refused to the whole command (seccomp).</summary>
[Beside(Company.Sessions)]
public class NoPagemapScanTests(StagingGround ground) : StagedTests(ground)
{
    [Theory]
    [InlineData("anon 3000 write 0 2000 1 huge 3 write 0 2 512 shared 300 write 0 300 1 sysv 100 write 0 60 1 sparse 100000 write 0 50 2000")]
    [InlineData("anon 600 write 0 100 1 read 100 300 1 memfd 500 write 0 300 1")]
    public void Figures_are_the_same_when_the_kernel_refuses_it(string layout)
    {
        Rights.RequireFrameNumbers();
        using Workload workload = Ground.Start(layout);
        Check(workload);
        MemProcess process = Hold.Measure(workload.Pid);
        string[] words = [.. LinuxMemCommand.Words, "processes", "-o", "json", "-f", $"pid({workload.Pid})"];

        Outcome outcome = LinuxMemCommand.Start([Ground.HostileProgram, "without-pagemap-scan", .. words]);

        Assert.SkipWhen(outcome.Error.Contains("seccomp", StringComparison.Ordinal), $"Not tested: {outcome.Error}");
        Assert.Equal(0, outcome.ExitCode);
        JsonElement told = Assert.Single(JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray());
        Assert.Equal(
            (process.MemRss, process.MemAnon, process.SwapRss, process.ShmMem),
            (told.GetProperty("mem_rss").GetInt64(), told.GetProperty("mem_anon").GetInt64(), told.GetProperty("swap_rss").GetInt64(), told.GetProperty("shm_mem").GetInt64()));
    }

    [Fact]
    public void The_refusal_is_real()
    {
        Ground.Require();
        Assert.SkipUnless(PagemapScanSupport.IsAvailable((ulong)Page), "Not tested: this kernel has no PAGEMAP_SCAN to refuse.");
        Assert.SkipUnless(Command.Exists("strace"), "Not tested: there is no strace.");
        string trace = Ground.NewName("trace");
        string[] words = ["strace", "-f", "-e", "trace=ioctl", "-o", trace, Ground.HostileProgram, "without-pagemap-scan", .. LinuxMemCommand.Words, "groups"];

        Outcome outcome = LinuxMemCommand.Start(words);

        Assert.SkipWhen(outcome.Error.Contains("ptrace", StringComparison.Ordinal), $"Not tested: {outcome.Error}");
        Assert.Contains(File.ReadLines(trace), line => line.Contains("0x66, 0x10, 0x60", StringComparison.Ordinal) || line.Contains("PAGEMAP_SCAN", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadLines(trace), line => (line.Contains("0x66, 0x10, 0x60", StringComparison.Ordinal) || line.Contains("PAGEMAP_SCAN", StringComparison.Ordinal)) && !line.Contains("ENOTTY", StringComparison.Ordinal) && !line.Contains("unfinished", StringComparison.Ordinal));
    }
}
