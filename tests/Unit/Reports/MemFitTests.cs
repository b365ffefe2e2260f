using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Fit;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Oracle;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Reports;

/// <summary>What an instance would hold against what is there, worked out by hand from the documentation, and of real clusters.</summary>
[Beside(Company.Nobody)]
public sealed class MemFitTests : IDisposable
{
    private const long KiB = 1 << 10, MiB = 1 << 20, GiB = 1 << 30, Page = 4 * KiB, Huge = 2 * MiB;

    private readonly ProcCopy copy = new();

    public MemFitTests() => copy.Add(10);

    public void Dispose() => copy.Dispose();

    [Fact]
    public void A_cluster_of_16_GiB_and_200_connections_is_as_worked_out_by_hand()
    {
        FitDemand demand = FitDemand.Of(new FitOptions { SharedBuffers = 16 * GiB, Connections = 200, WorkMem = 32 * MiB, ConnectionMemory = 5 * MiB }, null, Page, Huge);

        // 2,097,152 buffers; WAL buffers are one segment of WAL.
        Assert.Equal((16 * GiB) + (2_097_152 * 180) + (200 * 46 * KiB) + (16 * MiB) + (7 * MiB / 2), demand.SharedMemory);
        Assert.Equal(17_587_224_576, demand.SharedMemory);
        Assert.Equal((200 * 5 * MiB, 200 * 37 * MiB), (demand.Private, demand.PrivateMost));

        // 8,386.2 times 2 MiB: a table of 4 KiB maps as much, and a huge page holds it. A table of huge pages maps 1 GiB: 16.4 of these.
        Assert.Equal(8387, demand.Pages);
        Assert.Equal((200 * 8387 * Page, 200 * 8387 * Page, 200 * 17 * Page), (demand.Tables, demand.TablesMost, demand.TablesHuge));
    }

    [Fact]
    public void An_instance_of_Oracle_without_another_has_the_defaults_of_its_documentation()
    {
        FitDemand demand = FitDemand.Of(new FitOptions { Sga = 8 * GiB, Connections = 300 }, null, Page, Huge);

        // 20 % of the SGA; twice that is more than 2 GiB and than 300 times 3 MiB. MOS 401749.1: whole pages, and one more.
        Assert.Equal((8 * GiB, 1_717_986_918L, 3_435_973_836L, 4097L), (demand.SharedMemory, demand.Private, demand.PrivateMost, demand.Pages));
        Assert.Equal((10 * MiB, 2 * GiB), PrivateOf(32 * MiB, 10));
        Assert.Equal((10 * MiB, 3000 * MiB), PrivateOf(32 * MiB, 1000));
        Assert.Contains(demand.Reasons, reason => reason.Contains("PGA_AGGREGATE_TARGET", StringComparison.Ordinal));
    }

    [Fact]
    public void What_connections_take_now_is_taken_for_each()
    {
        var measured = new ConnectionMemory(12, 2, 3 * MiB, 9 * MiB) { PageTables = 200 * KiB, OwnTables = 100 * KiB, SharedSize = 128 * MiB };
        FitDemand demand = FitDemand.Of(new FitOptions { SharedBuffers = GiB, Connections = 10, WorkMem = 4 * MiB }, measured, Page, Huge);

        Assert.Equal((30 * MiB, 130 * MiB), (demand.Private, demand.PrivateMost));

        // Eight times the shared memory and a little: as many more tables, but no more than for all of it and what own memory needs.
        Assert.Equal(10 * (long)(200 * KiB * ((double)demand.SharedMemory / (128 * MiB))), demand.Tables);
        Assert.Equal(10 * (((((demand.SharedMemory - 1) / Huge) + 1) * Page) + (100 * KiB)), demand.TablesMost);
        Assert.Equal(10 * ((2 * Page) + (100 * KiB)), demand.TablesHuge);
        Assert.Contains(demand.Reasons, reason => reason.Contains("the median of the 12 of 2 instances", StringComparison.Ordinal));
    }

