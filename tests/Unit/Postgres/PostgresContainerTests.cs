using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Postgres;

/// <summary>A cluster of PostgreSQL in a container of Podman, made of this machine's PostgreSQL.</summary>
[Beside(Company.Sessions)]
public sealed class PostgresContainerTests : IDisposable
{
    private const long MiB = 1 << 20;
    private const string Data = "/srv/data";

    private readonly string name = $"linuxmem-pg-{Guid.NewGuid():N}";
    private readonly string root = Directory.CreateTempSubdirectory("linuxmem-pg-").FullName;

    public void Dispose()
    {
        if (Command.Exists("podman"))
        {
            Podman.Run("rm", "--force", "--ignore", "--time", "5", name);
            Podman.Run("rmi", "--force", "--ignore", $"localhost/{name}");
        }

        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void It_is_found_with_its_container_and_what_its_files_say_inside()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Command.Exists("podman") && Command.Exists("runc") && Command.Exists("tar"), "Not tested: needs root, podman, runc and tar.");
        using (PostgresCluster.Prepared prepared = PostgresCluster.Prepare())
        {
            Fill(prepared);
        }

        Podman.Import(root, $"localhost/{name}");
        string bin = Path.Combine(Directory.GetDirectories(root + "/usr/lib/postgresql").Single()[root.Length..], "bin/postgres");
        Podman.Run("run", "-d", "--name", name, "--network", "none", "--ulimit", "nofile=1024:4096", "--ulimit", "nproc=1000:2000", "--user", "postgres", $"localhost/{name}", bin, "-D", Data, "-c", "work_mem=3MB");
        int postmaster = int.Parse(Podman.Run("inspect", "-f", "{{.State.Pid}}", name), CultureInfo.InvariantCulture);
        string lockFile = $"/proc/{postmaster}/root{Data}/postmaster.pid";
        Assert.True(SpinWait.SpinUntil(() => File.Exists(lockFile) && File.ReadAllText(lockFile).Contains("ready", StringComparison.Ordinal), TimeSpan.FromSeconds(20)), "the server did not start: " + Podman.Run("logs", name));

        PostgresInstance instance = PostgresReport.Read(new PostgresOptions()).Instances.Single(one => one.PostmasterPid == postmaster);

        Assert.Equal(($"podman:{name}", Data, "OK", "postgres"), (instance.Container, instance.DataDirectory, instance.Status, instance.User));
        Assert.Equal((24 * MiB, 3 * MiB, 33, 5439, "off"), (instance.SharedBuffers, instance.WorkMem, instance.MaxConnections, instance.Port, instance.HugePages));
        Assert.Equal(Members(postmaster), instance.ProcessIds);
        Assert.Equal("SharedAnonymous", instance.SharedKind);
        Assert.InRange(instance.SharedSize!.Value, 24 * MiB, 40 * MiB);

        // Its /dev/shm is its own.
        long dynamic = Directory.GetFiles($"/proc/{postmaster}/root/dev/shm", "PostgreSQL.*").Sum(file => Blocks(file));
        Assert.True(dynamic > 0);
        Assert.Equal(dynamic, instance.DynamicShared);

        // Without a volume its files are those of the image, on an overlay.
        PostgresInstance cached = PostgresReport.Read(new PostgresOptions { IncludeFileCache = true }).Instances.Single(one => one.PostmasterPid == postmaster);
        if (Podman.Run("info", "-f", "{{.Store.GraphDriverName}}") == "overlay")
        {
            Assert.Null(cached.FileCache);
            Assert.Contains("was not counted: they lie on an overlay", cached.Status, StringComparison.Ordinal);
        }

        Assert.Equal(instance.ProcessIds.Sum(TablesOf), instance.PageTables);
        using MemScan scan = MemScan.Begin(new ScanOptions());
        ScanResult result = scan.Run(scan.Table.Processes, [new PidSplit([.. instance.ProcessIds]), new PropertySplit("Instance"), new PropertySplit("Container")]);
        MemGroup group = result.Reports[0].Groups.Single(one => one.Key is not null);
        Assert.Equal((group.MemHeld, group.MemFreed, group.MemAnon), (instance.MemHeld, instance.MemFreed, instance.Private));
        Assert.Equal(instance.ProcessIds, result.Reports[1].Groups.Single(one => one.ProcessIds.Contains(postmaster)).ProcessIds);
        Assert.Equal(instance.ProcessIds, result.Reports[2].Groups.Single(one => one.GroupName == $"podman:{name}").ProcessIds);
    }

    /// <summary>Puts the server into the folder: its program, the libraries of that, and a cluster of its own.</summary>
    private void Fill(PostgresCluster.Prepared prepared)
    {
        string version = Path.GetFileName(Path.GetDirectoryName(prepared.Bin))!, program = Path.Combine(prepared.Bin, "postgres");
        foreach (string library in Command.Run("ldd", program).Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == '/').Append(program).Distinct())
        {
            Directory.CreateDirectory(root + Path.GetDirectoryName(library));
            File.Copy(library, root + library);
        }

        foreach (string folder in (string[])["etc", "tmp", "srv", $"usr/share/postgresql/{version}", $"usr/lib/postgresql/{version}/lib"])
        {
            Directory.CreateDirectory(Path.Combine(root, folder));
        }

        foreach (string file in (string[])["/etc/passwd", "/etc/group"])
        {
            File.WriteAllLines(root + file, File.ReadLines(file).Where(line => line.StartsWith("root:", StringComparison.Ordinal) || line.StartsWith("postgres:", StringComparison.Ordinal)));
        }

        Command.Run("cp", "-a", $"/usr/share/postgresql/{version}/timezonesets", Path.Combine(root, $"usr/share/postgresql/{version}/"));
        Command.Run("cp", "-a", prepared.Data, root + Data);
        File.WriteAllText(root + Data + "/postgresql.conf", "shared_buffers = 24MB\nmax_connections = 33\nport = 5439\nhuge_pages = off\nlisten_addresses = ''\nunix_socket_directories = '/tmp'\nautovacuum = off\n");
        Command.Run("chmod", "1777", Path.Combine(root, "tmp"));
        Command.Run("chmod", "755", root);
    }

    private static int[] Members(int postmaster) =>
        [.. Command.Run("ps", "-o", "pid=", "--pid", postmaster.ToString(CultureInfo.InvariantCulture), "--ppid", postmaster.ToString(CultureInfo.InvariantCulture)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Order()];

    private static long Blocks(string file) => long.Parse(Command.Run("stat", "-c", "%b", file), CultureInfo.InvariantCulture) * 512;

    private static long TablesOf(int pid) =>
        File.ReadLines($"/proc/{pid}/status").Where(line => line.StartsWith("VmPTE:", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10);
}
