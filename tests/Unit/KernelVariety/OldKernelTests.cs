using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Unit.KernelVariety;

/// <summary>
/// The files of Linux 4.9, 4.18 and 5.14: other lines, in another order, other control groups, the same figures.
/// </summary>
[Beside(Company.Everybody)]
public class OldKernelTests
{
    private const long Page = 4096;
    private const long HugePage = 2 << 20;

    [Theory]
    [InlineData("linux-4.9", PagemapMode.Auto)]
    [InlineData("linux-4.9", PagemapMode.Plain)]
    [InlineData("linux-4.18", PagemapMode.Auto)]
    [InlineData("linux-4.18", PagemapMode.Plain)]
    [InlineData("linux-5.14", PagemapMode.Auto)]
    [InlineData("linux-5.14", PagemapMode.Plain)]
    public void Figures_are_those_of_its_smaps(string kernel, PagemapMode mode)
    {
        using var tree = new OldKernel(kernel);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = tree.Root, PagemapMode = mode, Threads = 2 });
        (IReadOnlyList<MemProcess> measured, ScanResult result) = scan.Measure(scan.Table.Processes);

        Assert.Equal([1, 1200, 1201], measured.Select(process => process.Id).Order());
        Assert.Empty(result.Unreadable);
        foreach (MemProcess process in measured)
        {
            Assert.Equal(Sum(tree, process.Id, "Rss") + Sum(tree, process.Id, "Shared_Hugetlb") + Sum(tree, process.Id, "Private_Hugetlb") - (process.Id == 1 ? 0 : 4 * Page), process.MemRss);
            Assert.Equal(Sum(tree, process.Id, "Anonymous"), process.MemAnon);
            Assert.Equal(Sum(tree, process.Id, "Swap"), process.SwapRss);
        }
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.18")]
    [InlineData("linux-5.14")]
    public void Groups_share_what_the_page_maps_share(string kernel)
    {
        using var tree = new OldKernel(kernel);
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = tree.Root, Threads = 2 });

        ScanResult result = scan.Run(scan.Table.Processes, [new UidSplit(), new EnvironmentSplit("PGDATA")]);

        Assert.All(result.Reports, report => Assert.Equal(2, report.Groups.Count));
        MemGroup database = result.Reports[0].Groups.Single(group => Equals(group.Key, 26L));
        MemGroup root = result.Reports[0].Groups.Single(group => Equals(group.Key, 0L));

        // The program and the library once (4 pages), three heap pages of which one is shared, the huge page once.
        Assert.Equal((7 * Page) + HugePage, database.MemRss);
        Assert.Equal(3 * Page, database.MemAnon);
        Assert.Equal((4 * Page, Page, 4 * Page), (database.ShmMem, database.ShmSwap, database.ShmUss));
        Assert.Equal((6 * Page, 4 * Page, Page), (root.MemRss, root.MemAnon, root.SwapRss));
        Assert.Equal(database.MemRss, result.Reports[1].Groups.Single(group => Equals(group.Key, "/var/lib/pgsql/data")).MemRss);
    }

    [Theory]
    [InlineData("linux-4.9", "/system.slice/postgresql.service", "/init.scope")]
    [InlineData("linux-4.18", "/system.slice/postgresql.service", "/init.scope")]
    [InlineData("linux-5.14", "/system.slice/postgresql.service", "/init.scope")]
    public void Facts_are_found(string kernel, string group, string firstGroup)
    {
        using var tree = new OldKernel(kernel);
        IReadOnlyList<MemProcess> processes = MemScan.Begin(new ScanOptions { ProcRoot = tree.Root }).Table.Processes;
        MemProcess first = processes[0];
        MemProcess child = processes[2];

        Assert.Equal(("systemd", 0L, firstGroup), (first.Comm, first.Uid, first.Cgroup));
        Assert.Equal(("postgres", 26L, group), (child.Comm, child.Uid, child.Cgroup));
        Assert.Equal((26L, 26L, 1200), (child.RealUid, child.Gid, child.ParentId));
        Assert.Equal("postgres: checkpointer ", child.CommandLine);
        Assert.Equal("/usr/lib/systemd/systemd --switched-root --system", first.CommandLine);
        Assert.Equal(48 * 1024, child.PageTables);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1700000013).AddMilliseconds(10), child.StartTime.ToUniversalTime());
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.18")]
    [InlineData("linux-5.14")]
    public void Segments_are_listed_with_the_processes_that_have_them(string kernel)
    {
        using var tree = new OldKernel(kernel);

        IReadOnlyList<ShmSegment> segments = ShmSegments.Read(new ShmOptions { ProcRoot = tree.Root });

        Assert.Equal([65538L, 98307L], segments.Select(segment => segment.ShmId));
        Assert.Equal((5432001, 65536L, 4 * Page, Page), (segments[0].Key, segments[0].Size, segments[0].Rss!.Value, segments[0].Swap));
        Assert.Equal([1200, 1201], segments[0].AttachedPids!);
        Assert.Equal((Page, 4L), (segments[0].PageSize!.Value, segments[0].Pages4k!.Value));
        Assert.True(segments[1].Removed);
    }

    [Theory]
    [InlineData("linux-4.9", new[] { "/dev/shm", "/run", "/sys/fs/cgroup", "/run/user/1000" })]
    [InlineData("linux-4.18", new[] { "/dev/shm", "/run", "/sys/fs/cgroup", "/run/user/1000" })]
    [InlineData("linux-5.14", new[] { "/dev/shm", "/run", "/run/user/1000" })]
    public void File_systems_in_memory_are_listed(string kernel, string[] mountPoints)
    {
        using var tree = new OldKernel(kernel);

        Assert.Equal(mountPoints, TmpfsTable.List(Machine.Open(tree.Root)).Select(mount => mount.MountPoint));
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.18")]
    public void Neither_smaps_nor_its_rollup_is_needed(string kernel)
    {
        using var tree = new OldKernel(kernel);
        foreach (int pid in new[] { 1, 1200, 1201 })
        {
            Assert.False(File.Exists(tree.PathOf($"{pid}/smaps_rollup")));
            File.Delete(tree.PathOf($"{pid}/smaps"));
        }

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = tree.Root });
        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()]);

        Assert.Empty(result.Unreadable);
        Assert.Equal((13 * Page) + HugePage, Assert.Single(result.Reports[0].Groups).MemRss);
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.18")]
    [InlineData("linux-5.14")]
    public void Page_sizes_are_found_wherever_their_line_stands(string kernel)
    {
        using var tree = new OldKernel(kernel);
        var sizes = new Dictionary<string, ulong>();
        string? path = null;
        var smaps = default(SmapsFile);
        foreach (string line in File.ReadLines(tree.PathOf("1200/smaps")))
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(line);
            if (MapsLine.TryParse(bytes, out MapsLine mapping))
            {
                path = SurrogateEscape.Decode(mapping.Path);
                smaps = default;
                continue;
            }

            smaps.Add(bytes);
            sizes[path!] = smaps.PageSize;
        }

        Assert.Equal((ulong)HugePage, sizes["/anon_hugepage (deleted)"]);
        Assert.All(sizes.Where(size => size.Key != "/anon_hugepage (deleted)"), size => Assert.Equal((ulong)Page, size.Value));
    }

    /// <summary>The sum of a line over all mappings, in bytes, read by the test itself.</summary>
    private static long Sum(OldKernel tree, int pid, string line) => File.ReadLines(tree.PathOf($"{pid}/smaps"))
        .Select(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words[0] == line + ":")
        .Sum(words => long.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) * 1024);
}
