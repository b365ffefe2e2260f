using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

public class HugePageTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Transparent_huge_pages()
    {
        using Workload workload = StartHuge("huge 5 write 0 4 512");

        Check(workload);
    }

    [Fact]
    public void Many_transparent_huge_pages()
    {
        using Workload workload = StartHuge("huge 80 write 0 80 512 fork end");

        Check(workload);
    }

    [Fact]
    public void Transparent_huge_page_mapped_in_parts()
    {
        using Workload workload = StartHuge("huge 3 write 0 3 512 protect-none 100 7 unmap 1300 50");

        Check(workload);
    }

    [Fact]
    public void Transparent_huge_page_shared_by_fork_and_partly_copied()
    {
        using Workload workload = StartHuge("huge 4 write 0 4 512 fork write 600 100 1 uid 65534 end fork unmap 0 700 end");

        Check(workload);
    }

    [Fact]
    public void Folios_between_the_page_sizes()
    {
        using Setting setting = Setting.Change("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "always");

        Check("anon 3000 write 0 600 5 fork write 100 500 1 unmap 1000 7 end");
    }

    [Fact]
    public void Huge_zero_page()
    {
        using Setting setting = Setting.Change("/sys/kernel/mm/transparent_hugepage/use_zero_page", "1");

        ProcessPages[] counted = Check("huge 6 read 0 5 512 write 512 1 1");

        Assert.SkipWhen(counted[0].Strangers < 4 * PerHuge, "Not tested: the kernel gave no huge zero page.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(511)]
    public void Huge_zero_pages_of_a_mapping_that_begins_between_them(int pages)
    {
        using Setting setting = Setting.Change("/sys/kernel/mm/transparent_hugepage/use_zero_page", "1");

        ProcessPages[] counted = Check($"huge 60 read 0 60 512 unmap 0 {pages} write 5120 1 1");

        Assert.SkipWhen(counted[0].Strangers < 50 * PerHuge, "Not tested: the kernel gave no huge zero page.");
    }

    [Fact]
    public void Huge_pages_of_shared_memory()
    {
        using Setting setting = Setting.Change("/sys/kernel/mm/transparent_hugepage/shmem_enabled", "advise");
        using Workload workload = Ground.Start("memfd-huge 4 write 0 3 512 fork unmap 0 100 end");
        Assert.SkipWhen(SmapsRollup.Of(workload.Pid)["ShmemPmdMapped"] == 0, "Not tested: the kernel gave no huge page to shared memory.");

        Check(workload);
    }

    [Fact]
    public void Hugetlb_private()
    {
        using HugePageReservation reservation = HugePageReservation.Take(6);

        ProcessPages[] counted = Check("hugetlb 6 write 0 1 1 write 1024 2 512");

        Assert.InRange(counted[0].Anonymous.Count, 3 * PerHuge, 4 * PerHuge);
    }

    [Fact]
    public void Hugetlb_shared()
    {
        using HugePageReservation reservation = HugePageReservation.Take(6);

        ProcessPages[] counted = Check("hugetlb-shared 6 write 0 4 512 fork read 0 2 512 uid 65534 end fork read 2048 1 1 write 2560 1 1 end");

        Assert.InRange(InCommon(counted[0], counted[1]), 2 * PerHuge, 3 * PerHuge);
    }

    [Fact]
    public void Hugetlb_private_copied_on_write_after_fork()
    {
        using HugePageReservation reservation = HugePageReservation.Take(12);

        ProcessPages[] counted = Check("hugetlb 4 write 0 4 512 fork write 512 2 512 end");

        Assert.InRange(InCommon(counted[0], counted[1]), 2 * PerHuge, 3 * PerHuge);
    }

    [Fact]
    public void Hugetlb_with_page_tables_in_common()
    {
        // Page tables of a stretch of 1 GiB, which 2 GiB hold whole, are one for all processes that share it.
        using HugePageReservation reservation = HugePageReservation.Take(8);

        Check("hugetlb-shared 1024 write 0 3 174080 fork read 0 3 174080 write 100000 1 1 end fork uid 65534 read 174080 1 1 end");
    }

    [Fact]
    public void Hugetlb_of_1_GiB()
    {
        using HugePageReservation reservation = HugePageReservation.Take(1, kibibytes: 1 << 20);

        Check("hugetlb-giant 1 write 5 1 1 fork end");
    }

    private Workload StartHuge(string steps)
    {
        Workload workload = Ground.Start(steps);
        if (SmapsRollup.Of(workload.Pid)["AnonHugePages"] < HugePage)
        {
            workload.Dispose();
            throw Xunit.Sdk.SkipException.ForSkip("Not tested: the kernel gave no transparent huge page.");
        }

        return workload;
    }
}
