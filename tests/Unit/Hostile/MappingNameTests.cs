using System.Globalization;
using System.Text;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Hostile;

/// <summary>Processes that map more names than anybody reads.</summary>
[Beside(Company.Everybody)]
public class MappingNameTests
{
    private const int Names = 65_530;

    [Fact]
    public void As_many_names_as_mappings_are_lines_of_their_own_and_cost_what_names_cost()
    {
        using var copy = new ProcCopy();
        Add(copy, 10, uid: 1, Names, length: 60);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1, MemoryLimit = 1L << 30 });

        MappingResult result = scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions());

        (MemGroup group, IReadOnlyList<MemMapping> lines) = Assert.Single(result.Groups);
        Assert.Equal(Names, lines.Count);
        Assert.Equal(group.MemRss, lines.Sum(line => line.MemPss));
        Assert.DoesNotContain(result.Scan.Warnings, warning => warning.Contains("names of mappings", StringComparison.Ordinal));
        Assert.InRange(result.Scan.PeakMemory, 0, Names * 4000L);
    }

    [Fact]
    public void Beyond_a_quarter_of_the_limit_names_are_added_up_and_told()
    {
        using var copy = new ProcCopy();
        Add(copy, 10, uid: 1, Names, length: 900);
        copy.Add(11, uid: 2, maps: "10000-11000 r--p 00000000 08:02 1   /innocent\n").Map(0x10000, ProcCopy.Frame(1UL << 22, file: true));
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1, MemoryLimit = 96 << 20 });

        MappingResult result = scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions());

        (MemGroup group, IReadOnlyList<MemMapping> lines) = Assert.Single(result.Groups);
        Assert.Equal(group.MemRss, lines.Sum(line => line.MemPss));
        MemMapping folded = Assert.Single(lines, line => line.Mapping == "(other names)");
        Assert.InRange(folded.Mappings, 1, Names - 1);
        Assert.Equal(Names + 1, lines.Sum(line => line.Mappings));
        Assert.Equal(folded.MemRss, folded.Mappings * 4096);

        // One user's names leave room for those of others.
        Assert.Equal(4096, Assert.Single(lines, line => line.Mapping == "/innocent").MemUss);
        Assert.Contains(result.Scan.Warnings, warning => warning.Contains(string.Create(CultureInfo.InvariantCulture, $"{folded.Mappings} mappings are added up as '(other names)'"), StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_count_against_the_limit_and_only_those_kept_are_made()
    {
        using var copy = new ProcCopy();
        Add(copy, 10, uid: 1, Names, length: 10);

        MappingResult all = Map(null);
        MappingResult few = Map(100);

        Assert.Equal(101, few.Groups[0].Lines.Count);
        Assert.Equal(all.Groups[0].Lines.Take(100).Select(line => line.Mapping), few.Groups[0].Lines.Take(100).Select(line => line.Mapping));
        Assert.Equal(Names * 4096L, few.Groups[0].Lines.Sum(line => line.MemPss));
        Assert.Equal(Names, few.Groups[0].Lines.Sum(line => line.Mappings));
        Assert.InRange(all.Scan.PeakMemory - few.Scan.PeakMemory, Names * 900L, Names * 2000L);

        MappingResult Map(int? top)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1, MemoryLimit = 1L << 30 });
            return scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions { Top = top });
        }
    }

    [Fact]
    public void The_mark_of_a_deleted_file_is_of_the_process_that_shows_it()
    {
        using var copy = new ProcCopy();
        copy.Add(10, uid: 1, maps: "10000-11000 r--p 00000000 08:02 1   /lib/libc.so.6\n").Map(0x10000, ProcCopy.Frame(1, file: true));
        copy.Add(11, uid: 2, maps: "10000-11000 r--p 00000000 08:02 1   /lib/libc.so.6 (deleted)\n").Map(0x10000, ProcCopy.Frame(1, file: true));
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 });

        MappingResult result = scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions());

        Assert.Equal(
            [("/lib/libc.so.6", false, 1), ("/lib/libc.so.6 (deleted)", true, 1)],
            result.Groups[0].Lines.Select(line => (line.Mapping, line.Deleted, line.Procs!.Value)).Order());
        Assert.Equal(4096, result.Groups[0].Group.MemRss);
    }

    [Fact]
    public void Names_that_show_the_same_are_told_apart()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: """
            10000-11000 r--p 00000000 08:02 1   /a
            11000-12000 r--p 00000000 08:02 2   /a
            12000-13000 r--p 00000000 08:03 2   /a
            13000-14000 r--p 00000000 08:02 4   /a (inode 1)
            14000-15000 r--p 00000000 00:00 0   [heap]
            15000-16000 r--p 00000000 08:02 5   /[heap]

            """).Map(0x10000, [.. Enumerable.Range(1, 6).Select(i => ProcCopy.Frame((ulong)i, file: true))]);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 });

        string[] shown = [.. scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions()).Groups[0].Lines.Select(line => line.Mapping)];

        Assert.Equal(6, shown.Distinct().Count());
        Assert.Contains("/a (inode 2) (device 8:3)", shown);
        Assert.Contains("[heap]", shown);
    }

    /// <summary>A process of mappings of a page, each of a file of its own.</summary>
    private static void Add(ProcCopy copy, int pid, uint uid, int names, int length)
    {
        var maps = new StringBuilder();
        string path = new('x', length);
        for (int i = 0; i < names; i++)
        {
            ulong start = 0x10000000 + ((ulong)i * 0x1000);
            maps.Append(CultureInfo.InvariantCulture, $"{start:x}-{start + 0x1000:x} r--p 00000000 08:02 {i + 1000} /{path}{i}\n");
        }

        copy.Add(pid, uid: uid, maps: maps.ToString()).Map(0x10000000, [.. Enumerable.Range(1, names).Select(i => ProcCopy.Frame((ulong)i, file: true))]);
    }
}