    [Fact]
    public void Sessions_of_Oracle_are_measured_where_an_instance_runs()
    {
        copy.Write("meminfo", "MemTotal: 1000000 kB\nMemAvailable: 1000000 kB\n");
        copy.Add(100, "ora_pmon_DB1", uid: 500);
        ulong frame = 50;
        foreach (int pages in new[] { 4, 1, 2 })
        {
            int pid = 200 + pages;
            copy.Add(pid, "oracleDB1 (LOCAL=NO)", uid: 500, maps: "10000-20000 rw-p 00000000 00:00 0 \n")
                .Map(0x10000, [.. Enumerable.Range(0, pages).Select(_ => ProcCopy.Frame(frame++))]).Map(0x1f000, 0)
                .Write("status", $"Name:\tx\nUid:\t500\t500\t500\t500\nGid:\t500\t500\t500\t500\nVmPTE:\t{40 * pages} kB\n");
        }

        copy.Add(300, "oracleDB1", uid: 600, maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x10000, [.. Enumerable.Range(0, 9).Select(_ => ProcCopy.Frame(frame++))]);
        MemFit fit = FitReport.Read(new FitOptions { Sga = 64 * MiB, Connections = 10, ProcRoot = copy.Root }).Fit;

        Assert.Equal((10 * 2 * Page, 10 * 4 * Page), (fit.Private, fit.PrivateMost));
        Assert.Contains("the median of the 3 of 1 instance that run now", string.Join("\n", fit.Reasons), StringComparison.Ordinal);
        Assert.Equal(copy.Root, fit.ProcRoot);
    }

