using System.Diagnostics;

namespace LinuxMem.Unit.Cli;

[Beside(Company.Sessions)]
public sealed class SnapshotCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Data_goes_to_the_file_and_words_to_standard_error()
    {
        Rights.RequireFrameNumbers();
        string file = Path.Combine(folder, "a file.tar.gz");

        Outcome outcome = LinuxMemCommand.Run("snapshot", file, "--skip-oracle");
        Outcome again = LinuxMemCommand.Run("snapshot", file, "--skip-oracle");

        Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Output));
        Assert.Matches(@"Wrote \d+ processes to .*a file\.tar\.gz \(\d+\.\d\d [KM]iB\) in \d+\.\d{3} s", outcome.Error);
        Assert.Equal(1, again.ExitCode);
        Assert.Equal($"linuxmem: '{file}' exists already. Give another name, or -Force (linuxmem: --force) to replace it.\n", again.Error);
        Assert.Equal([file], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Values_of_the_environment_are_kept_by_name_and_pattern()
    {
        Rights.RequireFrameNumbers();
        string file = Path.Combine(folder, "snapshot");
        string id;
        using (Process sleeper = Start())
        {
            id = sleeper.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(0, LinuxMemCommand.Run("snapshot", file, "-f", $"pid({id})", "-i", "LINUXMEM_K?PT*", "--include-environment", "PATH", "--skip-oracle").ExitCode);
            sleeper.Kill();
            sleeper.WaitForExit();
        }

        Outcome outcome = LinuxMemCommand.Run("groups", "--proc-root", file, "-e", "LINUXMEM_KEPT1", "-e", "LINUXMEM_HIDDEN", "-o", "csv");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(",value-one,", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(",(masked),", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("value-two", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("--include-environment LINUXMEM_HIDDEN", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ordinary_user_cannot_take_one_and_nothing_is_left()
    {
        Rights.RequireSetPriv();
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);

        Outcome outcome = LinuxMemCommand.Start(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. LinuxMemCommand.Words, "snapshot", Path.Combine(folder, "x")]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("CAP_SYS_ADMIN", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("snapshot")]
    [InlineData("snapshot", "/tmp/x", "extra")]
    [InlineData("snapshot", "/tmp/x", "-i")]
    [InlineData("snapshot", "/tmp/x", "-f", "nosuch(1)")]
    [InlineData("snapshot", "/tmp/x", "--timeout", "0")]
    public void Wrong_usage_ends_with_2(params string[] arguments)
    {
        Outcome outcome = LinuxMemCommand.Run(arguments);

        Assert.Equal((2, string.Empty), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("linuxmem: ", outcome.Error, StringComparison.Ordinal);
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo("sleep", "60");
        start.Environment["LINUXMEM_KEPT1"] = "value-one";
        start.Environment["LINUXMEM_HIDDEN"] = "value-two";
        Process process = Process.Start(start)!;

        // Until execve, its environment is that of the test.
        for (var clock = Stopwatch.StartNew(); File.ReadAllText($"/proc/{process.Id}/comm") != "sleep\n" && clock.Elapsed < TimeSpan.FromSeconds(10);)
        {
            Thread.Sleep(1);
        }

        return process;
    }
}
