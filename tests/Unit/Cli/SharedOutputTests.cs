using System.Text.Json;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Cli;

public class SharedOutputTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Kinds_and_names_choose_what_is_listed()
    {
        using Workload workload = Ground.Start("memfd 20 write 0 20 1 memfd-open 9 shared 30 write 0 30 1 sysv 10 write 0 10 1");
        workload.Stop();

        Assert.Equal(["Memfd /memfd:opened", "Memfd /memfd:staged"], Listed("--kind", "memfd"));
        Assert.Equal(["SharedAnonymous /dev/zero", "SharedAnonymous /dev/zero", "SysV /SYSV00000000"], Listed("--kind", "SysV,SharedAnonymous"));
        Assert.Equal(["Memfd /memfd:staged", "SysV /SYSV00000000"], Listed("--name", "/memfd:st?ged", "--name", "/SYSV*"));
        Assert.Equal([], Listed("--name", "/MEMFD:*"));
        Assert.Equal(["Memfd /memfd:opened"], Listed("--kind", "SysV", "--kind", "memfd", "--name", "*opened"));

        string[] Listed(params string[] options) =>
        [
            .. JsonDocument.Parse(LinuxMemCommand.Run(["shared", "-o", "json", .. options]).Output).RootElement.EnumerateArray()
                .Where(one => one.GetProperty("pids").GetString()!.Split(' ').Contains($"{workload.Pid}"))
                .Select(one => $"{one.GetProperty("kind").GetString()} {one.GetProperty("name").GetString()}")
                .Order(StringComparer.Ordinal),
        ];
    }

    [Theory]
    [InlineData("3")]
    [InlineData("memfds")]
    [InlineData("SysV,")]
    public void A_kind_that_there_is_not_is_wrong_usage(string kind)
    {
        Outcome outcome = LinuxMemCommand.Run("shared", "--kind", kind);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--kind needs one of SysV, Posix, Memfd,", outcome.Error, StringComparison.Ordinal);
    }
}
