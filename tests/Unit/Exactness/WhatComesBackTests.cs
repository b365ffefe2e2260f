using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>
/// <see cref="MemFigures.MemFreed"/> against what the kernel has in use before and after a group ends (AnonPages, Shmem,
/// PageTables and HugePages_Free of meminfo).
/// </summary>
/// <remarks>
/// The kernel's counters are those of the whole machine. They are exact when read: stat_refresh folds in what each processor
/// has counted for itself. What is left of noise is what all other processes, this test among them, take and give back
/// between the two readings. It is stated as <see cref="Noise"/>: a runtime that sets another part of its heap up takes some MiB
/// at a time. The groups are larger than that by a factor of 16 at least, so that none of the parts that they are made of can be
/// missing. A machine may do more than that at one time, but not each time: a group is staged again then, and what a wrong
/// figure is wrong by, is there each time. Only what was seen on a machine that was quiet before and after speaks against a
/// figure; on one that never is, the test is skipped.
/// </remarks>
[Beside(Company.Nobody)]
public class WhatComesBackTests(StagingGround ground) : StagedTests(ground)
{
    private const long Noise = 4 << 20;
    private const int MaxAttempts = 8;
    private const int MaxWrong = 3;
    private const int DatabaseMegabytes = 192;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private static readonly string[] FillTheBuffers =
    [
        "create table filled (i int, t text)",
        "insert into filled select i, repeat('x', 1000) from generate_series(1, 110000) i",
    ];

    [Fact]
    public void Private_memory() => Check("anon 24576 write 0 24576 1", 24576);

    [Fact]
    public void Forks_that_share_what_they_have_not_written() =>
        Check("anon 24576 write 0 24576 1 forks 4 write 0 2048 1 end", 24576 + (4 * 2048));

    [Fact]
    public void Half_of_a_family_whose_memory_the_other_half_keeps() =>
        Check("anon 24576 write 0 24576 1 fork write 0 16384 1 end", 16384, workload => [workload.Pids[1]], (workload, pid) => workload.Kill(pid));

    [Fact]
    public void Memory_that_a_child_filled_before_it_ended() => Check("shared 32768 do write 0 32768 1 end", 32768);

    [Fact]
    public void Memfd() => Check("memfd 32768 write 0 24576 1 unmap 0 8192 fork end", 24576);

