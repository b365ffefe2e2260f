using System.Diagnostics;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Unit.Postgres;

/// <summary>
/// A program that is called postgres and lives in a data directory that its owner has made up: nothing waits, and nothing is told that he
/// could not read himself.
/// </summary>
[Beside(Company.Sessions)]
public sealed class CraftedDirectoryTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-pg-").FullName;
    private readonly List<Process> started = [];

    public CraftedDirectoryTests()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Not tested: only root can start a program as another user.");
        File.Copy("/bin/sleep", Path.Combine(folder, "postgres"));
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
    }

    private string Data => Path.Combine(folder, "data");

    public void Dispose()
    {
        started.ForEach(process =>
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        });
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Neither_pipes_nor_links_nor_giants_nor_garbage_stop_it()
    {
        Make("15\n");
        Run("mkfifo", "-m", "644", Path.Combine(Data, "postmaster.pid"));
        File.CreateSymbolicLink(Path.Combine(Data, "postgresql.auto.conf"), "/etc/shadow");
        File.WriteAllBytes(Path.Combine(Data, "garbage.conf"), [0, 255, 254, (byte)'\n', (byte)'\'', 0, (byte)'=', 10, 13]);
        using (FileStream large = File.Create(Path.Combine(Data, "large.conf")))
        {
            large.SetLength(1L << 30);
        }

        Directory.CreateDirectory(Path.Combine(Data, "folder.conf"));
        File.WriteAllText(Path.Combine(Data, "postgresql.conf"), """
            include 'garbage.conf'
            include 'large.conf'
            include 'folder.conf'
            include '../data/garbage.conf'
            include 'postgresql.conf'
            shared_buffers = 48MB
            """);
        PostgresInstance instance = Start();

        Assert.Equal((Data, "15", 48L << 20), (instance.DataDirectory, instance.Version, instance.SharedBuffers));
        Assert.Null(instance.WorkMem);
        Assert.Null(instance.Port);
        Assert.Equal(1, instance.Processes);
        Assert.Contains("'postmaster.pid' is no ordinary file", instance.Status, StringComparison.Ordinal);
        Assert.Contains("'large.conf' is longer than any such file is", instance.Status, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/shadow", "may not be read by its owner")]
    [InlineData("/root/any.conf", "may not be read by its owner")]
    [InlineData("link.conf", "is a symbolic link")]
    [InlineData("linked/secret.conf", "is a symbolic link")]
    [InlineData("hard.conf", "may not be read by its owner")]
    public void Nothing_is_told_that_its_owner_could_not_read(string included, string reason)
    {
        Make("15\n");
        string secret = Path.Combine(folder, "secret.conf");
        File.WriteAllText(secret, "shared_buffers = 99MB\n");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(Path.Combine(Data, "link.conf"), secret);
        File.CreateSymbolicLink(Path.Combine(Data, "linked"), folder);
        Run("ln", secret, Path.Combine(Data, "hard.conf"));
        File.WriteAllText(Path.Combine(Data, "postgresql.conf"), $"include '{included}'\n");
        PostgresInstance instance = Start();

        Assert.Null(instance.SharedBuffers);
        Assert.Contains($"'{included}' {reason}", instance.Status, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fifo", "'postmaster.pid' is no ordinary file")]
    [InlineData("link", "'postmaster.pid' is a symbolic link")]
    [InlineData("large", "'postmaster.pid' is longer than any such file is")]
    [InlineData("garbage", "'postgresql.conf' is not there")]
    public void A_lock_file_of_any_kind_tells_no_port_that_is_not_its_own(string kind, string status)
    {
        Make("15\n");
        string file = Path.Combine(Data, "postmaster.pid");
        switch (kind)
        {
            case "fifo":
                Run("mkfifo", "-m", "644", file);
                break;
            case "link":
                File.CreateSymbolicLink(file, "/etc/shadow");
                break;
            case "large":
                using (FileStream large = File.Create(file))
                {
                    large.SetLength(1L << 30);
                }

                break;
            default:
                File.WriteAllBytes(file, [255, 254, 0, 10, 10, (byte)'9', 10, (byte)'1', 10, 10]);
                break;
        }

        PostgresInstance instance = Start();

        Assert.Contains(status, instance.Status, StringComparison.Ordinal);
        Assert.Equal(5432, instance.Port ?? 5432);
        Assert.DoesNotContain("root", instance.Status, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("link")]
    [InlineData("garbage")]
    [InlineData("none")]
    public void What_has_no_version_is_no_cluster_or_says_why(string version)
    {
        Make(version == "garbage" ? "root:x:0:0" : null);
        if (version == "fifo")
        {
            Run("mkfifo", Path.Combine(Data, "PG_VERSION"));
        }
        else if (version == "link")
        {
            File.CreateSymbolicLink(Path.Combine(Data, "PG_VERSION"), "/etc/shadow");
        }

        PostgresInstance? instance = Find(Launch());
        Assert.Equal(version is "fifo" or "link", instance is not null);
        Assert.Null(instance?.Version);
    }

    private void Make(string? version)
    {
        Directory.CreateDirectory(Data);
        if (version is not null)
        {
            File.WriteAllText(Path.Combine(Data, "PG_VERSION"), version);
        }
    }

    private PostgresInstance Start() => Find(Launch())!;

    private static PostgresInstance? Find(int pid) => PostgresReport.Read(new PostgresOptions()).Instances.SingleOrDefault(one => one.PostmasterPid == pid);

    private int Launch()
    {
        Run("chown", "-R", "-h", Nobody, Data);
        string secret = Path.Combine(Data, "hard.conf");
        if (File.Exists(secret))
        {
            Run("chown", "0", secret);
        }

        var start = new ProcessStartInfo("setpriv") { WorkingDirectory = Data };
        foreach (string argument in (string[])["--reuid", Nobody, "--regid", Nobody, "--clear-groups", Path.Combine(folder, "postgres"), "600"])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        started.Add(process);
        SpinWait.SpinUntil(() => new FileInfo($"/proc/{process.Id}/exe").LinkTarget?.EndsWith("/postgres", StringComparison.Ordinal) == true, TimeSpan.FromSeconds(20));
        return process.Id;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
