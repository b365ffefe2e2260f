using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>For one process, without segments and frames mapped twice, the kernel's own sums say the same.</summary>
public class SmapsAgreementTests(StagingGround ground) : StagedTests(ground)
{
    [Theory]
    [InlineData("anon 1000 write 0 1000 1")]
    [InlineData("anon 1000 read 0 1000 1 write 0 10 1")]
    [InlineData("anon 1000 write 0 1000 1 protect-none 0 500")]
    [InlineData("huge 4 write 0 3 512")]
    [InlineData("huge 4 read 0 4 512")]
    [InlineData("huge 4 write 0 4 512 unmap 700 9")]
    [InlineData("shared 500 write 0 400 1 memfd 500 write 0 300 1")]
    [InlineData("sparse 16777216 write 0 2000 8000")]
    [InlineData("anon 4000 write 0 4000 1 stripe")]
    [InlineData("anon 300 write 0 300 1 perf 16 read 0 17 1")]
    [InlineData("device /dev/mem 0xf0000 16 read 0 16 1")]
    public void Rss_and_anonymous_are_those_of_smaps(string steps)
    {
        using Workload workload = Ground.Start(steps);

        AssertAgreement(workload, hugetlbAnonymous: 0);
    }

    [Fact]
    public void Written_private_file()
    {
        using Workload workload = Ground.Start($"file-private {Ground.NewFile(500)} 500 read 0 500 1 write 0 100 3");

        AssertAgreement(workload, hugetlbAnonymous: 0);
    }

    [Fact]
    public void Hugetlb()
    {
        // The kernel leaves private huge pages out of Anonymous; anonymous they are.
        using HugePageReservation reservation = HugePageReservation.Take(8);
        using Workload workload = Ground.Start("hugetlb 4 write 0 3 512 hugetlb-shared 4 write 0 2 512");

        AssertAgreement(workload, hugetlbAnonymous: 3 * HugePage);
    }

    [Fact]
    public void Swap()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        using Workload workload = Ground.Start("anon 1000 write 0 1000 1 advise pageout 0 700");
        Assert.SkipWhen(SmapsRollup.Of(workload.Pid)["Swap"] == 0, "Not tested: the kernel swapped nothing out.");

        AssertAgreement(workload, hugetlbAnonymous: 0);
    }

    /// <summary>The independent count itself, which the engine is held against elsewhere.</summary>
    private static void AssertCountAgrees(int pid, long hugetlbAnonymous)
    {
        ProcessPages counted = IndependentCount.Read(pid);
        SmapsRollup smaps = SmapsRollup.Of(pid);
        Assert.Equal(0, counted.Repeated);
        Assert.Equal(smaps.Resident, (long)counted.Frames.Count * Page);
        Assert.Equal(smaps["Anonymous"] + hugetlbAnonymous, (long)counted.Anonymous.Count * Page);
        Assert.Equal(smaps["Swap"], (long)counted.Slots.Count * Page);
    }

    private static void AssertAgreement(Workload workload, long hugetlbAnonymous)
    {
        workload.Stop();
        AssertCountAgrees(workload.Pid, hugetlbAnonymous);
        foreach (PagemapMode mode in new[] { PagemapMode.Auto, PagemapMode.Plain })
        {
            MemGroup? group = null;
            SmapsRollup? smaps = null;

            // Pages of a stopped process may still be moved; then both have changed, and again are the same.
            for (int attempt = 0; attempt < 5; attempt++)
            {
                group = ExactComparison.Scan(workload.Pids, [new(new WholeSplit(), _ => null)], mode).Reports[0].Groups.Single();
                smaps = SmapsRollup.Of(workload.Pid);
                if (group.MemRss == smaps.Resident && group.MemAnon == smaps["Anonymous"] + hugetlbAnonymous && group.SwapRss == smaps["Swap"])
                {
                    break;
                }
            }

            Assert.Equal(smaps!.Resident, group!.MemRss);
            Assert.Equal(smaps["Anonymous"] + hugetlbAnonymous, group.MemAnon);
            Assert.Equal(smaps["Swap"], group.SwapRss);
        }
    }
}
