using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>What groups consist of, by mapping: every line of every group, byte for byte against a plain count.</summary>
public class MappingTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Lines_of_a_family_of_forks()
    {
        using Workload workload = Ground.Start(
            "anon 200 write 0 150 1 shared 100 write 0 60 1 memfd 80 write 0 80 1 fork anon 50 write 0 50 1 write 0 20 1 select 0 write 0 40 1 end fork uid 65534 end forks 2 anon 10 write 0 10 1 end");
        MappingComparison.Check(Ground.NewName("snapshot"), workload);
    }

    [Fact]
    public void Lines_of_private_and_shared_mappings_of_one_file()
    {
        string file = Ground.NewName("file");
        using Workload one = Ground.Start($"make-file {file} 300 file {file} 300 read 0 300 1 fork file-private {file} 300 read 0 300 1 write 0 50 1 end", stage: "one");
        using Workload other = Ground.Start($"file {file} 300 write 100 100 1", stage: "other");
        IReadOnlyList<MemMapping> lines = MappingComparison.Check(null, one, other);

        MemMapping line = Assert.Single(lines, line => line.Mapping == file);
        Assert.Equal(("File", false, 3, 300L * Page), (line.Kind, line.Deleted, line.Procs, line.MemFile));
    }

    [Fact]
    public void Two_names_for_one_frame_share_it()
    {
        string file = Ground.NewName("file"), link = Ground.NewName("link");
        using Workload workload = Ground.Start($"make-file {file} 64 file {file} 64 read 0 64 1");
        Command.Run("ln", file, link);
        using Workload other = Ground.Start($"file {link} 64 read 0 64 1");
        IReadOnlyList<MemMapping> lines = MappingComparison.Check(null, workload, other);

        Assert.All([file, link], name => Assert.Equal((64L * Page, 0L, 32L * Page), Figures(Assert.Single(lines, line => line.Mapping == name))));
    }

    [Fact]
    public void Two_files_of_one_path_are_two_lines()
    {
        string file = Ground.NewName("file");
        using Workload first = Ground.Start($"make-file {file} 20 file {file} 20 read 0 20 1 remove-file {file} make-file {file} 30 file {file} 30 read 0 30 1 remove-file {file}");
        using Workload second = Ground.Start($"make-file {file} 40 file {file} 40 read 0 40 1");
        IReadOnlyList<MemMapping> lines = MappingComparison.Check(null, first, second);

        MemMapping[] mine = [.. lines.Where(line => line.Mapping.StartsWith(file, StringComparison.Ordinal)).OrderBy(line => line.MemRss)];
        Assert.Equal([(20L * Page, true), (30L * Page, true), (40L * Page, false)], mine.Select(line => (line.MemRss!.Value, line.Deleted)));
        Assert.Equal([$"{file} (deleted) (inode {mine[0].Inode})", $"{file} (deleted) (inode {mine[1].Inode})", file], mine.Select(line => line.Mapping));
    }

    [Fact]
    public void Objects_of_two_groups_have_a_line_in_each()
    {
        using Workload one = Ground.Start("sysv 100 write 0 70 1 memfd 90 write 0 60 1", stage: "one");
        using Workload other = Ground.Start($"sysv-attach {one.Segments[0]} read 0 10 1", stage: "other");
        IReadOnlyList<MemMapping> lines = MappingComparison.Check(Ground.NewName("snapshot"), one, other);

        MemMapping segment = Assert.Single(lines, line => line.Kind == "SysV");
        Assert.Equal((0L, 70L * Page, 70L * Page, 2, 200L * Page), (segment.MemRss, segment.SharedMem, segment.MemHeld, segment.Procs, segment.Size));
        MemMapping memfd = Assert.Single(lines, line => line.Kind == "Memfd");
        Assert.Equal((60L * Page, 60L * Page), (memfd.MemRss, memfd.MemHeld));
    }

    [Fact]
    public void Lines_of_merged_pages()
    {
        using KernelMerging merging = KernelMerging.SwitchOn();
        const int Equal = 64;
        string file = Ground.NewName("file");
        using Workload workload = Ground.Start($"anon 100 write 0 100 1 fill 7 0 {Equal} advise mergeable 0 {Equal} make-file {file} 100 file-private {file} 100 fill 7 0 {Equal} advise mergeable 0 {Equal} fork end");
        bool merged = false;
        for (int i = 0; i < 200 && !merged; i++)
        {
            Thread.Sleep(50);
            merged = IndependentCount.Read(workload.Pid).Repeated >= (2 * Equal) - 1;
        }

        Assert.SkipUnless(merged, "Not tested: the kernel merged no pages.");
        merging.Hold();
        IReadOnlyList<MemMapping> lines = MappingComparison.Check(null, workload);

        // One frame under two names is unique under none.
        Assert.Contains(lines, line => line.Mapping == file && line.MemUss < line.MemRss);
    }

    [Fact]
    public void Lines_of_huge_pages()
    {
        using HugePageReservation reservation = HugePageReservation.Take(4);
        using Workload workload = Ground.Start($"huge 3 write 0 3 {PerHuge} hugetlb 2 write 0 2 {PerHuge} hugetlb-shared 1 write 0 1 {PerHuge} anon 30 write 0 30 1 fork end");
        IReadOnlyList<MemMapping> lines = MappingComparison.Check(null, workload);

        Assert.Equal(2L * HugePage, Assert.Single(lines, line => line.Kind == "HugePages").MemRss);
    }

    [Fact]
    public void Lines_of_swapped_memory()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        string file = Ground.NewName("file");
        using Workload workload = Ground.Start($"anon 500 write 0 500 1 advise pageout 0 300 make-file {file} 100 file-private {file} 100 write 0 100 1 advise pageout 0 50 fork select 0 write 0 30 1 end");
        IReadOnlyList<MemMapping> lines = MappingComparison.Check(Ground.NewName("snapshot"), workload);

        Assert.SkipWhen(lines.Sum(line => line.SwapRss) == 0, "Not tested: the kernel swapped nothing out.");
    }

    [Fact]
    public void As_many_mappings_as_pages_are_one_line()
    {
        using Workload workload = Ground.Start("anon 4000 write 0 4000 1 stripe");
        MemMapping line = Assert.Single(MappingComparison.Check(null, workload), line => line.Kind == "Anonymous");

        Assert.InRange(line.Mappings, 3999, 4100);
    }

    [Fact]
    public void Only_the_largest_lines_and_the_rest_as_one()
    {
        string file = Ground.NewName("file");
        using Workload workload = Ground.Start($"anon 500 write 0 500 1 make-file {file} 64 file {file} 64 read 0 64 1 shared 100 write 0 100 1 sysv 30 write 0 30 1 fork end");
        workload.Stop();
        int[] pids = [.. workload.Pids];
        (MemGroup group, IReadOnlyList<MemMapping> all) = Assert.Single(MappingComparison.Map(null, pids, new WholeSplit()).Groups);
        IReadOnlyList<MemMapping> top = MappingComparison.Map(null, pids, new WholeSplit(), options: new MappingOptions { Top = 2 }).Groups[0].Lines;

        Assert.Equal(3, top.Count);
        Assert.Equal(all.Take(2).Select(line => line.ToString() + line.MemPss + line.MemUss), top.Take(2).Select(line => line.ToString() + line.MemPss + line.MemUss));
        MemMapping rest = top[2];
        Assert.Equal(($"({all.Count - 2} more)", true, null, null), (rest.Mapping, rest.IsRest, rest.Kind, rest.Procs));
        Assert.Equal(group.MemRss, top.Sum(line => line.MemPss));
        Assert.Equal(all.Skip(2).Sum(line => line.Mappings), rest.Mappings);
        Assert.Equal(all.Skip(2).Sum(line => line.Size), rest.Size);
        Assert.Equal(all.Sum(line => line.SharedMem), top.Sum(line => line.SharedMem));

        // Nothing in this layout has two names.
        Assert.Equal(all.Skip(2).Sum(line => line.MemRss), rest.MemRss);
        Assert.Equal(all.Skip(2).Sum(line => line.MemUss), rest.MemUss);
        Assert.Equal(all.Skip(2).Sum(line => line.MemAnon), rest.MemAnon);
    }

    [Fact]
    public void Lines_by_kind_add_up_to_the_same()
    {
        string file = Ground.NewName("file"), other = Ground.NewName("file");
        using Workload workload = Ground.Start($"anon 500 write 0 500 1 make-file {file} 64 file {file} 64 read 0 64 1 make-file {other} 32 file-private {other} 32 read 0 32 1 shared 100 write 0 100 1 shared 50 write 0 40 1 sysv 30 write 0 30 1 fork end");
        workload.Stop();
        int[] pids = [.. workload.Pids];
        (MemGroup group, IReadOnlyList<MemMapping> all) = MappingComparison.Map(null, pids, new WholeSplit()).Groups[0];
        IReadOnlyList<MemMapping> kinds = MappingComparison.Map(null, pids, new WholeSplit(), options: new MappingOptions { By = MappingLine.Kind }).Groups[0].Lines;

        Assert.Equal(group.MemRss, kinds.Sum(line => line.MemPss));
        Assert.Equal(group.SharedMem, kinds.Sum(line => line.SharedMem));
        Assert.Equal(group.MemHeld, kinds.Sum(line => line.MemPss - line.MemShared + line.SharedMem));
        Assert.Equal(
            all.GroupBy(line => line.Kind).Select(same => (same.Key, same.Sum(line => line.Mappings), same.Sum(line => line.Size), same.Sum(line => line.SharedMem))).Order(),
            kinds.Select(line => (line.Kind, line.Mappings, line.Size, line.SharedMem)).Order());
        Assert.All(kinds, line => Assert.Equal(line.Kind, line.Mapping));
    }

    [Fact]
    public void Sums_of_the_whole_machine_under_churn()
    {
        using Workload churn = Ground.Start("anon 20 write 0 20 1 churn 4");
        for (int i = 0; i < 5; i++)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { Threads = 2 });
            MappingResult mapped = scan.Map(scan.Table.Processes, new UidSplit(), new MappingOptions { By = i % 2 == 0 ? MappingLine.Mapping : MappingLine.Kind, Top = i == 4 ? 3 : null });
            Assert.All(mapped.Groups, group =>
            {
                Assert.Equal(group.Group.MemRss, group.Lines.Sum(line => line.MemPss));
                Assert.Equal(group.Group.SharedMem, group.Lines.Sum(line => line.SharedMem));
                Assert.Equal(group.Group.ShmMem, group.Lines.Sum(line => line.ShmMem));
                Assert.InRange(group.Lines.Sum(line => line.MemUss!.Value), 0, group.Group.MemUss!.Value);
                Assert.All(group.Lines, line => Assert.True(line.MemAnon <= line.MemRss && line.MemUss <= line.MemPss && line.MemPss <= line.MemRss && line.MemFreed <= line.MemHeld, $"{line}"));
            });
            using MemScan again = MemScan.Begin(new ScanOptions { Threads = 2 });
            SharingResult shared = again.Share(again.Table.Processes, [new UidSplit()]);
            foreach (MemGroup group in shared.Scan.Reports[0].Groups)
            {
                // What nobody outside maps, and what somebody does, are all.
                MemSharing any = Assert.Single(shared.Reports[0].Lines, line => line.WithAnyone && Equals(line.Key, group.Key));
                Assert.Equal(group.MemRss - group.MemUss, any.Shared);
                Assert.Equal(group.SharedMem - group.SharedUss, any.SharedObjects);
                Assert.All(shared.Reports[0].Lines.Where(line => !line.WithAnyone && (Equals(line.Key, group.Key) || Equals(line.OtherKey, group.Key))), pair => Assert.InRange(pair.SharedHeld, 0, any.SharedHeld));
            }
        }
    }

    private static (long Rss, long Uss, long Pss) Figures(MemMapping line) => (line.MemRss!.Value, line.MemUss!.Value, line.MemPss!.Value);
}
