using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.SharedMemory;

/// <summary>A real database on SysV shared memory: a PostgreSQL cluster of the test's own, on a socket.</summary>
public class PostgresTests
{
    [Fact]
    public void Its_segment_and_its_groups_add_up()
    {
        using PostgresCluster.Prepared prepared = PostgresCluster.Prepare();
        using PostgresCluster cluster = prepared.Start(PostgresMemory.SysV);

        ShmSegment segment = ShmSegments.Read(new ShmOptions()).Single(s => s.AttachedPids!.Contains(cluster.Postmaster) && s.Size > 16 << 20);
        int[] members = cluster.Processes();

        long page = Environment.SystemPageSize;
        Assert.Equal(page, segment.PageSize);
        Assert.Equal(segment.Rss, segment.Pages4k * page);
        Assert.Equal((0L, "postgres"), (segment.Pages2M!.Value, segment.User));
        Assert.InRange(segment.Rss!.Value, page, segment.Size + page);
        Assert.Equal(members.Order(), segment.AttachedPids!.Order());

        using MemScan scan = MemScan.Begin(new ScanOptions());
        ScanResult result = scan.Run(scan.Table.Processes, [new UidSplit(), new EnvironmentSplit(PostgresCluster.Variable)]);
        MemGroup user = result.Reports[0].Groups.Single(group => group.GroupName == "postgres");
        Assert.True(user.Procs >= members.Length);
        Assert.True(user.ShmMem >= segment.Rss);
        Assert.True(user.ShmUss >= segment.Rss);
        Assert.Equal(result.Reports[0].Groups.Sum(group => group.MemPss), result.Reports[1].Groups.Sum(group => group.MemPss));

        // The postmaster keeps its environment, its children write their titles over theirs: two groups that
        // have the segment, so that neither would free it alone.
        MemGroup set = result.Reports[1].Groups.Single(group => PostgresCluster.Value.Equals(group.Key));
        MemGroup notSet = result.Reports[1].Groups.Single(group => group.Key is null);
        Assert.True(set.ShmMem >= segment.Rss && notSet.ShmMem >= segment.Rss);
        Assert.True(set.ShmUss <= set.ShmMem - segment.Rss);
    }

    [Fact]
    public void With_huge_pages_its_memory_is_a_mapping_and_counts_once()
    {
        // PostgreSQL has huge pages only for memory from mmap(2); of SysV it keeps a segment of a few bytes.
        using PostgresCluster.Prepared prepared = PostgresCluster.Prepare();
        using HugePageReservation reserved = HugePageReservation.Take(64);
        using PostgresCluster cluster = prepared.Start(PostgresMemory.HugePages);

        ShmSegment segment = ShmSegments.Read(new ShmOptions()).Single(s => s.AttachedPids!.Contains(cluster.Postmaster));
        using MemScan scan = MemScan.Begin(new ScanOptions());
        int[] members = cluster.Processes();
        ScanResult result = scan.Run(scan.Table.Processes.Where(process => members.Contains(process.Id)).ToArray(), [new UidSplit(), new ProcessSplit()]);

        Assert.Equal(("postgres", Environment.SystemPageSize), (segment.User, segment.PageSize));
        long[] huge = members.Select(HugetlbOf).ToArray();
        Assert.True(huge[0] >= 2 << 20, "the postmaster maps huge pages");
        MemGroup user = Assert.Single(result.Reports[0].Groups);
        Assert.InRange(user.MemRss!.Value, huge.Max(), user.MemPss!.Value);
        Assert.True(result.Reports[1].Groups.Sum(group => group.MemRss) > user.MemRss, "what the processes share counts once in their group");
        Assert.Equal(segment.Rss, user.ShmMem);
    }

    private static long HugetlbOf(int pid) => File.ReadLines($"/proc/{pid}/smaps_rollup")
        .Where(line => line.StartsWith("Shared_Hugetlb:", StringComparison.Ordinal) || line.StartsWith("Private_Hugetlb:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024);
}