    [Theory]
    [InlineData(0, 0, MemFitVerdict.Fits)]
    [InlineData(-1, 0, MemFitVerdict.FitsTight)]
    [InlineData(-10 * MiB, 0, MemFitVerdict.FitsTight)]
    [InlineData((-10 * MiB) - 1, -1, MemFitVerdict.DoesNotFit)]
    public void Tight_is_between_what_is_to_be_expected_and_the_most(long more, long margin, MemFitVerdict verdict)
    {
        var options = new FitOptions { SharedBuffers = 64 * MiB, Connections = 10, ConnectionMemory = 2 * MiB, WorkMem = MiB, HugePages = FitHugePages.Off };
        FitDemand demand = FitDemand.Of(options, null, Page, Huge);
        MemFit fit = Fit(options, demand.SharedMemory + demand.Tables + (30 * MiB) + more);

        Assert.Equal(verdict, fit.Verdict);
        Assert.Equal(more, fit.MarginMost);
        Assert.Equal(verdict == MemFitVerdict.DoesNotFit ? margin : more + (10 * MiB), fit.Margin);
        Assert.Equal(("MemAvailable", fit.Margin + fit.Needed), (fit.LimitedBy, fit.MemAvailable));
        Assert.Contains(verdict == MemFitVerdict.DoesNotFit ? "does not fit: 1 B are missing" : "fits", fit.Reasons[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_thing_that_limits_is_counted_and_the_least_is_named()
    {
        var postgres = new FitOptions { SharedBuffers = 100 * MiB };
        long shared = FitDemand.Of(postgres, null, Page, Huge).SharedMemory;
        Assert.Equal(("MemAvailable", GiB - shared), Limit(Fit(postgres, GiB)));

        // Of 140 free pages 100 are promised.
        string pool = "HugePages_Total: 200\nHugePages_Free: 140\nHugePages_Rsvd: 100\n";
        Assert.Equal(("MemAvailable", GiB - shared, false, 40L), Pool(Fit(postgres, GiB, more: pool)));
        FitOptions small = postgres with { SharedBuffers = 8 * MiB };
        long pages = ((FitDemand.Of(small, null, Page, Huge).SharedMemory - 1) / Huge) + 1;
        Assert.Equal(("huge pages", (40 - pages) * Huge, true, 40L), Pool(Fit(small, GiB, more: pool)));
        Assert.Equal(("huge pages", (40 - (((shared - 1) / Huge) + 1)) * Huge), Limit(Fit(postgres with { HugePages = FitHugePages.On }, GiB, more: pool)));
        Assert.Equal(("MemAvailable", GiB - shared), Limit(Fit(postgres with { HugePages = FitHugePages.Off }, GiB, more: pool)));

        // Only where the kernel does not overcommit.
        string commit = $"CommitLimit: {500 * KiB} kB\nCommitted_AS: {450 * KiB} kB\n";
        Assert.Equal(("MemAvailable", GiB - shared), Limit(Fit(postgres, GiB, more: commit, overcommit: 0)));
        Assert.Equal(("commit limit", (50 * MiB) - shared), Limit(Fit(postgres, GiB, more: commit, overcommit: 2)));

        // Segments are Oracle's alone: 25,600 pages are 100 MiB, of which 40 are in use.
        var oracle = new FitOptions { Sga = 70 * MiB };
        copy.Write("sysvipc/shm", "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n"
            + $"         0          7   600 {40 * MiB}  1 1 0 0 0 0 0 0 0 0 0 0\n");
        copy.Write("sys/kernel/shmall", "25600\n");
        copy.Write("sys/kernel/shmmax", $"{32 * MiB}\n");
        MemFit segments = Fit(oracle, GiB, overcommit: 0);
        Assert.Equal(("kernel.shmall", -10 * MiB), Limit(segments));
        Assert.Contains(segments.Reasons, reason => reason.Contains("several segments", StringComparison.Ordinal));
        Assert.Equal("MemAvailable", Fit(postgres, GiB, overcommit: 0).LimitedBy);
        copy.Write("sys/kernel/shmall", "18446744073692774399\n");
        Assert.Equal(("MemAvailable", null), (Fit(oracle, GiB, overcommit: 0).LimitedBy, Fit(oracle, GiB, overcommit: 0).SegmentsLeft));
    }

    [Fact]
    public void What_makes_no_sense_or_is_not_known_is_an_error_with_what_to_do()
    {
        Assert.Contains("not said", Refused(new FitOptions()), StringComparison.Ordinal);
        Assert.Contains("not both", Refused(new FitOptions { Sga = 1, SharedBuffers = 1 }), StringComparison.Ordinal);
        Assert.Contains("above 0", Refused(new FitOptions { Sga = 0 }), StringComparison.Ordinal);
        Assert.Contains("setting of PostgreSQL", Refused(new FitOptions { Sga = GiB, WorkMem = MiB }), StringComparison.Ordinal);
        Assert.Contains("number of connections", Refused(new FitOptions { Sga = GiB, Connections = -1 }), StringComparison.Ordinal);
        Assert.Contains("-ConnectionMemory", Refused(new FitOptions { SharedBuffers = GiB, Connections = 5 }), StringComparison.Ordinal);
        Assert.Contains("Get-MemCgroup", Refused(new FitOptions { SharedBuffers = GiB, Cgroup = "nosuch" }), StringComparison.Ordinal);
        Assert.Contains("Get-MemCgroup", Refused(new FitOptions { SharedBuffers = GiB, Cgroup = "/nosuch" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_beyond_all_measure_are_added_up_all_the_same()
    {
        var most = new FitOptions { SharedBuffers = FitOptions.MaxSize, Connections = FitOptions.MaxConnections, ConnectionMemory = FitOptions.MaxConnectionMemory, WorkMem = FitOptions.MaxConnectionMemory };

        Assert.Equal(MemFitVerdict.DoesNotFit, Fit(most, GiB).Verdict);
        Assert.True(Fit(most, GiB).MarginMost < Fit(most, GiB).Margin);
    }

    [Theory]
    [InlineData("4096\n", 4096L)]
    [InlineData("18446744073692774399\n", long.MaxValue)]
    [InlineData("2", 2L)]
    [InlineData("-1\n", null)]
    [InlineData("4 5\n", null)]
    [InlineData("\n", null)]
    public void A_number_of_a_setting_is_read_as_a_whole(string text, long? number) => Assert.Equal(number, SysctlFile.Parse(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void The_verdict_turns_with_the_limit_of_a_control_group_and_with_the_pool()
    {
        using (Machine machine = Machine.Open())
        using (CgroupTree tree = machine.OpenCgroups())
        {
            Assert.SkipUnless(tree.Version == 1 && Directory.Exists("/sys/fs/cgroup/memory"), "Not tested: the memory controller is not mounted as version 1.");
        }

        using var group = new StagedControlGroup("/sys/fs/cgroup/memory");
        var options = new FitOptions { SharedBuffers = 32 * MiB, Connections = 10, ConnectionMemory = MiB, Cgroup = group.Name };
        Assert.NotEqual("control group", FitReport.Read(options).Fit.LimitedBy);
        group.Write("memory.limit_in_bytes", $"{64 * MiB}");
        MemFit fit = FitReport.Read(options).Fit;
        Assert.Equal((MemFitVerdict.Fits, "control group", group.Name, 64 * MiB), (fit.Verdict, fit.LimitedBy, fit.CgroupPath, fit.CgroupLimit!.Value));
        Assert.InRange(fit.Margin, (64 * MiB) - fit.Needed - MiB, (64 * MiB) - fit.Needed);
        group.Write("memory.limit_in_bytes", $"{40 * MiB}");
        Assert.Equal(MemFitVerdict.DoesNotFit, FitReport.Read(options).Fit.Verdict);

        // What the pool has is not charged to the group.
        using (HugePageReservation.Take(32))
        {
            fit = FitReport.Read(options).Fit;
            Assert.Equal((MemFitVerdict.Fits, true), (fit.Verdict, fit.HugePages));
            Assert.InRange(fit.HugePagesFree, fit.HugePagesNeeded, long.MaxValue);
            Assert.Equal(MemFitVerdict.DoesNotFit, FitReport.Read(options with { HugePages = FitHugePages.Off }).Fit.Verdict);
        }

        Assert.Equal((MemFitVerdict.DoesNotFit, "huge pages"), (FitReport.Read(options with { HugePages = FitHugePages.On }).Fit.Verdict, FitReport.Read(options with { HugePages = FitHugePages.On }).Fit.LimitedBy));
    }

    [Fact]
    public void The_shared_memory_is_what_a_real_cluster_reckons_and_has_and_its_backends_tell_what_a_connection_takes()
    {
        using PostgresCluster.Prepared files = PostgresCluster.Prepare();
        foreach ((long buffers, int connections) in new[] { (16 * MiB, 20), (128 * MiB, 100), (GiB, 200), (16 * GiB, 1000), (64 * GiB, 100) })
        {
            string said = Command.Run(
                "setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", Path.Combine(files.Bin, "postgres"), "-D", files.Data, "-C", "shared_memory_size",
                "-c", $"shared_buffers={buffers / MiB}MB", "-c", $"max_connections={connections}", "-c", "huge_pages=off");
            long real = long.Parse(said.Trim().Split('\n')[^1], CultureInfo.InvariantCulture) * MiB;
            long predicted = FitDemand.Of(new FitOptions { SharedBuffers = buffers, Connections = connections, ConnectionMemory = MiB }, null, Page, Huge).SharedMemory;
            Assert.InRange(predicted, real - (real / 100) - MiB, real + (real / 100) + MiB);
        }

        using PostgresCluster cluster = files.Start(PostgresMemory.Mmap, 48);
        var sessions = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => cluster.Query("select count(*) from pg_class", "select pg_sleep(60)"))));
        string file = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}.tar.gz");
        try
        {
            PostgresInstance instance;
            var clock = Stopwatch.StartNew();
            do
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "the sessions did not begin");
                instance = PostgresReport.Read(new PostgresOptions()).Instances.Single(one => one.PostmasterPid == cluster.Postmaster);
            }
            while (instance.Backends < 3 || instance.PrivateMedian is null);

            var options = new FitOptions { SharedBuffers = 48 * MiB, Connections = 100 };
            MemFit fit = FitReport.Read(options).Fit;
            Assert.InRange(fit.SharedMemory, instance.SharedSize!.Value * 97 / 100, instance.SharedSize.Value * 103 / 100);
            Assert.InRange(fit.Private, 100 * 300 * KiB, 100 * 20 * MiB);
            Assert.InRange(fit.PrivateMost, fit.Private, 100 * 40 * MiB);
            Assert.InRange(fit.PageTables, 100 * 50 * KiB, 100 * MiB);
            Assert.Contains(fit.Reasons, reason => reason.Contains("the median of ", StringComparison.Ordinal));

            MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, Filter = FilterParser.Parse("user(postgres)") });
            MemFit recorded = FitReport.Read(options with { ProcRoot = file }).Fit;
            Assert.Equal((fit.SharedMemory, fit.HugePagesNeeded, fit.Verdict), (recorded.SharedMemory, recorded.HugePagesNeeded, recorded.Verdict));
            Assert.InRange(recorded.Private, fit.Private * 8 / 10, fit.Private * 12 / 10);
            Assert.InRange(recorded.MemAvailable, fit.MemAvailable / 2, fit.MemAvailable * 2);
            Assert.Equal(file, recorded.ProcRoot);
        }
        finally
        {
            File.Delete(file);
            cluster.Stop();

            // The statements fail: the server has stopped.
            Assert.IsType<InvalidOperationException>(Record.Exception(() => sessions.Wait(TimeSpan.FromSeconds(20)))?.InnerException);
        }
    }

    private static (string, long) Limit(MemFit fit) => (fit.LimitedBy, fit.Margin);

    private static (string, long, bool, long) Pool(MemFit fit) => (fit.LimitedBy, fit.Margin, fit.HugePages, fit.HugePagesFree);

    private static (long, long) PrivateOf(long sga, int connections)
    {
        FitDemand demand = FitDemand.Of(new FitOptions { Sga = sga, Connections = connections }, null, Page, Huge);
        return (demand.Private, demand.PrivateMost);
    }

    private string Refused(FitOptions options)
    {
        copy.Write("meminfo", "MemTotal: 1000000 kB\nMemAvailable: 1000 kB\n");
        return Assert.Throws<LinuxMemException>(() => FitReport.Read(options with { ProcRoot = copy.Root })).Message;
    }

    private MemFit Fit(FitOptions options, long available, string more = "", int? overcommit = null)
    {
        // The file tells KiB: what is left over is not.
        copy.Write("meminfo", $"MemTotal: 99999999 kB\nMemFree: 1000 kB\nHugepagesize: 2048 kB\n{more}");
        if (overcommit is int mode)
        {
            copy.Write("sys/vm/overcommit_memory", $"{mode}\n");
        }

        using Machine machine = Machine.Open(copy.Root);
        FitSupply supply = FitSupply.Read(machine, null) with { Available = available };
        return new MemFit(options, FitDemand.Of(options, null, Page, supply.HugeSize), supply);
    }
}
