using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>What the shared memory of a PostgreSQL cluster is made of.</summary>
internal enum PostgresMemory
{
    /// <summary>Shared anonymous memory, as it is by default.</summary>
    Mmap,

    /// <summary>A SysV segment.</summary>
    SysV,

    /// <summary>Shared anonymous memory of huge pages.</summary>
    HugePages,

    /// <summary>Huge pages if there are enough (<c>huge_pages = try</c>, the default).</summary>
    Try,
}

/// <summary>A running cluster; stopped, with all its processes and files, at the end.</summary>
internal sealed class PostgresCluster(Process launcher, PostgresCluster.Prepared prepared) : IDisposable
{
    public const string Variable = "LINUXMEM_PG";
    public const string Value = "cluster one";
    private const string BinFolders = "/usr/lib/postgresql";

    /// <summary>The id of the first process of the cluster.</summary>
    public int Postmaster { get; } = launcher.Id;

    public static Prepared Prepare()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Not tested: only root can start a database as its own user.");
        string? bin = Directory.Exists(BinFolders) ? Directory.GetDirectories(BinFolders).Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb"))) : null;
        Assert.SkipWhen(bin is null, "Not tested: PostgreSQL is not installed.");
        Assert.SkipWhen(!File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)), "Not tested: there is no user postgres.");
        var prepared = new Prepared(bin!, Directory.CreateTempSubdirectory("linuxmem-pg-").FullName);
        try
        {
            Run("chown", "postgres", prepared.Folder);
            Run("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", Path.Combine(bin!, "initdb"), "-D", prepared.Data, "-A", "trust", "-N", "--no-locale");
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    /// <summary>All processes of the cluster.</summary>
    public int[] Processes() =>
    [
        Postmaster,
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(pid => ParentOf(pid) == Postmaster),
    ];

    /// <summary>Runs statements in a session of their own, which has ended when this returns.</summary>
    public void Query(params string[] statements)
    {
        Assert.SkipUnless(File.Exists(Path.Combine(prepared.Bin, "psql")), "Not tested: PostgreSQL's psql is not installed.");
        int[] before = Processes();
        Run(
            Path.Combine(prepared.Bin, "psql"),
            ["-h", prepared.Folder, "-U", "postgres", "-d", "postgres", "-qX", "-v", "ON_ERROR_STOP=1", .. statements.SelectMany(statement => (string[])["-c", statement])]);

        // The client has ended; the process that served it ends after that.
        Assert.True(SpinWait.SpinUntil(() => Processes().All(before.Contains), TimeSpan.FromSeconds(10)), "The session's process did not end within 10 seconds.");
    }

    /// <summary>Ends all its processes, in good order; its files stay.</summary>
    public void Stop()
    {
        if (launcher.HasExited)
        {
            return;
        }

        // SIGINT: fast shutdown, which takes the children and the segment along.
        Run("kill", "-INT", Postmaster.ToString(CultureInfo.InvariantCulture));
        if (!launcher.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            launcher.Kill(entireProcessTree: true);
            launcher.WaitForExit();
        }
    }

    /// <summary>As <see cref="Stop"/>, so that the cluster can be started anew.</summary>
    public void Release()
    {
        Stop();
        launcher.Dispose();
    }

    public void Dispose()
    {
        Release();
        prepared.Dispose();
    }

    public static PostgresCluster Begin(Prepared prepared, PostgresMemory memory, int megabytes)
    {
        var start = new ProcessStartInfo("setpriv") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
        [
            "--reuid", "postgres", "--regid", "postgres", "--clear-groups", Path.Combine(prepared.Bin, "postgres"), "-D", prepared.Data, "-k", prepared.Folder,
            "-c", "listen_addresses=", "-c", $"shared_memory_type={(memory == PostgresMemory.SysV ? "sysv" : "mmap")}", "-c", $"shared_buffers={megabytes}MB",
            "-c", $"huge_pages={memory switch { PostgresMemory.HugePages => "on", PostgresMemory.Try => "try", _ => "off" }}", "-c", "fsync=off", "-c", "autovacuum=off",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Variable] = Value;
        Process launcher = Process.Start(start)!;
        launcher.BeginOutputReadLine();
        Task<string> said = launcher.StandardError.ReadToEndAsync();
        string lockFile = Path.Combine(prepared.Data, "postmaster.pid");
        for (int i = 0; i < 300; i++)
        {
            if (launcher.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {said.Result}");
            }

            if (File.Exists(lockFile) && File.ReadAllLines(lockFile) is { Length: >= 8 } lines && lines[7].StartsWith("ready", StringComparison.Ordinal))
            {
                return new PostgresCluster(launcher, prepared);
            }

            Thread.Sleep(100);
        }

        launcher.Kill(entireProcessTree: true);
        throw new InvalidOperationException("PostgreSQL was not ready after 30 seconds.");
    }

    private static int ParentOf(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {said.Result}");
        }
    }

    /// <summary>The files of a cluster that does not run yet.</summary>
    internal sealed class Prepared(string bin, string folder) : IDisposable
    {
        public string Bin { get; } = bin;

        public string Folder { get; } = folder;

        public string Data { get; } = Path.Combine(folder, "data");

        /// <summary>Starts the cluster, and waits until it is ready.</summary>
        /// <param name="memory">What its shared memory is made of.</param>
        /// <param name="megabytes">Its shared buffers, in MiB.</param>
        public PostgresCluster Start(PostgresMemory memory, int megabytes = 32) => Begin(this, memory, megabytes);

        public void Dispose()
        {
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder, recursive: true);
            }
        }
    }
}
