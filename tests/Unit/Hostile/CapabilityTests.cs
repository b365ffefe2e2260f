using System.Text.Json;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>What SECURITY.md says of running it with less than root: an ordinary user with a few capabilities (setpriv(1)).</summary>
[Beside(Company.Sessions)]
public class CapabilityTests(StagingGround ground) : StagedTests(ground)
{
    private const string Nobody = "65534";

    [Fact]
    public void Three_capabilities_are_enough_for_an_ordinary_user()
    {
        Rights.RequireSetPriv();
        Rights.RequireFrameNumbers();
        using Workload workload = Ground.Start("anon 300 write 0 300 1 shared 50 write 0 50 1 sysv 40 write 0 40 1 fork uid 20001 anon 100 write 0 100 1 end", stage: "seen");
        Check(workload);
        string[] arguments = ["groups", "-e", Workload.StageVariable, "-f", $"env_k({Workload.StageVariable})", "-o", "json"];

        Outcome asRoot = LinuxMemCommand.Run(arguments);
        Outcome asNobody = With("+sys_admin,+sys_ptrace,+dac_read_search", arguments);

        Assert.Equal(0, asNobody.ExitCode);
        JsonElement group = Assert.Single(JsonDocument.Parse(asNobody.Output).RootElement.EnumerateArray());
        Assert.Equal("seen", group.GetProperty("group_name").GetString());
        JsonElement same = Assert.Single(JsonDocument.Parse(asRoot.Output).RootElement.EnumerateArray());
        Assert.All(["procs", "mem_rss", "mem_anon", "mem_uss", "shm_mem", "shm_uss"], key => Assert.Equal(same.GetProperty(key).GetInt64(), group.GetProperty(key).GetInt64()));
    }

    [Fact]
    public void Without_CAP_DAC_READ_SEARCH_the_processes_of_others_are_named_as_not_read()
    {
        Outcome outcome = OneProcess("+sys_admin,+sys_ptrace", out int pid);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains($"1 process could not be read and is not in the figures: {pid} ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray());
    }

    [Fact]
    public void Without_CAP_SYS_ADMIN_there_is_an_error()
    {
        Outcome outcome = OneProcess("+sys_ptrace,+dac_read_search", out _);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Contains("CAP_SYS_ADMIN", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Newer kernels let CAP_SYS_ADMIN read what older ones want CAP_SYS_PTRACE for: it is the whole, or it is named.</summary>
    [Fact]
    public void Without_CAP_SYS_PTRACE_a_process_of_another_is_read_whole_or_named()
    {
        Rights.RequireSetPriv();
        Rights.RequireFrameNumbers();
        using Workload workload = Ground.Start("anon 300 write 0 300 1");
        workload.Stop();
        int pid = workload.Pid;

        Outcome outcome = With("+sys_admin,+dac_read_search", "processes", "-f", $"pid({pid})", "-o", "json");

        Assert.Equal(0, outcome.ExitCode);
        JsonElement[] told = [.. JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray()];
        if (told.Length == 0)
        {
            Assert.Contains($"not in the figures: {pid} ", outcome.Error, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(Hold.Measure(pid).MemRss, Assert.Single(told).GetProperty("mem_rss").GetInt64());
        }
    }

    [Fact]
    public void Lists_of_segments_and_file_systems_need_no_capability()
    {
        Rights.RequireSetPriv();
        using Workload workload = Ground.Start("sysv 40 write 0 40 1");
        int id = Assert.Single(workload.Segments);

        Outcome shm = With("-all", "shm", "-o", "json");
        Outcome tmpfs = With("-all", "tmpfs", "-o", "json");

        Assert.Equal((0, 0), (shm.ExitCode, tmpfs.ExitCode));
        JsonElement segment = JsonDocument.Parse(shm.Output).RootElement.EnumerateArray().Single(one => one.GetProperty("shmid").GetInt64() == id);
        Assert.Equal(40L * Page, segment.GetProperty("rss").GetInt64());
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(tmpfs.Output).RootElement.ValueKind);
    }

    private Outcome OneProcess(string capabilities, out int pid)
    {
        Rights.RequireSetPriv();
        Rights.RequireFrameNumbers();
        using Workload workload = Ground.Start("anon 300 write 0 300 1");
        workload.Stop();
        pid = workload.Pid;
        return With(capabilities, "processes", "-f", $"pid({pid})", "-o", "json");
    }

    private static Outcome With(string capabilities, params string[] arguments)
    {
        string set = capabilities == "-all" ? capabilities : $"-all,{capabilities}";
        return LinuxMemCommand.Start([
            "setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--inh-caps", set, "--ambient-caps", set, "--bounding-set", set,
            .. LinuxMemCommand.Words, .. arguments]);
    }
}
