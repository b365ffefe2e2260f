using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Snapshots;

/// <summary>The file of a snapshot is read with managed code only, as a system would that is not Linux.</summary>
[Beside(Company.Sessions)]
public sealed class WithoutLinuxTests(StagingGround ground) : StagedTests(ground), IDisposable
{
    private const string Layout = "anon 3000 write 0 2000 1 read 2000 1000 1 huge 3 write 0 2 512 shared 300 write 0 300 1 sysv 100 write 0 60 1 "
        + "sparse 100000000 write 0 50 2000000 fork uid 65534 select 0 write 0 500 1 end fork lone-thread end fork ipc-namespace sysv 40 write 0 30 1 uid 1000 end";

    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-managed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("groups", "--split-uid", "--split-env", "HOME", "--split-by", "Cgroup")]
    [InlineData("processes")]
    [InlineData("processes", "-l")]
    [InlineData("shm")]
    [InlineData("tmpfs")]
    [InlineData("oracle")]
    public void A_report_without_a_native_call_is_the_usual_one(params string[] command)
    {
        string snapshot = Take();
        string[] arguments = [.. command, "--proc-root", snapshot, "-o", "json"];

        Outcome usual = LinuxMemCommand.Run(arguments);
        Outcome managed = RunManaged(arguments);

        Assert.Equal((0, usual.Output), (managed.ExitCode, managed.Output));
        Assert.Equal(0, usual.ExitCode);
        Assert.Equal([snapshot], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Only_the_file_of_a_snapshot_is_read_without_Linux()
    {
        foreach (string path in new[] { "/proc", folder, Path.Combine(folder, "nothing") })
        {
            Outcome outcome = RunManaged("groups", "--proc-root", path);

            Assert.Equal((1, string.Empty), (outcome.ExitCode, outcome.Output));
            Assert.StartsWith($"linuxmem: '{path}' ", outcome.Error, StringComparison.Ordinal);
            Assert.Contains("Give the file of a snapshot", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_native_call_would_be_seen()
    {
        Outcome outcome = RunManaged([$"{StartupHook.KeepWay}=1"], ["groups", "--proc-root", Path.Combine(folder, "nothing")]);

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(StartupHook.Forbidden, outcome.Error, StringComparison.Ordinal);
    }

    private Outcome RunManaged(params string[] arguments) => RunManaged([], arguments);

    private Outcome RunManaged(string[] variables, string[] arguments) => LinuxMemCommand.Start(
        ["env", $"DOTNET_STARTUP_HOOKS={typeof(StartupHook).Assembly.Location}", $"TMPDIR={folder}", .. variables, .. LinuxMemCommand.ManagedWords, .. arguments]);

    private string Take()
    {
        Rights.RequireFrameNumbers();
        using Workload workload = Ground.Start(Layout, stage: "here");
        workload.Stop();
        string file = Path.Combine(folder, "snapshot.tar.gz");
        string pids = string.Join(',', workload.Pids.Select(pid => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pid({pid})")));
        Outcome taken = LinuxMemCommand.Run("snapshot", file, "-f", $"or({pids})", "--skip-oracle");
        Assert.True(taken.ExitCode == 0, taken.Error);
        return file;
    }
}
