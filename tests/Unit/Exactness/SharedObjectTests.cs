using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Unit.Exactness;

/// <summary>Shared memory objects: all of each that is in memory is held by whoever holds it, byte for byte.</summary>
public class SharedObjectTests(StagingGround ground) : StagedTests(ground)
{
    /// <summary>Pages of shared anonymous memory in which the staging program notes the segments it has made.</summary>
    private const long Ledger = 1;

    [Fact]
    public void Every_kind_of_object() =>
        CheckHeld("anon 20 write 0 20 1 shared 300 write 0 200 1 memfd 400 write 100 250 1 sysv 100 write 0 60 1 fork uid 65534 end", expected: 200 + 250 + 60 + Ledger);

    [Fact]
    public void Memory_that_a_child_filled_before_it_ended() =>
        CheckHeld("shared 51200 do write 0 51200 1 end", expected: 51200);

    [Fact]
    public void Object_mapped_by_many_privately_and_twice()
    {
        string file = NewShmFile();
        try
        {
            CheckHeld($"make-file {file} 900 file {file} 900 write 0 700 1 again read 0 10 1 fork file-private {file} 900 write 0 100 1 end forks 5 end", expected: 700);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Object_of_another_mount_namespace()
    {
        string mount = Directory.CreateDirectory(Ground.NewName("mount")).FullName;
        CheckHeld($"anon 10 write 0 10 1 fork mount-tmpfs {mount} make-file {mount}/held 500 file {mount}/held 500 write 0 333 1 end", expected: 333);
    }

    [Fact]
    public void Segments_of_one_number_in_two_namespaces_are_two()
    {
        using Workload ours = Ground.Start(string.Concat(Enumerable.Repeat("sysv 2000 write 0 2000 1 ", 3)), stage: "ours");
        int number = ours.Segments.First(id => id % 32768 % 64 != 0);
        using Workload theirs = Ground.Start($"ipc-namespace sysv-numbered {number} 10 write 0 5 1 ipc-home", stage: "theirs");
        Assert.SkipUnless(theirs.Segments.Contains(number), "Not tested: the two namespaces gave no number twice.");

        MemGroup group = Held([.. ours.Pids, .. theirs.Pids], hasTakenAlong: true);

        Assert.Equal((6005L + Ledger) * Page, group.SharedMem);
        Assert.Equal(6005L * Page, group.ShmMem);
    }

    [Fact]
    public void Segment_attached_before_the_process_left_the_namespace()
    {
        using Workload workload = Ground.Start("ipc-namespace sysv 300 write 0 200 1 ipc-home fork end");

        MemGroup group = Held(workload.Pids, hasTakenAlong: true);

        Assert.Equal(200L * Page, group.SharedMem);
        Assert.Equal(200L * Page, group.ShmMem);
        Assert.Equal(200L * Page, group.ShmUss);
    }

    [Fact]
    public void Object_half_swapped_out()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        using Workload workload = Ground.Start("shared 4000 write 0 4000 1 advise pageout 0 2000 memfd 1000 write 0 1000 1 advise pageout 0 500 sysv 800 write 0 800 1 advise pageout 0 500");
        Assert.SkipWhen(ObjectCount.Of(workload.Pids).Swapped == 0, "Not tested: the kernel swapped nothing out.");

        MemGroup group = CheckHeld(workload);

        Assert.Equal((5800L + Ledger) * Page, group.SharedMem + group.SharedSwap);
        Assert.Equal(group.SwapRss + group.SharedSwap, group.SwapHeld);
        Assert.InRange(group.SharedSwap!.Value, Page, 3000L * Page);
    }

    [Fact]
    public void Object_of_transparent_huge_pages()
    {
        string mount = Directory.CreateDirectory(Ground.NewName("huge")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "huge=always,size=64m", "linuxmem-test", mount);
        try
        {
            using (Workload workload = Ground.Start($"make-file {mount}/held {(3 * PerHuge) + 5} file {mount}/held {(3 * PerHuge) + 5} write 0 1 1 write {3 * PerHuge} 3 1"))
            {
                CheckHeld(workload);
            }
        }
        finally
        {
            Command.Run("umount", "-l", mount);
        }
    }

    [Fact]
    public void Pages_that_were_reserved_and_never_written() => CheckReserved(swap: false);

    [Fact]
    public void Pages_that_were_reserved_and_never_written_where_something_is_swapped_out() => CheckReserved(swap: true);

    [Fact]
    public void Objects_of_huge_pages()
    {
        using HugePageReservation reservation = HugePageReservation.Take(6);
        using Workload workload = Ground.Start("hugetlb-shared 3 write 0 2 512 sysv-huge 2 write 0 1 512 hugetlb 1 write 0 1 1 fork end");

        MemGroup group = CheckHeld(workload);

        Assert.Equal((3L * HugePage) + (Ledger * Page), group.SharedMem);
        Assert.Equal(2L * HugePage, group.MemShared - (Ledger * Page));
    }

    [Fact]
    public void Object_whose_name_is_gone_one_that_has_one_and_what_comes_back_of_them()
    {
        string mount = Directory.CreateDirectory(Ground.NewName("mount")).FullName;
        string shm = NewShmFile();
        try
        {
            using Workload workload = Ground.Start($"mount-tmpfs {mount} make-file {mount}/kept 100 file {mount}/kept 100 write 0 70 1 make-file {mount}/gone 100 file {mount}/gone 100 write 0 50 1 remove-file {mount}/gone make-file {shm} 100 file {shm} 100 write 0 30 1");

            MemGroup group = CheckHeld(workload);

            Assert.Equal(150L * Page, group.SharedMem);
            Assert.Equal(150L * Page, group.SharedUss);
            Assert.Equal(group.MemAnon + (80L * Page) + group.PageTables, group.MemFreed);
        }
        finally
        {
            File.Delete(shm);
        }
    }

    [Fact]
    public void Sealed_memfd() => CheckHeld("memfd 200 write 0 150 1 seal", expected: 150);

    [Fact]
    public void Memory_at_which_nobody_may_look_counts_by_page_tables_and_is_told()
    {
        using Workload workload = Ground.Start("secret 50 write 0 40 1");
        workload.Stop();

        ScanResult result = ExactComparison.Scan(workload.Pids, [new(new WholeSplit(), _ => null)]);

        MemGroup group = result.Reports[0].Groups[0];
        Assert.Equal(0, group.MemShared);
        Assert.Equal(group.MemRss, group.MemHeld - group.SharedMem);
        Assert.Contains(result.Warnings, warning => warning.Contains("memfd_secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Object_that_is_only_open_is_held_when_descriptors_are_asked_for()
    {
        using Workload workload = Ground.Start("memfd-open 123 fork memfd 10 write 0 7 1 end");
        workload.Stop();

        Assert.Equal(7L * Page, Held(workload.Pids).SharedMem);
        Assert.Equal(130L * Page, Held(workload.Pids, openFiles: true).SharedMem);
        Assert.Equal(123L * Page, SharedObjects.Read(new SharedMemoryOptions()).Objects.Single(one => one.Pids.Contains(workload.Pid) && one.Name == "/memfd:opened").Rss);
    }

    [Fact]
    public void The_list_names_every_object_with_its_holders_and_what_is_mapped()
    {
        using Workload workload = Ground.Start("memfd 400 write 0 300 1 unmap 0 100 shared 100 write 0 60 1 sysv 100 write 0 60 1 fork end memfd-open 9");
        workload.Stop();

        Listed[] mine = [.. SharedObjects.Read(new SharedMemoryOptions()).Objects.Where(one => one.Pids.Contains(workload.Pid))];

        Listed memfd = Assert.Single(mine, one => one.Name == "/memfd:staged");
        Assert.Equal((nameof(SharedMemoryKind.Memfd), 300L * Page, 200L * Page, 2), (memfd.Kind, memfd.Rss, memfd.Mapped, memfd.Holders));
        Assert.Equal([.. workload.Pids.Order()], memfd.Pids);
        Listed open = Assert.Single(mine, one => one.Name == "/memfd:opened");
        Assert.Equal([workload.Pid], open.OpenPids);
        Listed segment = Assert.Single(mine, one => one.Kind == nameof(SharedMemoryKind.SysV));
        Assert.Equal((workload.Segments[0], 60L * Page, 60L * Page), (segment.Inode, segment.Rss, segment.Mapped));
        Assert.Contains(mine, one => one.Kind == nameof(SharedMemoryKind.SharedAnonymous) && one.Rss == 60L * Page);
    }

    [Fact]
    public void A_segment_that_nobody_has_attached_and_files_that_nobody_has_open_are_listed()
    {
        using Workload workload = Ground.Start("do sysv 500 write 0 400 1 end");
        string mount = Directory.CreateDirectory(Ground.NewName("files")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "size=16m", "linuxmem-test", mount);
        try
        {
            File.WriteAllBytes($"{mount}/one", new byte[50 * Page]);

            IReadOnlyList<Listed> all = SharedObjects.Read(new SharedMemoryOptions()).Objects;

            Listed segment = all.Single(one => one.Kind == nameof(SharedMemoryKind.SysV) && one.Inode == workload.Segments[0]);
            Assert.Equal((0, 400L * Page), (segment.Holders, segment.Rss));
            Assert.Equal(50L * Page, all.Single(one => one.Name == mount).Rss);
        }
        finally
        {
            Command.Run("umount", "-l", mount);
        }
    }

    [Fact]
    public void Looking_a_hundred_times_changes_nothing()
    {
        string file = NewShmFile();
        try
        {
            using Workload workload = Ground.Start($"make-file {file} 300 file {file} 300 write 0 200 1 memfd 300 write 0 100 1 sysv 100 write 0 50 1");
            workload.Stop();
            string before = Facts();
            for (int i = 0; i < 100; i++)
            {
                Held(workload.Pids, method: (ResidenceMethod)(i % 3));
            }

            Assert.Equal(before, Facts());

            string Facts() => Command.Run("stat", "-c", "%x %y %z %b %s", file)
                + string.Join('\n', ObjectCount.Of(workload.Pid).OrderBy(one => one.Key, StringComparer.Ordinal))
                + SmapsRollup.Of(workload.Pid).Resident + string.Join(' ', SysVTable.Read()[workload.Segments[0]]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Twenty_thousand_objects()
    {
        using Workload workload = Ground.StartHostile("memfds 20000");
        workload.Stop();

        MemGroup group = Held(workload.Pids);

        Assert.Equal(20_000L * Page, group.SharedMem);
        Assert.Equal(20_000L * Page, group.MemShared);
        Assert.Equal(20_000, SharedObjects.Read(new SharedMemoryOptions()).Objects.Count(one => one.Pids.Contains(workload.Pid)));
    }

    private void CheckReserved(bool swap)
    {
        using SwapArea? area = swap ? SwapArea.Activate(Ground) : null;
        using Workload workload = Ground.Start("memfd 500 write 0 100 1 fallocate 200 150" + (swap ? " anon 100 write 0 100 1 advise pageout 0 100" : ""));
        workload.Stop();

        foreach (ResidenceMethod method in Enum.GetValues<ResidenceMethod>())
        {
            MemGroup group = Held(workload.Pids, method: method);
            Assert.Equal((250L * Page, 0L), (group.SharedMem, group.SharedSwap));
            Assert.Equal(100L * Page, group.MemShared);
        }
    }

    private static string NewShmFile() => $"/dev/shm/linuxmem-test-{Guid.NewGuid():N}";

    private void CheckHeld(string steps, long expected)
    {
        using Workload workload = Ground.Start(steps);
        Assert.Equal(expected * Page, CheckHeld(workload).SharedMem);
    }

    /// <summary>Holds all ways of measuring against the independent count, of the group and of each process.</summary>
    private static MemGroup CheckHeld(Workload workload)
    {
        workload.Stop();
        (long resident, long swapped) = ObjectCount.Of(workload.Pids);
        MemGroup? group = null;
        foreach (ResidenceMethod method in Enum.GetValues<ResidenceMethod>())
        {
            group = Held(workload.Pids, method: method);
            Assert.Equal((method, resident, swapped), (method, group.SharedMem!.Value, group.SharedSwap!.Value));
            Assert.Equal(group.MemRss, SmapsOrCount(workload.Pids));
        }

        using MemScan scan = MemScan.Begin(new ScanOptions());
        foreach (MemProcess process in scan.Measure([.. scan.Table.Processes.Where(p => workload.Pids.Contains(p.Id))]).Processes)
        {
            Dictionary<string, (long Resident, long Swapped)> own = ObjectCount.Of(process.Id);
            Assert.Equal((own.Values.Sum(one => one.Resident), own.Values.Sum(one => one.Swapped)), (process.SharedMem!.Value, process.SharedSwap!.Value));
            Assert.Equal(process.MemRss - process.MemShared + process.SharedMem, process.MemHeld);
        }

        return group!;
    }

    private static long SmapsOrCount(IEnumerable<int> pids) => pids.SelectMany(pid => IndependentCount.Read(pid).Frames).Distinct().LongCount() * Page;

    private static MemGroup Held(IReadOnlyCollection<int> pids, bool openFiles = false, ResidenceMethod method = ResidenceMethod.Auto, bool hasTakenAlong = false)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { IncludeOpenFiles = openFiles, Residence = method });
        ScanResult result = scan.Run([.. scan.Table.Processes.Where(process => pids.Contains(process.Id))], [new WholeSplit()]);

        // A segment that the process has from another namespace counts by its file, and is named.
        Assert.Equal(hasTakenAlong, result.Warnings.Count == 1 && result.Warnings[0].StartsWith("SysV segments are attached that the table", StringComparison.Ordinal));
        Assert.Equal(hasTakenAlong ? 1 : 0, result.Warnings.Count);
        Assert.Empty(ReportRules.Violations(result.Reports[0]));
        return result.Reports[0].Groups[0];
    }
}
