using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Hostile;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Reports;

/// <summary>Different control groups are different groups, however alike their short names are.</summary>
public class ControlGroupSplitTests
{
    private static readonly string Unit = $"linuxmem-test-{Environment.ProcessId}.service";

    /// <summary>Units of one name: of the system, of two users, of a machine.</summary>
    private static readonly (string Path, string Name)[] Places =
    [
        ($"/system.slice/{Unit}", $"{Unit} (system)"),
        ($"/user.slice/user-64101.slice/user@64101.service/app.slice/{Unit}", $"{Unit} (user 64101)"),
        ($"/user.slice/user-64102.slice/user@64102.service/session.slice/{Unit}", $"{Unit} (user 64102)"),
        ($"/machine.slice/systemd-nspawn@linuxmem1.service/payload/system.slice/{Unit}", $"{Unit} (machine linuxmem1)"),
    ];

    [Fact]
    public void Units_of_one_name_are_told_apart_in_control_groups_of_version_2() => AssertToldApart(ControlGroups.Unified());

    [Fact]
    public void Units_of_one_name_are_told_apart_in_control_groups_of_version_1()
    {
        string? mount = ControlGroups.OfVersion1("name=systemd");
        Assert.SkipWhen(mount is null, "Not tested: systemd's hierarchy of cgroup version 1 is not mounted.");
        AssertToldApart(mount!);
    }

    [Fact]
    public void One_path_in_two_hierarchies_is_two_control_groups()
    {
        Rights.RequireFrameNumbers();
        string path = $"/linuxmem-{Environment.ProcessId}";
        using var unified = new ControlGroupPlaces(ControlGroups.Unified());
        using var memory = new ControlGroupPlaces(ControlGroups.Memory());
        int[] pids = [unified.Start(path), memory.Start(path)];

        (string Name, int Procs)[] groups = Groups(pids, "Cgroup");

        Assert.Equal([(path, 1), ($"memory:{path}", 1)], groups.OrderBy(group => group.Name, StringComparer.Ordinal));
    }

    /// <summary>The processes of <c>cgroup-merge.sh</c>, which made two groups of these four.</summary>
    [Fact]
    public void The_system_s_init_scope_and_dbus_service_are_not_those_of_users()
    {
        using var copy = new ProcCopy();
        string[] paths =
        [
            "/init.scope",
            "/user.slice/user-1000.slice/user@1000.service/init.scope",
            "/user.slice/user-1000.slice/user@1000.service/session.slice/dbus.service",
            "/user.slice/user-1001.slice/user@1001.service/session.slice/dbus.service",
        ];
        for (int i = 0; i < paths.Length; i++)
        {
            copy.Add(101 + i, maps: "00010000-00011000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(100 + (ulong)i)).Write("cgroup", $"0::{paths[i]}\n");
        }

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });
        IReadOnlyList<MemGroup> groups = scan.Run(scan.Table.Processes, [new PropertySplit("Cgroup")]).Reports[0].Groups;

        Assert.Equal(
            ["dbus.service (user 1000)", "dbus.service (user 1001)", "init.scope (system)", "init.scope (user 1000)"],
            groups.Select(group => group.GroupName).Order(StringComparer.Ordinal));
        Assert.Equal(paths.Order(StringComparer.Ordinal), groups.Select(group => group.Key).Cast<string>().Order(StringComparer.Ordinal));
        Assert.All(groups, group => Assert.Equal((1, ProcCopy.PageSize), (group.Procs, (ulong)group.MemRss!)));
    }

    private static void AssertToldApart(string mount)
    {
        Rights.RequireFrameNumbers();
        using var staged = new ControlGroupPlaces(mount);
        int[] pids = [.. Places.Select(place => staged.Start(place.Path))];

        Assert.Equal(Places.Select(place => (place.Name, 1)).Order(), Groups(pids, "Cgroup").Order());
        Assert.Equal(Places.Select(place => (place.Path, 1)).Order(), Groups(pids, "CgroupPath").Order());
        Assert.Equal(Places.Select(place => (place.Name, 1)).Order(), Groups(pids, "Unit").Order());
        Assert.Equal([(Unit, 1)], Groups(pids[..1], "Cgroup"));

        // What the table shows is found by it.
        Assert.Equal(pids, Found(pids, $"cgroup({Unit})"));
        Assert.Equal(pids, Found(pids, $"unit({Unit})"));
        for (int i = 0; i < pids.Length; i++)
        {
            Assert.Equal([pids[i]], Found(pids, $"cgroup({Places[i].Name})"));
            Assert.Equal([pids[i]], Found(pids, $"cgroup({Places[i].Path})"));
        }
    }

    private static (string Name, int Procs)[] Groups(int[] pids, string property)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions());
        ScanResult result = scan.Run([.. scan.Table.Processes.Where(process => pids.Contains(process.Id))], [new PropertySplit(property)]);
        return [.. result.Reports[0].Groups.Select(group => (group.GroupName, group.Procs))];
    }

    private static int[] Found(int[] pids, string filter)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions());
        return [.. FilterParser.Parse(filter).Matching(scan.Table).Select(process => process.Id).Intersect(pids).OrderBy(pid => Array.IndexOf(pids, pid))];
    }
}
