using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

[Beside(Company.Nobody)]
public class SwapTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Pages_swapped_out()
    {
        using SwapArea area = SwapArea.Activate(Ground);

        ProcessPages[] counted = CheckSwapped("anon 2000 write 0 2000 1 advise pageout 0 1500");

        Assert.True(counted[0].AnonymousSlots.SetEquals(counted[0].Slots));
    }

    [Fact]
    public void Slots_shared_after_fork()
    {
        using SwapArea area = SwapArea.Activate(Ground);

        ProcessPages[] counted = CheckSwapped("anon 2000 write 0 2000 1 advise pageout 0 2000 fork read 0 300 1 end fork write 200 300 1 uid 65534 end fork unmap 100 1111 end");

        Assert.NotEmpty(counted[0].Slots.Intersect(counted[1].Slots));
    }

    [Fact]
    public void Slots_of_the_same_number_in_two_areas()
    {
        using SwapArea first = SwapArea.Activate(Ground, priority: 10);
        using Workload one = Ground.Start("anon 900 write 0 900 1 advise pageout 0 900", stage: "one");
        using SwapArea second = SwapArea.Activate(Ground, priority: 20);
        using Workload two = Ground.Start("anon 900 write 0 900 1 advise pageout 0 900", stage: "two");

        IReadOnlyDictionary<int, ProcessPages> counted = ExactComparison.Check(one, two);

        Assert.SkipWhen(!Offsets(counted[one.Pid]).Intersect(Offsets(counted[two.Pid])).Any(), "Not tested: the kernel gave no number twice.");
        Assert.Empty(counted[one.Pid].Slots.Intersect(counted[two.Pid].Slots));

        static IEnumerable<ulong> Offsets(ProcessPages pages) => pages.Slots.Select(slot => slot >> 5);
    }

    [Fact]
    public void Slots_in_the_last_area_that_the_kernel_allows()
    {
        using SwapAreas areas = SwapAreas.ActivateAll(Ground);
        Assert.SkipUnless(areas.InUse > 23, $"Not tested: this kernel took {areas.InUse} swap areas, no more than all kernels.");
        using (Machine machine = Machine.Open())
        {
            // The engine learns without trying what the kernel took here.
            Assert.SkipUnless(File.Exists("/sys/kernel/btf/vmlinux"), "Not tested: this kernel does not tell its types (BTF).");
            Assert.Equal((ulong)areas.InUse, machine.SwapAreas);
        }

        using Workload workload = Ground.Start("anon 600 write 0 600 1 advise pageout 0 100 fork end", stage: "here");

        ProcessPages[] counted = Check(workload);

        // The kernel's own sum, and the number of the area in the entries themselves.
        SmapsRollup smaps = SmapsRollup.Of(workload.Pid);
        Assert.SkipWhen(smaps["Swap"] == 0, "Not tested: the kernel swapped nothing out.");
        Assert.Equal(smaps["Swap"], (long)counted[0].Slots.Count * Page);
        Assert.Contains(counted[0].Slots, slot => (slot & 31) == (ulong)areas.InUse - 1);
        foreach (PagemapMode taken in new[] { PagemapMode.Auto, PagemapMode.Plain })
        {
            string file = Ground.NewName("snapshot");
            MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, PagemapMode = taken });
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = file, Threads = 1 });
            ScanResult result = scan.Run(scan.Table.Processes.Where(process => process.Id == workload.Pid).ToList(), [new WholeSplit()]);
            Assert.Equal(smaps["Swap"], Assert.Single(result.Reports[0].Groups).SwapRss);
        }
    }

    [Fact]
    public void Slots_scattered_over_a_sparse_mapping()
    {
        using SwapArea area = SwapArea.Activate(Ground);

        CheckSwapped("sparse 16777216 write 0 4000 4096 advise pageout 0 8000000");
    }

    [Fact]
    public void Mappings_without_a_resident_page()
    {
        using SwapArea area = SwapArea.Activate(Ground);

        CheckSwapped("anon 600 write 0 600 1 advise pageout 0 600 anon 100 write 0 100 1 fork end");
    }

    [Fact]
    public void Transparent_huge_page_swapped_out()
    {
        using SwapArea area = SwapArea.Activate(Ground);

        CheckSwapped("huge 3 write 0 3 512 write 0 1024 1 advise pageout 0 1024 fork end");
    }

    [Fact]
    public void Shared_memory_swapped_out()
    {
        // Its slots are the memory file's, no process refers to one: only what is still mapped may show.
        using SwapArea area = SwapArea.Activate(Ground);

        Check("anon 500 write 0 500 1 advise pageout 0 250 memfd 1000 write 0 1000 1 advise pageout 0 500 shared 1000 write 0 1000 1 advise pageout 0 500 fork end");
    }

    [Fact]
    public void Private_file_mapping_swapped_out()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        string file = Ground.NewFile(400);

        CheckSwapped($"file-private {file} 400 write 0 400 1 advise pageout 0 400 fork end");
    }

    [Fact]
    public void Segment_swapped_out()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        using Workload workload = Ground.Start("sysv 800 write 0 800 1 advise pageout 0 500 fork end fork uid 65534 end");
        Assert.SkipWhen(SysVTable.Read()[workload.Segments[0]].Swap == 0, "Not tested: the kernel swapped no page of the segment.");

        Check(workload);
    }

    private ProcessPages[] CheckSwapped(string steps)
    {
        ProcessPages[] counted = Check(steps);
        Assert.SkipWhen(counted.All(p => p.Slots.Count == 0), "Not tested: the kernel swapped nothing out.");
        return counted;
    }
}
