using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Reports;

/// <summary>The instance of a database that a process belongs to, as a property of processes.</summary>
[Beside(Company.Sessions)]
public sealed class InstanceSplitTests : IDisposable
{
    private readonly ProcCopy copy = new();

    public void Dispose() => copy.Dispose();

    [Fact]
    public void What_descends_from_an_instance_is_of_it_whatever_title_and_environment_say()
    {
        Add(100, "ora_pmon_DB1", uid: 500);
        Add(101, "ora_smon_DB1", uid: 500);
        Add(102, "oracleDB1 (LOCAL=NO)", uid: 500, sid: "DB2");
        Add(103, "extproc", parent: 102, uid: 500);
        Add(104, "sh", parent: 103, uid: 600, sid: "DB2");
        Add(105, "sqlplus", uid: 500, sid: "DB1");
        Add(200, "ora_pmon_DB2", parent: 105, uid: 500);
        Add(300, "oracleDB1 (LOCAL=NO)", uid: 600);
        Add(301, "ora_smon_DB9", uid: 500);

        Assert.Equal(["(not set): 300 301", "DB1: 100 101 102 103 104 105", "DB2: 200"], Groups(copy.Root));
        Assert.Equal([100, 101, 102, 103, 104, 105], Found("instance(DB1)"));
        Assert.Equal([100, 101, 102, 103, 104, 105, 200], Found("instance(DB?)"));
        Assert.Equal([300, 301], Found("not(instance(*))"));
    }

    [Fact]
    public void Instances_of_one_name_are_groups_of_their_own_and_names_tell_whose()
    {
        Add(100, "ora_pmon_DB1", uid: 500);
        Add(101, "oracleDB1", uid: 500);
        Add(200, "ora_pmon_DB1", uid: 600);
        Add(201, "oracleDB1", uid: 600);

        // Of the same user in another IPC namespace: this one cannot have the memory of the first.
        Add(300, "ora_pmon_DB1", uid: 500, ipc: 77);
        Add(301, "oracleDB1", uid: 500, ipc: 77);
        Add(302, "oracleDB1", uid: 500, ipc: 78);

        Assert.Equal(["(not set): 302", "DB1 (600): 200 201", "Oracle DB1 (500, pid 100): 100 101", "Oracle DB1 (500, pid 300): 300 301"], Groups(copy.Root));
        Assert.Equal([100, 101, 200, 201, 300, 301], Found("instance(DB1)"));
        Assert.Equal([200, 201], Found("instance(\"DB1 (600)\")"));
    }

