using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>A process whose main thread has ended, and whose memory short-lived threads hand on, is read or named.</summary>
[Beside(Company.Sessions)]
public class HiddenProcessTests(StagingGround ground) : StagedTests(ground)
{
    private const int Pages = 20_000;
    private const int SegmentPages = 1000;

    private string Attack => $"relay {Pages} 5 20 {SegmentPages * Page}";

    [Fact]
    public void What_a_process_has_open_is_found_when_its_first_thread_has_ended()
    {
        const int Open = 30;
        using Workload ended = Ground.StartHostile($"open-after-end {Open}");

        SharedMemoryResult result = SharedObjects.Read(new SharedMemoryOptions());

        var found = Assert.Single(result.Objects, one => one.Name == "/memfd:after-end");
        Assert.Equal(Open * Page, found.Rss);
        Assert.Equal([ended.Pid], found.OpenPids!);
    }

    [Fact]
    public void Memory_that_threads_hand_on_is_counted_or_named()
    {
        using Workload relay = Ground.StartHostile(Attack, stage: "relay");
        int read = 0;
        for (int i = 0; i < 10; i++)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { Threads = 2 });
            ScanResult result = scan.Run(scan.Table.Processes, [new EnvironmentSplit(Workload.StageVariable)]);
            MemGroup? group = result.Reports[0].Groups.SingleOrDefault(group => Equals(group.Key, "relay"));
            bool isRead = group?.MemAnon >= (long)Pages * Page;
            read += isRead ? 1 : 0;
            Assert.True(isRead || result.Unreadable.Any(unreadable => unreadable.Process.Id == relay.Pid), "It is neither in the figures nor named.");
            Assert.True(!isRead || group!.ShmMem == (long)SegmentPages * Page, $"Its segment counts {group!.ShmMem} bytes.");
        }

        Assert.InRange(read, 1, 10);
    }

    [Fact]
    public void The_process_is_in_lists_and_among_the_holders_of_its_segment()
    {
        using Workload relay = Ground.StartHostile(Attack, stage: "relay");
        for (int i = 0; i < 10; i++)
        {
            ShmSegment segment = Assert.Single(ShmSegments.Read(new ShmOptions { ShmIds = [relay.Segments[0]] }));
            Assert.Contains(relay.Pid, segment.AttachedPids!);
            using MemScan scan = MemScan.Begin(new ScanOptions());
            MemProcess process = Assert.Single(scan.Table.Processes, process => process.Id == relay.Pid);
            Assert.Equal("relay", process.Environment[Workload.StageVariable]);
            Assert.Contains("relay", process.CommandLine, StringComparison.Ordinal);
            Assert.EndsWith("hostile", process.Exe, StringComparison.Ordinal);
            Assert.True(process.IsRunning());
        }
    }

    [Fact]
    public void A_snapshot_has_it_or_names_it()
    {
        using Workload relay = Ground.StartHostile(Attack, stage: "relay");
        int read = 0;
        for (int i = 0; i < 5; i++)
        {
            string path = Ground.NewName("snapshot");
            SnapshotResult written = MemSnapshot.Write(new SnapshotOptions { Path = path, SkipOracle = true, IncludeEnvironment = name => name == Workload.StageVariable });
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path });
            ScanResult result = scan.Run(scan.Table.Processes, [new EnvironmentSplit(Workload.StageVariable)]);
            MemGroup? group = result.Reports[0].Groups.SingleOrDefault(group => Equals(group.Key, "relay"));
            bool isRead = group?.MemAnon >= (long)Pages * Page;
            read += isRead ? 1 : 0;
            Assert.True(isRead || written.Unreadable.Any(unreadable => unreadable.Process.Id == relay.Pid), "It is neither in the snapshot nor named.");
        }

        Assert.InRange(read, 1, 5);
    }

    [Fact]
    public void A_process_that_executes_itself_for_ever_is_counted_or_named()
    {
        using Workload restless = Ground.StartHostile("exec-loop", stage: "restless");
        for (int i = 0; i < 30; i++)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { Threads = 2 });
            ScanResult result = scan.Run(scan.Table.Processes.Where(process => process.Id == restless.Pid).ToArray(), [new WholeSplit()]);
            Assert.Equal(1, result.Scanned + result.Unreadable.Count);
        }
    }
}
