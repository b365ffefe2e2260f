using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.SharedMemory;

/// <summary>A real database on SysV shared memory: a PostgreSQL cluster of the test's own, on a socket.</summary>
public class PostgresTests
{
    [Fact]
    public void Its_segment_and_its_groups_add_up()
    {
        using PostgresCluster.Prepared prepared = PostgresCluster.Prepare();
        using PostgresCluster cluster = prepared.Start(hugePages: false);

        ShmSegment segment = ShmSegments.Read(new ShmOptions()).Single(s => s.AttachedPids!.Contains(cluster.Postmaster) && s.Size > 16 << 20);
        int[] members = cluster.Processes();

        long page = Environment.SystemPageSize;
        Assert.Equal(page, segment.PageSize);
        Assert.Equal(segment.Rss, segment.Pages4k * page);
        Assert.Equal((0L, "postgres"), (segment.Pages2M!.Value, segment.User));
        Assert.InRange(segment.Rss!.Value, page, segment.Size + page);
        Assert.Equal(members.Order(), segment.AttachedPids!.Order());

        using MemScan scan = MemScan.Begin(new ScanOptions());
        ScanResult result = scan.Run(scan.Table.Processes, [new UidSplit(), new EnvironmentSplit(PostgresCluster.Variable)]);
        MemGroup user = result.Reports[0].Groups.Single(group => group.GroupName == "postgres");
        Assert.True(user.Procs >= members.Length);
        Assert.True(user.ShmMem >= segment.Rss);
        Assert.True(user.ShmUss >= segment.Rss);
        Assert.Equal(result.Reports[0].Groups.Sum(group => group.MemPss), result.Reports[1].Groups.Sum(group => group.MemPss));

        // The postmaster keeps its environment, its children write their titles over theirs: two groups that
        // have the segment, so that neither would free it alone.
        MemGroup set = result.Reports[1].Groups.Single(group => PostgresCluster.Value.Equals(group.Key));
        MemGroup notSet = result.Reports[1].Groups.Single(group => group.Key is null);
        Assert.True(set.ShmMem >= segment.Rss && notSet.ShmMem >= segment.Rss);
        Assert.True(set.ShmUss <= set.ShmMem - segment.Rss);
    }

    [Fact]
    public void With_huge_pages_its_memory_is_a_mapping_and_counts_once()
    {
        // PostgreSQL has huge pages only for memory from mmap(2); of SysV it keeps a segment of a few bytes.
        using PostgresCluster.Prepared prepared = PostgresCluster.Prepare();
        using HugePageReservation reserved = HugePageReservation.Take(64);
        using PostgresCluster cluster = prepared.Start(hugePages: true);

        ShmSegment segment = ShmSegments.Read(new ShmOptions()).Single(s => s.AttachedPids!.Contains(cluster.Postmaster));
        using MemScan scan = MemScan.Begin(new ScanOptions());
        int[] members = cluster.Processes();
        ScanResult result = scan.Run(scan.Table.Processes.Where(process => members.Contains(process.Id)).ToArray(), [new UidSplit(), new ProcessSplit()]);

        Assert.Equal(("postgres", Environment.SystemPageSize), (segment.User, segment.PageSize));
        long[] huge = members.Select(HugetlbOf).ToArray();
        Assert.True(huge[0] >= 2 << 20, "the postmaster maps huge pages");
        MemGroup user = Assert.Single(result.Reports[0].Groups);
        Assert.InRange(user.MemRss!.Value, huge.Max(), user.MemPss!.Value);
        Assert.True(result.Reports[1].Groups.Sum(group => group.MemRss) > user.MemRss, "what the processes share counts once in their group");
        Assert.Equal(segment.Rss, user.ShmMem);
    }

    private static long HugetlbOf(int pid) => File.ReadLines($"/proc/{pid}/smaps_rollup")
        .Where(line => line.StartsWith("Shared_Hugetlb:", StringComparison.Ordinal) || line.StartsWith("Private_Hugetlb:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024);

    /// <summary>A running cluster; stopped, with all its processes and files, at the end.</summary>
    private sealed class PostgresCluster(Process launcher, PostgresCluster.Prepared prepared) : IDisposable
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

        public void Dispose()
        {
            // SIGINT: fast shutdown, which takes the children and the segment along.
            Run("kill", "-INT", Postmaster.ToString(CultureInfo.InvariantCulture));
            if (!launcher.WaitForExit(TimeSpan.FromSeconds(30)))
            {
                launcher.Kill(entireProcessTree: true);
            }

            launcher.Dispose();
            prepared.Dispose();
        }

        public static PostgresCluster Begin(Prepared prepared, bool hugePages)
        {
            var start = new ProcessStartInfo("setpriv") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in (string[])
            [
                "--reuid", "postgres", "--regid", "postgres", "--clear-groups", Path.Combine(prepared.Bin, "postgres"), "-D", prepared.Data, "-k", prepared.Folder,
                "-c", "listen_addresses=", "-c", $"shared_memory_type={(hugePages ? "mmap" : "sysv")}", "-c", "shared_buffers=32MB", "-c", $"huge_pages={(hugePages ? "on" : "off")}",
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

            public PostgresCluster Start(bool hugePages) => Begin(this, hugePages);

            public void Dispose()
            {
                if (Directory.Exists(Folder))
                {
                    Directory.Delete(Folder, recursive: true);
                }
            }
        }
    }
}
