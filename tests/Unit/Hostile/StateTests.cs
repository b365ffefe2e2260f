using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Processes that do not run, or not here: traced, frozen, stopped, in other namespaces.</summary>
[Beside(Company.Sessions)]
public class StateTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void A_traced_process_is_counted()
    {
        using Workload workload = Ground.StartHostile("traced 300");

        Assert.Equal('t', ProcessState.Of(workload.Pids[1]));
        Assert.InRange(Hold.Check(workload.Pids[1])[0].Frames.Count, 300, int.MaxValue);
    }

    [Fact]
    public void A_stopped_process_is_counted()
    {
        using Workload workload = Ground.StartHostile("hold 300");
        workload.Stop();

        Assert.Equal('T', ProcessState.Of(workload.Pid));
        Assert.InRange(Hold.Check(workload.Pid)[0].Frames.Count, 300, int.MaxValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_frozen_process_is_counted(int version)
    {
        string? mount = version == 1 ? ControlGroups.Freezer() : ControlGroups.Unified();
        Assert.SkipWhen(mount is null, "Not tested: the freezer of cgroup version 1 is not mounted.");
        string folder = Path.Combine(mount, $"linuxmem-frozen-{Guid.NewGuid():N}");
        using Workload workload = Ground.StartHostile($"cgroup {Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(folder))} 300");
        string switchFile = Path.Combine(folder, version == 1 ? "freezer.state" : "cgroup.freeze");
        Assert.SkipUnless(File.Exists(switchFile), $"Not tested: this kernel has no {Path.GetFileName(switchFile)}.");
        try
        {
            File.WriteAllText(switchFile, version == 1 ? "FROZEN" : "1");
            string stateFile = version == 1 ? switchFile : Path.Combine(folder, "cgroup.events");
            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(stateFile).Contains(version == 1 ? "FROZEN" : "frozen 1", StringComparison.Ordinal), TimeSpan.FromMinutes(1)));

            Assert.InRange(Hold.Check(workload.Pid)[0].Frames.Count, 300, int.MaxValue);
        }
        finally
        {
            File.WriteAllText(switchFile, version == 1 ? "THAWED" : "0");
        }
    }

    [Theory]
    [InlineData("pid")]
    [InlineData("user")]
    [InlineData("mount")]
    public void A_process_in_a_namespace_of_its_own_is_counted(string kind)
    {
        using Workload workload = Ground.StartHostile($"namespace {kind} 300");
        int pid = workload.Pids[1];
        Assert.NotEqual(Link("self", kind), Link(pid.ToString(CultureInfo.InvariantCulture), kind));

        ProcessPages pages = Hold.Check(pid)[0];
        MemProcess process = Hold.Measure(pid);

        Assert.InRange(pages.Frames.Count, 300, int.MaxValue);
        Assert.Equal(kind == "user" ? 100000 : 0, process.Uid);
        Assert.Equal(workload.Pid, process.ParentId);
    }

    [Fact]
    public void A_process_without_a_mapping_is_none_and_no_harm()
    {
        using Workload workload = Ground.StartHostile("no-vmas");
        int empty = workload.Pids[1];
        Assert.DoesNotContain(File.ReadLines($"/proc/{empty}/maps"), line => !line.EndsWith("[vsyscall]", StringComparison.Ordinal));

        Hold.Check(workload.Pid);
        using MemScan scan = MemScan.Begin(new ScanOptions());
        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()]);

        Assert.DoesNotContain(empty, scan.Table.Processes.Select(process => process.Id));
        Assert.DoesNotContain(empty, result.Unreadable.Select(unreadable => unreadable.Process.Id));
        Assert.Contains(empty, scan.Table.Tree.Descendants(workload.Pid));
    }

    [Fact]
    public void A_zombie_is_no_process_and_its_children_are()
    {
        using Workload workload = Ground.Start("fork anon 10 write 0 10 1 end");
        int zombie = workload.Pids[1];
        workload.Kill(zombie);
        Assert.Equal('Z', ProcessState.Of(zombie));

        using MemScan scan = MemScan.Begin(new ScanOptions());

        Assert.DoesNotContain(zombie, scan.Table.Processes.Select(process => process.Id));
        Assert.Contains(workload.Pid, scan.Table.Processes.Select(process => process.Id));
        Assert.Contains(zombie, scan.Table.Tree.Descendants(workload.Pid));
    }

    private static string? Link(string process, string kind) => new FileInfo($"/proc/{process}/ns/{(kind == "mount" ? "mnt" : kind)}").LinkTarget;
}
