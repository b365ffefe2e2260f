using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>A real pool of which each kind of memory has some pages.</summary>
public class HugePageReportTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Every_page_of_a_pool_is_somebodys_reserved_ones_too()
    {
        Ground.Require();
        using HugePageReservation reservation = HugePageReservation.Take(24);
        string mount = Directory.CreateDirectory(Ground.NewName("hugetlbfs")).FullName;
        Run("mount", "-t", "hugetlbfs", "linuxmem-test", mount);
        try
        {
            string file = Path.Combine(mount, "file");
            Run("truncate", "-s", (4L * HugePage).ToString(CultureInfo.InvariantCulture), file);
            HugePagePool before = Pool(null);
            Assert.SkipUnless(before.Idle >= 16L * HugePage, "Not tested: of the pages set aside too few are left.");

            // Touched: 2 of 5 private, 3 of 4 of a segment, 1 of 4 of a file, 2 of shared ones that are promised nobody.
            using Workload workload = Ground.Start(string.Create(CultureInfo.InvariantCulture, $"hugetlb 5 write 0 2 {PerHuge} sysv-huge 4 write 0 3 {PerHuge} file {file} {4 * PerHuge} write 0 1 1 hugetlb-shared 3 write 0 2 {PerHuge} fork select 0 read 0 2 {PerHuge} end"));
            HugePagePool after = Pool(null);

            Assert.Equal((before.Total, before.Used + 8, before.Free - 8, before.Reserved + 3 + 1 + 3), (after.Total, after.Used, after.Free, after.Reserved));
            Assert.Equal((before.Segments + (3L * HugePage), before.Objects + (3L * HugePage), before.Private + (2L * HugePage)), (after.Segments, after.Objects, after.Private));
            Assert.Equal((before.Other, before.Idle - (15L * HugePage)), (after.Other, after.Idle));
            // Of this user: what he has of it, and all that may be promised to him; of nobody: what was promised before, and lost.
            HugePagePool mine = Holder(null, Environment.UserName)!, nobody = Holder(null, "(no process)") ?? new HugePagePool();
            Assert.Equal((3L * HugePage, 3L * HugePage, 2L * HugePage, 8L), (mine.Segments, mine.Objects, mine.Private, mine.Used));
            
            // Of two processes after a fork, each may have the promise of what is private; and who asked for none may have one.
            Assert.Equal(((2 * 5) - 2) + 1 + 3 + 1, mine.Reserved);
            Assert.Equal(Math.Max(0, after.Reserved!.Value - mine.Reserved!.Value), nobody.Reserved ?? 0);
            Assert.Equal(after.Used, mine.Used + (nobody.Used ?? 0));
            Assert.Equal(after.Total * HugePage, after.Segments + after.Objects + after.Private + after.Other + (after.Reserved * HugePage) + after.Idle);

            string snapshot = Path.Combine(Ground.NewName("snapshot") + ".tar.gz");
            MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true });
            HugePagePool recorded = Pool(snapshot);
            Assert.Equal((after.Total, after.Free, after.Reserved, after.Surplus, after.Overcommit, after.Recommended), (recorded.Total, recorded.Free, recorded.Reserved, recorded.Surplus, recorded.Overcommit, recorded.Recommended));
            Assert.Equal((after.Segments, after.Objects, after.Private, after.Other), (recorded.Segments, recorded.Objects, recorded.Private, recorded.Other));
            HugePagePool then = Holder(snapshot, Environment.UserName)!;
            Assert.Equal((mine.Used, mine.Reserved, mine.Segments, mine.Objects, mine.Private), (then.Used, then.Reserved, then.Segments, then.Objects, then.Private));
        }
        finally
        {
            Run("umount", "-l", mount);
        }
    }

    [Fact]
    public void What_PostgreSQL_needs_is_what_it_says_itself()
    {
        using PostgresCluster.Prepared prepared = PostgresCluster.Prepare();
        HugePagePool before = Pool(null);
        long itself = Ask(prepared, "shared_memory_size_in_huge_pages", "shared_buffers=48MB");
        using PostgresCluster cluster = prepared.Start(PostgresMemory.Mmap, 48);

        HugePagePool after = Pool(null);
        PostgresInstance instance = PostgresReport.Read(new PostgresOptions()).Instances.Single(one => one.PostmasterPid == cluster.Postmaster);

        Assert.Equal(before.Recommended + itself, after.Recommended);
        Assert.Equal(before.Recommended + ((instance.SharedSize + HugePage - 1) / HugePage), after.Recommended);
        Assert.Contains($"PostgreSQL {prepared.Data} (user postgres): main shared memory", after.RecommendedFor, StringComparison.Ordinal);
        Assert.InRange(after.PageTablesSaved!.Value, before.PageTablesSaved!.Value + 4096, after.PageTables!.Value);
    }

    [Fact]
    public void Instances_have_their_pages_and_what_is_promised_them_with_each_setting_of_huge_pages()
    {
        using PostgresCluster.Prepared prepared = PostgresCluster.Prepare();
        long needed = Ask(prepared, "shared_memory_size_in_huge_pages", "shared_buffers=48MB");
        PostgresInstance on, tried, sysv;
        using (HugePageReservation reservation = HugePageReservation.Take((int)needed + 2))
        {
            Assert.SkipUnless(Pool(null).Idle >= needed * HugePage, "Not tested: of the pages set aside too few are left.");
            PostgresCluster cluster = prepared.Start(PostgresMemory.HugePages, 48);
            try
            {
                on = Instance(cluster);
                HugePagePool row = Holder(null, prepared.Data)!;

                // Every page of it, touched or not; no other memory of a pool is its.
                Assert.Equal(needed, row.Used + row.Reserved);
                Assert.Equal((on.SharedMem, 0L, 0L, on.SharedMem / HugePage), (row.Objects, row.Segments, row.Private, row.Used));
                Assert.InRange(row.Used!.Value, 1, needed);
                Assert.DoesNotContain(prepared.Data, HugePageReport.Read(new HugePageOptions()).Pools.Where(pool => pool.Holder == "postgres").Select(pool => pool.Holder));
            }
            finally
            {
                cluster.Release();
            }
        }

        Assert.SkipUnless(Pool(null).Idle < needed * HugePage, "Not tested: this machine has huge pages to spare.");
        PostgresCluster failed = prepared.Start(PostgresMemory.Try, 48);
        try
        {
            tried = Instance(failed);
            Assert.Null(Holder(null, prepared.Data));
        }
        finally
        {
            failed.Release();
        }

        PostgresCluster segments = prepared.Start(PostgresMemory.SysV, 48);
        try
        {
            sysv = Instance(segments);
        }
        finally
        {
            segments.Release();
        }

        Assert.Equal(("on", "tried and failed", "off"), (on.HugePages, tried.HugePages, sysv.HugePages));
        Assert.Equal(("on", "try", "off"), (on.HugePagesSetting, tried.HugePagesSetting, sysv.HugePagesSetting));
        Assert.Equal(((long?)HugePage, 4096L, 4096L), (on.SharedPageSize, tried.SharedPageSize, sysv.SharedPageSize));
        Assert.Equal(("SharedAnonymous", "SharedAnonymous", "SysV"), (on.SharedKind, tried.SharedKind, sysv.SharedKind));
        Assert.Equal((needed * HugePage, 0L), (on.SharedSize, on.SharedMem % HugePage));

        static PostgresInstance Instance(PostgresCluster cluster) => PostgresReport.Read(new PostgresOptions()).Instances.Single(one => one.PostmasterPid == cluster.Postmaster);
    }

    [Fact]
    public void Transparent_huge_pages_are_of_the_group_that_maps_them()
    {
        Ground.Require();
        const string Enabled = "/sys/kernel/mm/transparent_hugepage/enabled";
        Assert.SkipUnless(File.Exists(Enabled) && !File.ReadAllText(Enabled).Contains("[never]", StringComparison.Ordinal), "Not tested: transparent huge pages are off.");
        HugePagePool before = Holder(null, Environment.UserName, "Transparent") ?? new HugePagePool { Private = 0, Used = 0 };
        using Workload workload = Ground.Start(string.Create(CultureInfo.InvariantCulture, $"huge 8 write 0 {8 * PerHuge} 1 end"));
        long mapped = File.ReadLines($"/proc/{workload.Pids[0]}/smaps_rollup").Where(line => line.StartsWith("AnonHugePages:", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10);
        Assert.SkipUnless(mapped >= 4L * HugePage, "Not tested: the kernel gave no transparent huge pages.");

        HugePagePool after = Holder(null, Environment.UserName, "Transparent")!;

        // What else this user runs takes and gives back some.
        Assert.InRange(after.Private!.Value - before.Private!.Value, mapped - (2 * HugePage), mapped + (2 * HugePage));
        HugePagePool all = HugePageReport.Read(new HugePageOptions()).Pools.Single(pool => pool is { Kind: "Transparent", Holder: null });
        Assert.InRange(after.Private.Value, mapped, all.Private!.Value + (2 * HugePage));
        Assert.Equal(all.Used * HugePage, all.Private + all.Objects + all.Files);
    }

    [Fact]
    public void What_Oracle_needs_is_counted_by_the_segments_that_its_monitor_has_attached()
    {
        Ground.Require();
        HugePagePool before = Pool(null);

        // Its name is its whole command line; the segments end with it.
        const string Script = "$0='ora_pmon_LMHP';for(8,16,1){$s=IPC::SharedMem->new(0,$_<<20,0600);$s->attach;$s->write('x',0,1);push@k,$s;$s->remove}$|=1;print'ok';<STDIN>";
        using Process monitor = Process.Start(new ProcessStartInfo("perl", ["-MIPC::SharedMem", "-e", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            Assert.SkipUnless(monitor.StandardOutput.Read() == 'o', "Not tested: perl has no IPC::SharedMem here.");

            HugePagePool after = Pool(null);

            // 4 + 1 and 8 + 1; the one of less than a page is left out.
            Assert.Equal(before.Recommended + 14, after.Recommended);
            Assert.Contains("Oracle LMHP (user root): 2 segments, each its whole pages and one more", after.RecommendedFor, StringComparison.Ordinal);

            // At the most a table for each 2 MiB and one more: 5 and 9.
            Assert.InRange(after.PageTablesSaved!.Value - before.PageTablesSaved!.Value, 2 * 4096, 14 * 4096);
        }
        finally
        {
            monitor.StandardInput.Close();
            if (!monitor.WaitForExit(5000))
            {
                monitor.Kill();
            }
        }
    }

    private static HugePagePool Pool(string? root) => HugePageReport.Read(new HugePageOptions { ProcRoot = root }).Pools.Single(pool => pool is { PageSize: HugePage, Node: null, Holder: null, Kind: "Pool" });

    private static HugePagePool? Holder(string? root, string name, string kind = "Pool") =>
        HugePageReport.Read(new HugePageOptions { ProcRoot = root }).Pools.SingleOrDefault(pool => pool.PageSize == HugePage && pool.Holder == name && pool.Kind == kind);

    /// <summary>A setting that the server computes, as its documentation says to ask for it.</summary>
    private static long Ask(PostgresCluster.Prepared prepared, string name, string setting)
    {
        using Process server = Process.Start(new ProcessStartInfo("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", Path.Combine(prepared.Bin, "postgres"), "-D", prepared.Data, "-c", setting, "-C", name]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        string said = server.StandardOutput.ReadToEnd();
        server.WaitForExit();
        Assert.SkipUnless(server.ExitCode == 0, "Not tested: this PostgreSQL does not tell how many huge pages it needs (since 15).");
        return long.Parse(said, CultureInfo.InvariantCulture);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.SkipUnless(process.ExitCode == 0, $"Not tested: {program} failed.");
    }
}
