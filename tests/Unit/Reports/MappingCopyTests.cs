using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Reports;

/// <summary>Reports by mapping out of copied trees: what this kernel cannot be brought to map.</summary>
[Beside(Company.Everybody)]
public class MappingCopyTests
{
    [Theory]
    [InlineData("rw-p 00000000 00:00 0 ", "Anonymous", "[anon]", false)]
    [InlineData("rw-p 00000000 00:00 0    [heap]", "Heap", "[heap]", false)]
    [InlineData("rw-p 00000000 00:00 0    [stack]", "Stack", "[stack]", false)]
    [InlineData("rw-p 00000000 00:00 0    [anon:dalvik main space]", "Named", "[anon:dalvik main space]", false)]
    [InlineData("rw-s 00000000 00:01 7    [anon_shmem:queue]", "SharedAnonymous", "[anon_shmem:queue]", false)]
    [InlineData("r-xp 00000000 00:00 0    [vdso]", "Kernel", "[vdso]", false)]
    [InlineData("r--p 00000000 00:00 0    [vvar_vclock]", "Kernel", "[vvar_vclock]", false)]
    [InlineData("r-xp 00001000 08:02 42   /usr/bin/program", "File", "/usr/bin/program", false)]
    [InlineData("r-xp 00001000 08:02 42   /usr/bin/program (deleted)", "File", "/usr/bin/program (deleted)", true)]
    [InlineData("rw-s 00000000 00:01 9    /dev/zero (deleted)", "SharedAnonymous", "/dev/zero", false)]
    [InlineData("rw-s 00000000 00:01 9    /memfd:m (deleted)", "Memfd", "/memfd:m", false)]
    [InlineData("rw-s 00000000 00:1a 9    /dev/shm/x", "Posix", "/dev/shm/x", false)]
    [InlineData("rw-s 00000000 00:01 32769 /SYSV00001234 (deleted)", "SysV", "/SYSV00001234", false)]
    [InlineData("rw-p 00000000 00:0f 11   /anon_hugepage (deleted)", "HugePages", "/anon_hugepage", false)]
    [InlineData("rw-s 00000000 00:05 12   /dev/dri/card0", "Device", "/dev/dri/card0", false)]
    [InlineData("rw-s 00000000 00:06 13   anon_inode:[perf_event]", "Device", "anon_inode:[perf_event]", false)]
    public void A_mapping_has_the_name_and_the_kind_of_what_it_is_of(string rest, string kind, string name, bool isDeleted)
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: $"10000-12000 {rest}\n").Map(0x10000, ProcCopy.Frame(5, file: true), 0);

        MemMapping line = Assert.Single(Map(copy).Groups[0].Lines);
        MemMapping same = Assert.Single(Map(copy, MappingLine.Kind).Groups[0].Lines);

        Assert.Equal((kind, name, isDeleted, 1, 1L, 0x2000L), (line.Kind, line.Mapping, line.Deleted, line.Procs, line.Mappings, line.Size));
        Assert.Equal((kind, kind, line.MemRss), (same.Kind, same.Mapping, same.MemRss));
    }

    [Fact]
    public void Private_mappings_of_one_name_lie_together_or_apart_and_are_one_line()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: """
            10000-12000 rw-p 00000000 00:00 0    [anon:a]
            12000-14000 rw-p 00000000 00:00 0    [anon:b]
            14000-16000 r--p 00000000 00:00 0    [anon:a]
            20000-22000 rw-p 00000000 00:00 0    [anon:a]

            """).Map(0x10000, [.. Enumerable.Range(1, 6).Select(i => ProcCopy.Frame((ulong)i))]).Map(0x20000, ProcCopy.Frame(1), ProcCopy.Slot(0, 3));

        IReadOnlyList<MemMapping> lines = Map(copy).Groups[0].Lines;

        Assert.Equal(["[anon:a] 3 24576 16384 4096", "[anon:b] 1 8192 8192 0"], lines.Select(line => $"{line.Mapping} {line.Mappings} {line.Size} {line.MemRss} {line.SwapRss}"));
    }

    [Fact]
    public void Segments_of_one_key_say_their_numbers_also_the_first_which_is_none()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: """
            10000-12000 rw-s 00000000 00:01 0    /SYSV00000000 (deleted)
            20000-22000 rw-s 00000000 00:01 1    /SYSV00000000 (deleted)

            """);

        IReadOnlyList<MemMapping> lines = Map(copy).Groups[0].Lines;

        Assert.Equal([("/SYSV00000000 (shmid 0)", (long?)0), ("/SYSV00000000 (shmid 1)", 1)], lines.Select(line => (line.Mapping, line.Inode)).Order());
    }

    [Fact]
    public void Only_the_groups_that_were_asked_for_are_shown_and_the_others_count_as_outside()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: "10000-12000 rw-p 00000000 00:00 0    [heap]\n").Map(0x10000, ProcCopy.Frame(5), ProcCopy.Frame(6));
        copy.Add(11, maps: "10000-12000 rw-p 00000000 00:00 0    [heap]\n").Map(0x10000, ProcCopy.Frame(5), ProcCopy.Frame(7));
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 });

        (MemGroup group, IReadOnlyList<MemMapping> lines) = Assert.Single(scan.Map(scan.Table.Processes, new PidSplit([10]), new MappingOptions()).Groups);

        MemMapping heap = Assert.Single(lines);
        Assert.Equal((8192L, 4096L, 8192L), (heap.MemRss, heap.MemUss, heap.MemPss));
        Assert.Equal(group.MemUss, heap.MemUss);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_number_of_lines_below_one_is_refused(int top)
    {
        using var copy = new ProcCopy();
        copy.Add(10);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });

        LinuxMemException e = Assert.Throws<LinuxMemException>(() => scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions { Top = top }));
        Assert.Equal(LinuxMemError.InvalidArgument, e.Kind);
    }

    [Fact]
    public void What_groups_share_comes_out_of_a_copy_without_the_sizes_of_objects()
    {
        using var copy = new ProcCopy();
        copy.Add(10, uid: 1, maps: "10000-13000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(5), ProcCopy.Frame(6), ProcCopy.Frame(7));
        copy.Add(11, uid: 2, maps: "10000-13000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(5), ProcCopy.Frame(6), ProcCopy.Frame(8));
        copy.Add(12, uid: 3, maps: "10000-13000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(5), 0, 0);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 });

        IReadOnlyList<MemSharing> lines = scan.Share(scan.Table.Processes, [new UidSplit()]).Reports[0].Lines;

        Assert.All(lines, line => Assert.Null(line.SharedObjects));
        Assert.Equal(
            ["1 (anyone) 8192", "2 (anyone) 8192", "3 (anyone) 4096", "1 2 8192", "1 3 4096", "2 3 4096"],
            lines.Select(line => $"{line.Key} {line.OtherKey ?? line.OtherName} {line.Shared}"));
        Assert.All(lines, line => Assert.Equal(line.Shared, line.SharedHeld));
    }

    private static MappingResult Map(ProcCopy copy, MappingLine by = MappingLine.Mapping)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 });
        return scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions { By = by });
    }
}