    [Fact]
    public void File_in_dev_shm_that_its_program_removes()
    {
        string file = $"/dev/shm/linuxmem-test-{Guid.NewGuid():N}";
        try
        {
            Check(() =>
            {
                Workload workload = Ground.Start($"make-file {file} 32768 file {file} 32768 write 0 24576 1 unmap 0 32768 file {file} 32768 fork end");
                return new Staged(workload, _ => [.. workload.Pids], () =>
                {
                    // As shm_unlink(3) does: "in good order".
                    workload.Dispose();
                    File.Delete(file);
                });
            }, 24576L * Page);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Page_tables_of_64_GiB_of_which_hardly_anything_is_there() =>
        Check("sparse 16777216 read 0 32768 512", 32768); // A read page is the zero page: 128 MiB of tables and nothing else.

    [Fact]
    public void Private_huge_pages()
    {
        using HugePageReservation reserved = HugePageReservation.Take(48);
        Check("hugetlb 48 write 0 48 512", 48L * PerHuge);
    }

    [Fact]
    public void PostgreSQL_on_shared_anonymous_memory() => CheckDatabase(PostgresMemory.Mmap);

    [Fact]
    public void PostgreSQL_on_a_segment() => CheckDatabase(PostgresMemory.SysV);

    [Fact]
    public void PostgreSQL_on_huge_pages()
    {
        using PostgresCluster.Prepared prepared = PostgresCluster.Prepare();
        using HugePageReservation reserved = HugePageReservation.Take(DatabaseMegabytes / 2 + 16);
        CheckDatabase(PostgresMemory.HugePages);
    }

    /// <summary>The buffers that sessions have filled, which have ended: hardly mapped by anybody.</summary>
    private static void CheckDatabase(PostgresMemory memory) => Check(() =>
    {
        PostgresCluster cluster = PostgresCluster.Prepare().Start(memory, DatabaseMegabytes);
        try
        {
            cluster.Query(FillTheBuffers);
            return new Staged(cluster, table => [.. table.Processes.Where(one => one.Id == cluster.Postmaster || one.ParentId == cluster.Postmaster).Select(one => one.Id)], cluster.Stop);
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }, 110L << 20);

    private void Check(string steps, long pages, Func<Workload, int[]>? members = null, Action<Workload, int>? end = null) => Check(() =>
    {
        Workload workload = Ground.Start(steps);
        int[] pids = members?.Invoke(workload) ?? [.. workload.Pids];
        return new Staged(workload, _ => pids, () =>
        {
            if (end is null)
            {
                workload.Dispose();
                return;
            }

            Array.ForEach(pids, pid => end(workload, pid));
        });
    }, pages * Page);

    private static void Check(Func<Staged> stage, long atLeast)
    {
        var seen = new List<string>();
        int wrong = 0;
        for (int attempt = 0; attempt < MaxAttempts && wrong < MaxWrong; attempt++)
        {
            using Staged staged = stage();
            MemGroup group = Measure(staged.Members);
            Assert.True(group.MemFreed >= atLeast, string.Create(CultureInfo.InvariantCulture, $"{group.MemFreed} is less than the {atLeast} bytes that were staged"));
            Assert.True(group.MemFreed - group.PageTables <= group.MemHeld, "apart from its page tables, a group gives back no more than it holds");

            bool quiet = IsQuiet(out MemoryInUse before);
            staged.End();
            MemoryInUse back;
            long start = Stopwatch.GetTimestamp();
            do
            {
                Thread.Sleep(200); // Page tables are given back a little after their process has ended.
                back = before - MemoryInUse.Read();
            }
            while (!Near(group, back) && Stopwatch.GetElapsedTime(start) < Deadline);

            seen.Add(string.Create(CultureInfo.InvariantCulture, $"mem_freed {group.MemFreed}, came back {back.Sum} ({back}), mem_held {group.MemHeld}, mem_uss {group.MemUss}"));
            TestContext.Current.TestOutputHelper?.WriteLine(seen[^1]);
            if (Near(group, back))
            {
                return;
            }

            wrong += quiet && IsQuiet(out _) ? 1 : 0;
        }

        Assert.SkipWhen(wrong < MaxWrong, $"Not tested: other processes of this machine took and gave back too much meanwhile.\n{string.Join('\n', seen)}");
        Assert.Fail(string.Join('\n', seen.Prepend("What came back is not what was said:")));
    }

    /// <summary>True when the rest of the machine takes and gives back hardly anything.</summary>
    private static bool IsQuiet(out MemoryInUse now)
    {
        MemoryInUse first = MemoryInUse.Read();
        Thread.Sleep(300);
        now = MemoryInUse.Read();
        return Math.Abs((now - first).Sum) < Noise / 4;
    }

    private static bool Near(MemGroup group, MemoryInUse back) => Math.Abs(group.MemFreed!.Value - back.Sum) <= Noise;

    /// <summary>The members against all other processes of the machine.</summary>
    private static MemGroup Measure(Func<ProcessTable, int[]> members)
    {
        MemGroup group;
        int wanted;
        int attempt = 0;
        do
        {
            // A session whose client has gone is still there for a moment.
            using MemScan scan = MemScan.Begin(new ScanOptions());
            int[] pids = members(scan.Table);
            wanted = pids.Length;
            group = scan.Run(scan.Table.Processes, [new PidSplit(pids, "staged")]).Reports[0].Groups.Single(one => one.GroupName == "staged");
        }
        while (group.Procs != wanted && ++attempt < 10);
        Assert.Equal(wanted, group.Procs);

        // What the scan took here is to be given back before, not between, the readings.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return group;
    }

    /// <summary>A group of processes, and how it ends in good order.</summary>
    private sealed class Staged(IDisposable owner, Func<ProcessTable, int[]> members, Action end) : IDisposable
    {
        public Func<ProcessTable, int[]> Members => members;

        public void End() => end();

        public void Dispose() => owner.Dispose();
    }
}
