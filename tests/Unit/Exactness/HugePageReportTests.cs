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
            Assert.Equal(after.Total * HugePage, after.Segments + after.Objects + after.Private + after.Other + (after.Reserved * HugePage) + after.Idle);

            string snapshot = Path.Combine(Ground.NewName("snapshot") + ".tar.gz");
            MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true });
            HugePagePool recorded = Pool(snapshot);
            Assert.Equal((after.Total, after.Free, after.Reserved, after.Surplus, after.Overcommit, after.Recommended), (recorded.Total, recorded.Free, recorded.Reserved, recorded.Surplus, recorded.Overcommit, recorded.Recommended));
            Assert.Equal((after.Segments, after.Objects, after.Private, after.Other), (recorded.Segments, recorded.Objects, recorded.Private, recorded.Other));
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
        Assert.Contains($"PostgreSQL {prepared.Data}: main shared memory", after.RecommendedFor, StringComparison.Ordinal);
        Assert.InRange(after.PageTablesSaved!.Value, before.PageTablesSaved!.Value + 4096, after.PageTables!.Value);
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
            Assert.Contains("Oracle LMHP: 2 segments, each its whole pages and one more", after.RecommendedFor, StringComparison.Ordinal);

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

    private static HugePagePool Pool(string? root) => HugePageReport.Read(new HugePageOptions { ProcRoot = root }).Pools.Single(pool => pool is { PageSize: HugePage, Node: null });

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
