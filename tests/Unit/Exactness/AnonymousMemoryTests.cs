using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

public class AnonymousMemoryTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Private_pages()
    {
        ProcessPages[] counted = Check("anon 1000 write 0 1000 1");

        Assert.InRange(counted[0].Anonymous.Count, 1000, 1200);
    }

    [Fact]
    public void Many_private_pages() => Check("anon 50000 write 0 50000 1");

    [Fact]
    public void Pages_with_holes_between() => Check("anon 9000 write 0 1000 9 unmap 100 300 protect-none 1000 3000");

    [Fact]
    public void Hundreds_of_mappings_of_two_kinds_side_by_side() =>
        Check(string.Concat(Enumerable.Repeat("anon 150 write 0 150 1 shared 151 write 0 151 1 ", 300)));

    [Fact]
    public void Shared_by_fork()
    {
        ProcessPages[] counted = Check("anon 2000 write 0 2000 1 fork end fork end");

        Assert.InRange(InCommon(counted[0], counted[2]), 2000, int.MaxValue);
    }

    [Fact]
    public void Shared_by_fork_and_partly_copied_on_write()
    {
        ProcessPages[] counted = Check("anon 3000 write 0 3000 1 fork write 0 700 1 fork uid 65534 write 500 700 1 end end");

        Assert.InRange(InCommon(counted[0], counted[1]), 2300, 2999);
    }

    [Fact]
    public void Unequal_numbers_of_groups_per_page() => Check(
        "anon 2001 write 0 2001 1 fork write 0 301 1 end fork write 100 401 1 end fork write 200 501 1 end fork write 300 607 1 uid 1 end fork uid 2 end fork uid 3 unmap 0 1333 end");

    [Fact]
    public void Pages_shared_by_up_to_seventy_groups()
    {
        // Process i keeps the pages from 13 * i on: every number of groups from 1 to 71 comes up.
        string children = string.Concat(Enumerable.Range(1, 70).Select(i => $"fork unmap 0 {13 * i} end "));

        Check($"anon 1000 write 0 1000 1 {children}");
    }

    [Fact]
    public void Sparse_mapping_of_64_GiB() =>
        Check("sparse 16777216 write 0 16384 1024"); // 64 MiB in single pages, 4 MiB apart

    [Fact]
    public void Sparse_mapping_with_dense_islands() =>
        Check("sparse 16777216 write 0 3000 1 write 8000000 3000 1 write 16770000 7216 1 fork write 8000500 5000 1 end");

    [Fact]
    public void Twenty_thousand_mappings()
    {
        using Workload workload = Ground.Start("anon 20000 write 0 20000 1 stripe");
        Assert.InRange(File.ReadLines($"/proc/{workload.Pid}/maps").Count(), 20000, int.MaxValue);

        Check(workload);
    }

    [Fact]
    public void Guard_pages_are_no_swap()
    {
        ProcessPages[] counted = Check("anon 500 write 0 500 1 advise guard 100 50");

        Assert.Empty(counted[0].Slots);
    }

    [Fact]
    public void Zero_page()
    {
        ProcessPages[] counted = Check("anon 4000 read 0 4000 1 write 0 100 10");

        Assert.InRange(counted[0].Strangers, 3900, 4000);
    }

    [Fact]
    public void Zero_pages_before_written_ones_in_a_sparse_mapping() =>
        Check("sparse 16777216 read 0 5000 2 advise guard 20000 3000 write 16000000 900 3 write 1000 10 1");

    [Fact]
    public void Address_space_of_16_TiB()
    {
        Assert.SkipUnless(PagemapScanSupport.IsAvailable((ulong)Page), "Not tested: without PAGEMAP_SCAN (Linux 6.7) every hole is read, up to a limit.");

        // Too large to be read plainly by anybody: held against the kernel's own sum.
        using Workload workload = Ground.Start("sparse 4294967296 write 1000 4000 1073741");
        workload.Stop();

        ScanResult result = ExactComparison.Scan(workload.Pids, [new(new WholeSplit(), _ => null)], PagemapMode.Auto, threads: 2);

        Assert.Equal(SmapsRollup.Of(workload.Pid).Resident, result.Reports[0].Groups[0].MemRss);
    }

    [Fact]
    public void Process_whose_main_thread_has_ended()
    {
        using Workload workload = Ground.Start("anon 700 write 0 700 1 lone-thread", stage: "alone");
        Assert.Single(workload.Threads);

        ProcessPages[] counted = Check(workload);

        Assert.InRange(counted[0].Anonymous.Count, 700, 900);
    }

    [Fact]
    public void Pages_merged_by_the_kernel()
    {
        Ground.Require();
        using KernelMerging merging = KernelMerging.SwitchOn();
        const int Equal = 64;
        using Workload workload = Ground.Start($"fork anon 128 write 0 128 1 fill 7 0 {Equal} advise mergeable 0 {Equal} end fork anon 100 fill 7 0 {Equal} advise mergeable 0 {Equal} end");
        bool merged = false;
        for (int i = 0; i < 400 && !merged; i++)
        {
            Thread.Sleep(50);
            ProcessPages[] now = [.. workload.Pids.Select(pid => IndependentCount.Read(pid))];
            merged = now[1].Repeated >= Equal - 1 && now[2].Repeated >= Equal - 1;
        }

        Assert.SkipUnless(merged, "Not tested: the kernel merged no pages.");
        merging.Hold();

        Check(workload);
    }
}
