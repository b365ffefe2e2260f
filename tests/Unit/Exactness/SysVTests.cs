using LinuxMem.Engine.Reports;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

public class SysVTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Segment_half_touched()
    {
        using Workload workload = Ground.Start("anon 100 write 0 100 1 sysv 1000 write 0 500 1");
        long before = SysVTable.Read()[workload.Segments[0]].Rss;

        ProcessPages[] counted = Check(workload);

        Assert.Equal(500 * Page, before);
        Assert.Equal(before, SysVTable.Read()[workload.Segments[0]].Rss);
        Assert.DoesNotContain(counted[0].Segments.Values.Single(), counted[0].Frames.Contains);
    }

    [Fact]
    public void Segment_removed_while_attached() => Check("sysv 300 write 0 200 1 sysv-remove fork uid 65534 end");

    [Fact]
    public void Segment_attached_but_never_touched() => Check("sysv 300 fork read 0 1 1 end");

    [Fact]
    public void Segment_attached_twice_by_one_process() => Check("sysv 300 write 0 200 1 sysv-again read 0 100 1 fork end");

    [Fact]
    public void Segments_of_several_groups()
    {
        using Workload one = Ground.Start("sysv 400 write 0 300 1 sysv 200 write 0 200 1 fork uid 65534 end", stage: "one");
        using Workload two = Ground.Start($"sysv-attach {one.Segments[0]} read 0 10 1 sysv 100 write 0 50 1", stage: "two");

        ExactComparison.Check(one, two);
    }

    [Fact]
    public void Segment_of_huge_pages()
    {
        using HugePageReservation reservation = HugePageReservation.Take(6);
        using Workload workload = Ground.Start("sysv-huge 4 write 0 3 512 fork end");

        ProcessPages[] counted = Check(workload);

        Assert.Equal(3 * PerHuge, counted[0].Segments.Values.Single().Count);
    }

    [Fact]
    public void Segment_of_another_namespace_is_not_taken_for_one_of_the_same_number_here()
    {
        // The first number of 64 is not counted up to; of three segments one has another.
        using Workload ours = Ground.Start(string.Concat(Enumerable.Repeat("sysv 2000 write 0 2000 1 ", 3)), stage: "ours");
        int number = ours.Segments.First(id => id % 32768 % 64 != 0);
        using Workload theirs = Ground.Start($"ipc-namespace sysv-numbered {number} 10 write 0 5 1 sysv 10 write 0 7 1 fork end", stage: "theirs");
        Assert.SkipUnless(theirs.Segments.Contains(number), "Not tested: the two namespaces gave no number twice.");
        ours.Stop();
        theirs.Stop();

        Grouping grouping = new(new EnvironmentSplit(Workload.StageVariable), _ => null);
        ScanResult result = ExactComparison.Scan([.. ours.Pids, .. theirs.Pids], [grouping]);

        MemGroup us = result.Reports[0].Groups.Single(g => Equals(g.Key, "ours"));
        MemGroup them = result.Reports[0].Groups.Single(g => Equals(g.Key, "theirs"));
        Assert.Equal(6000L * Page, us.ShmMem);
        Assert.Equal(6000L * Page, us.ShmUss);
        Assert.Equal(12L * Page, them.ShmMem);
        Assert.Equal(12L * Page, them.ShmUss);
        Assert.InRange(them.MemRss!.Value, 1, 1000L * Page);
    }

    [Fact]
    public void File_named_like_a_segment_is_memory_like_any_other()
    {
        string mount = Directory.CreateDirectory(Ground.NewName("mount")).FullName;
        string file = $"{mount}/SYSV00000000";
        using Workload workload = Ground.Start($"mount-tmpfs {mount} make-file {file} 700 file {file} 700 write 0 700 1 remove-file {file} detach {mount}");
        Assert.SkipUnless(File.ReadLines($"/proc/{workload.Pid}/maps").Any(line => line.EndsWith(" /SYSV00000000 (deleted)", StringComparison.Ordinal)), "Not tested: the kernel shows the file by another name.");
        workload.Stop();

        ScanResult result = ExactComparison.Scan(workload.Pids, [new(new WholeSplit(), _ => null)]);

        Assert.Equal(SmapsRollup.Of(workload.Pid).Resident, result.Reports[0].Groups[0].MemRss);
    }
}
