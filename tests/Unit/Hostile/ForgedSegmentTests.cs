using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>SysV segments that are claimed, taken along or left behind: those of others count as without it.</summary>
public class ForgedSegmentTests(StagingGround ground) : StagedTests(ground)
{
    private const int MiB = 1 << 20;

    [Fact]
    public void Leaving_a_namespace_hides_no_segment_of_those_who_stay()
    {
        using Workload desert = Ground.StartHostile($"shm-desert 300 {32 * MiB}");
        for (int i = 0; i < 12; i++)
        {
            MemGroup stays = Group(Scan(), "stays");
            Assert.Equal(32L * MiB, stays.ShmMem);
            Assert.Equal(32L * MiB, stays.ShmUss);
        }
    }

    [Fact]
    public void A_segment_that_is_taken_along_to_another_namespace_is_counted_and_named()
    {
        using Workload along = Ground.StartHostile($"shm-take-along {24 * MiB}", stage: "along");

        ScanResult result = Scan();

        Assert.Equal(24L * MiB, Group(result, "along").ShmMem);
        string warning = Assert.Single(result.Warnings, warning => warning.Contains("SysV", StringComparison.Ordinal));
        Assert.Contains($"process {along.Pid} (hostile): shmid {along.Segments[0]}, ", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_of_a_size_that_contradicts_the_segment_change_no_other()
    {
        using HugePageReservation reservation = HugePageReservation.Take(8);
        using Workload victim = Ground.Start("sysv-huge 4 write 0 3 512", stage: "victim");
        using Workload liar = Ground.StartHostile($"shm-lie {Page} {2 * MiB}", stage: "liar");

        ScanResult result = Scan();

        Assert.Equal(6L * MiB, Group(result, "victim").ShmMem);
        Assert.InRange(Group(result, "liar").ShmMem!.Value, Page, (2L * MiB) + Page);
        Assert.Equal(6L * MiB, Assert.Single(ShmSegments.Read(new ShmOptions { ShmIds = [victim.Segments[0]] })).Rss);
    }

    [Fact]
    public void A_segment_of_anothers_number_is_not_anothers()
    {
        using Workload victim = Ground.Start($"sysv {8 * MiB / Page} write 0 {8 * MiB / Page} 1", stage: "victim");
        using Workload liar = Ground.StartHostile($"shm-claim {victim.Segments[0]} {8 * MiB}", stage: "liar");

        ScanResult result = Scan();

        Assert.Equal((8L * MiB, 8L * MiB), (Group(result, "victim").ShmMem!.Value, Group(result, "victim").ShmUss!.Value));
        Assert.Equal((8L * MiB, 8L * MiB), (Group(result, "liar").ShmMem!.Value, Group(result, "liar").ShmUss!.Value));
        Assert.Contains(result.Warnings, warning => warning.Contains($"process {liar.Pid} (hostile)", StringComparison.Ordinal));
        Assert.Equal([victim.Pid], Assert.Single(ShmSegments.Read(new ShmOptions { ShmIds = [victim.Segments[0]] })).AttachedPids!);
    }

    [Fact]
    public void Segments_of_one_number_one_size_and_one_moment_are_two()
    {
        using Workload liar = Ground.StartHostile($"shm-twins {8 * MiB}", stage: "liar");

        ScanResult result = Scan();

        Assert.Equal((8L * MiB, 8L * MiB, 8L * MiB), Sizes(Group(result, "victim")));
        Assert.Equal((Page, Page, Page), Sizes(Group(result, "liar")));
        Assert.DoesNotContain(result.Warnings, warning => warning.Contains("SysV", StringComparison.Ordinal));
        SharedMemoryResult shared = SharedObjects.Read(new SharedMemoryOptions());
        Assert.Equal(
            [(Page, $"{liar.Pids[0]}"), (8L * MiB, $"{liar.Pids[1]}")],
            shared.Objects.Where(one => one.Kind == "SysV" && one.Inode == liar.Segments[0] && one.Size == 8L * MiB).Select(one => (one.Rss!.Value, string.Join(' ', one.Pids))).Order());

        static (long, long, long) Sizes(MemGroup group) => (group.ShmMem!.Value, group.ShmUss!.Value, group.SharedMem!.Value);
    }

    [Fact]
    public void A_snapshot_tells_such_segments_apart()
    {
        using Workload liar = Ground.StartHostile($"shm-twins {8 * MiB}", stage: "liar");
        string path = Ground.NewName("snapshot");
        MemSnapshot.Write(new SnapshotOptions { Path = path, SkipOracle = true, IncludeEnvironment = name => name == Workload.StageVariable });
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path });

        ScanResult result = scan.Run(scan.Table.Processes, [new EnvironmentSplit(Workload.StageVariable)]);

        Assert.Equal((8L * MiB, 8L * MiB), (Group(result, "victim").ShmMem!.Value, Group(result, "victim").ShmUss!.Value));
        Assert.Equal((Page, Page), (Group(result, "liar").ShmMem!.Value, Group(result, "liar").ShmUss!.Value));
    }

    [Fact]
    public void A_segment_that_nobody_has_attached_is_not_hidden_by_one_of_its_number()
    {
        using Workload victim = Ground.Start($"sysv {8 * MiB / Page} write 0 {8 * MiB / Page} 1", stage: "victim");
        victim.Kill(victim.Pid);
        using Workload liar = Ground.StartHostile($"shm-claim {victim.Segments[0]} {Page}", stage: "liar");

        SharedMemoryResult result = SharedObjects.Read(new SharedMemoryOptions());

        Assert.Equal([Page, 8L * MiB], result.Objects.Where(one => one.Kind == "SysV" && one.Inode == victim.Segments[0]).Select(one => one.Size!.Value).Order());
    }

    [Fact]
    public void Segments_that_come_and_go_are_no_contradiction()
    {
        Ground.Require();
        using var churn = new SegmentChurn();
        for (int i = 0; i < 20; i++)
        {
            Assert.DoesNotContain(Scan().Warnings, warning => warning.Contains("SysV", StringComparison.Ordinal));
        }
    }

    private static ScanResult Scan()
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { Threads = 2 });
        return scan.Run(scan.Table.Processes, [new EnvironmentSplit(Workload.StageVariable)]);
    }

    private static MemGroup Group(ScanResult result, string stage) => Assert.Single(result.Reports[0].Groups, group => Equals(group.Key, stage));
}