    [Fact]
    public void An_instance_has_the_same_processes_whoever_asks_and_whichever_are_wanted()
    {
        Add(100, "ora_pmon_DB1", uid: 500);
        Add(101, "ora_smon_DB1", uid: 500);
        Add(102, "oracleDB1 (LOCAL=NO)", uid: 500, sid: "DB2");
        Add(103, "-bash", uid: 500, sid: "DB2");
        Add(200, "ora_pmon_DB2", uid: 500);
        Add(300, "ora_pmon_DB1", uid: 500, ipc: 77);
        Add(301, "oracleDB1", uid: 500, ipc: 77);
        foreach ((string sid, int pmon, int[] pids) in ((string, int, int[])[])[("DB1", 100, [100, 101, 102]), ("DB2", 200, [103, 200]), ("DB1", 300, [300, 301])])
        {
            using Machine machine = Machine.Open(copy.Root);
            ProcessTable table = ProcessListing.List(machine);
            Assert.Equal(pids, OracleInstances.ProcessesOf(table, sid, pmon));
            Assert.Equal(pids, OracleReport.Read(new OracleReportOptions { ProcRoot = copy.Root, Wanted = wanted => wanted == sid }).Instances.Single(one => one.PmonPid == pmon).ProcessIds);
            Assert.Equal(pids, OracleReport.Read(new OracleReportOptions { ProcRoot = copy.Root }).Instances.Single(one => one.PmonPid == pmon).ProcessIds);
        }

        Assert.Equal(["100 101 102", "103 200", "300 301"], Groups(copy.Root).Select(group => group.Split(": ")[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_cluster_goes_by_its_data_directory_and_parents_in_a_circle_end()
    {
        AddServer(100, 1, "/usr/lib/postgresql/17/bin/postgres -D /srv/a", "/srv/a");
        AddServer(101, 100, "postgres: checkpointer ", "/srv/a");
        Add(102, "sh", parent: 101);
        AddServer(200, 102, "/opt/pg/bin/postgres", "/srv/b");
        Add(300, "a", parent: 301);
        Add(301, "b", parent: 300);

        Assert.Equal(["(not set): 300 301", "/srv/a: 100 101 102", "/srv/b: 200"], Groups(copy.Root));
        Assert.Equal([100, 101, 102], Found("instance(*/a)"));
    }

    [Fact]
    public void Two_real_clusters_are_two_groups_with_what_they_run_in_a_snapshot_too()
    {
        using PostgresCluster.Prepared first = PostgresCluster.Prepare(), second = PostgresCluster.Prepare();
        using PostgresCluster one = first.Start(PostgresMemory.Mmap), other = second.Start(PostgresMemory.SysV);
        string file = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}.tar.gz");

        // A program of the server's, with nothing of it in its environment.
        var run = Task.Run(() => one.Query("copy (select 1) to program 'exec env -i sleep 61'"), TestContext.Current.CancellationToken);
        int sleeper = 0;
        try
        {
            var clock = Stopwatch.StartNew();
            while (sleeper == 0)
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "the server did not run its program");
                using Machine machine = Machine.Open();
                sleeper = FilterParser.Parse($"and(comm(sleep),descendants({one.Postmaster}))").Matching(ProcessListing.List(machine)).FirstOrDefault()?.Id ?? 0;
            }

            MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, Filter = FilterParser.Parse($"or(user(postgres),pid({sleeper}))") });
            foreach (string? root in new[] { null, file })
            {
                using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root });
                IReadOnlyList<MemGroup> groups = scan.Run(scan.Table.Processes, [new PropertySplit("Instance")]).Reports[0].Groups;
                MemGroup mine = groups.Single(group => group.GroupName == first.Data), its = groups.Single(group => group.GroupName == second.Data);
                Assert.Superset(one.Processes().Append(sleeper).ToHashSet(), mine.ProcessIds.ToHashSet());
                Assert.Equal(other.Processes().Order(), its.ProcessIds);
                Assert.InRange(its.MemHeld!.Value, 4L << 20, 256L << 20);
            }
        }
        finally
        {
            File.Delete(file);
            if (sleeper != 0)
            {
                using var process = Process.GetProcessById(sleeper);
                process.Kill();
            }

            // The statement fails: its program was killed.
            Assert.IsType<InvalidOperationException>(Record.Exception(() => run.Wait(TimeSpan.FromSeconds(20)))?.InnerException);
        }
    }

    private static string[] Groups(string root)
    {
        using Machine machine = Machine.Open(root);
        var split = new PropertySplit("instance");
        var table = ProcessListing.List(machine);
        (GroupKey Key, int Id)[] all = [.. table.Processes.Select(process => (split.KeyOf(process, table.Tree)!, process.Id))];
        GroupKey[] keys = [.. all.Select(one => one.Key).Distinct()];
        var names = new GroupNames(keys);
        return [.. keys.Select((key, i) => $"{names[i]}: {string.Join(' ', all.Where(one => one.Key == key).Select(one => one.Id))}").Order(StringComparer.Ordinal)];
    }

    private int[] Found(string filter)
    {
        using Machine machine = Machine.Open(copy.Root);
        return [.. FilterParser.Parse(filter).Matching(ProcessListing.List(machine)).Select(process => process.Id)];
    }

    private void Add(int pid, string title, int parent = 1, uint uid = 0, string? sid = null, int? ipc = null)
    {
        copy.Add(pid, title, parent, uid, environment: sid is null ? null : new Dictionary<string, string> { ["ORACLE_SID"] = sid });
        if (ipc is int number)
        {
            Link(pid, "ns/ipc", string.Create(CultureInfo.InvariantCulture, $"ipc:[{number}]"));
        }
    }

    private void AddServer(int pid, int parent, string line, string data)
    {
        copy.Add(pid, "postgres", parent).Write("cmdline", line.Replace(' ', '\0') + "\0");
        Link(pid, "exe", "/usr/lib/postgresql/17/bin/postgres");
        Link(pid, "cwd", data);
    }

    private void Link(int pid, string name, string target)
    {
        string path = Path.Combine(copy.Root, pid.ToString(CultureInfo.InvariantCulture), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }
}
