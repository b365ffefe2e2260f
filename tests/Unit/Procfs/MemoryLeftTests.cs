using System.Globalization;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Hostile;

namespace LinuxMem.Unit.Procfs;

/// <summary>How much memory a scan may take by default: what the machine and the control groups around it leave.</summary>
[Beside(Company.Sessions)]
public sealed class MemoryLeftTests : IDisposable
{
    private const long Mebi = 1 << 20;
    private const string Unified = "31 23 0:28 / /cg rw - cgroup2 cgroup2 rw\n";
    private const string Memory = "35 31 0:32 / /cg/memory rw - cgroup cgroup rw,memory\n36 31 0:33 / /cg/pids rw - cgroup cgroup rw,pids\n";

    private readonly string top = Directory.CreateTempSubdirectory("linuxmem-left-").FullName;

    public MemoryLeftTests() => Write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");

    public void Dispose() => Directory.Delete(top, recursive: true);

    [Fact]
    public void Without_groups_it_is_what_the_machine_has_available() => Assert.Equal(8192 * Mebi, Left());

    [Fact]
    public void Of_version_2_every_enclosing_group_counts()
    {
        Place("0::/a/b/c\n", Unified);
        Write("cg/a/memory.max", $"{600 * Mebi}\n");
        Write("cg/a/memory.current", $"{200 * Mebi}\n");
        Write("cg/a/memory.stat", $"anon 1\ninactive_file {50 * Mebi}\n");
        Write("cg/a/b/memory.max", "max\n");
        Write("cg/a/b/memory.current", $"{190 * Mebi}\n");
        Write("cg/a/b/c/memory.max", $"{1000 * Mebi}\n");
        Write("cg/a/b/c/memory.current", $"{100 * Mebi}\n");
        Assert.Equal(450 * Mebi, Left());

        Write("cg/a/b/memory.high", $"{300 * Mebi}\n");
        Assert.Equal(110 * Mebi, Left());
    }

    [Fact]
    public void Swap_is_left_aside()
    {
        Place("0::/a\n", Unified);
        Write("cg/a/memory.max", $"{600 * Mebi}\n");
        Write("cg/a/memory.swap.max", "1\n");
        Write("cg/a/memory.current", "0\n");
        Assert.Equal(600 * Mebi, Left());

        Place("4:memory:/a\n", Memory);
        Write("cg/memory/a/memory.limit_in_bytes", $"{500 * Mebi}\n");
        Write("cg/memory/a/memory.memsw.limit_in_bytes", "1\n");
        Assert.Equal(500 * Mebi, Left());
    }

    [Fact]
    public void Of_version_1_every_enclosing_group_counts_and_those_that_a_namespace_hides()
    {
        Place("9:name=systemd:/x\n4:cpu,memory:/a/b\n0::/\n", Unified + Memory);
        Write("cg/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write("cg/memory/a/memory.limit_in_bytes", $"{600 * Mebi}\n");
        Write("cg/memory/a/memory.usage_in_bytes", $"{100 * Mebi}\n");
        Write("cg/memory/a/memory.stat", $"hierarchical_memory_limit {600 * Mebi}\ntotal_inactive_file {30 * Mebi}\ninactive_file 1\n");
        Write("cg/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
        Write("cg/memory/a/b/memory.usage_in_bytes", $"{10 * Mebi}\n");
        Assert.Equal(530 * Mebi, Left());

        Write("cg/memory/a/b/memory.stat", $"hierarchical_memory_limit {400 * Mebi}\n");
        Assert.Equal(390 * Mebi, Left());
    }

    [Fact]
    public void A_group_of_more_than_the_machine_has_changes_nothing_and_one_that_is_full_leaves_nothing()
    {
        Place("0::/a\n", Unified);
        Write("cg/a/memory.max", $"{100000 * Mebi}\n");
        Write("cg/a/memory.current", "0\n");
        Assert.Equal(8192 * Mebi, Left());

        Write("cg/a/memory.max", $"{10 * Mebi}\n");
        Write("cg/a/memory.current", $"{11 * Mebi}\n");
        Assert.Equal(0, Left());
    }

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/", "/a/b", "/a/b")]
    [InlineData("/docker/x", "/docker/x/y", "/y")]
    [InlineData("/docker/x", "/docker/xy", null)]
    [InlineData("/..", "/", null)]
    [InlineData("/../..", "/../../a", "/a")]
    [InlineData("/", "/../a", null)]
    public void Paths_of_a_cgroup_namespace_are_told_apart(string root, string group, string? below) => Assert.Equal(below, MemoryLeft.Below(root, group));

    [Fact]
    public void In_a_cgroup_namespace_the_group_is_found_by_who_is_in_it()
    {
        // The mount is from outside the namespace: two groups up, by names that are not told.
        Place("0::/\n", "31 23 0:28 /../.. /cg rw - cgroup2 cgroup2 rw\n");
        Write("cg/other/cgroup.procs", "1\n2\n");
        Write("cg/a/b/cgroup.procs", "41\n42\n");
        Write("cg/other/memory.max", "0\n");
        Write("cg/a/memory.max", $"{600 * Mebi}\n");
        Write("cg/a/b/memory.max", $"{700 * Mebi}\n");
        Assert.Equal(600 * Mebi, Left());
    }

    [Fact]
    public void Behind_megabytes_of_mounts_and_of_processes_the_group_is_found()
    {
        string mounts = string.Concat(Enumerable.Repeat($"30 23 0:27 / /x rw - ramfs {new string('s', 9000)} rw\n", 1100));
        Place("0::/\n", mounts + "31 23 0:28 /../.. /cg rw - cgroup2 cgroup2 rw\n");
        Write("cg/a/cgroup.procs", string.Concat(Enumerable.Repeat("1000000\n", 1_200_000)) + "42\n");
        Write("cg/a/memory.max", $"{600 * Mebi}\n");
        Assert.Equal(600 * Mebi, Left());
    }

    [Fact]
    public void In_a_real_group_of_600_MiB_a_scan_takes_no_more_than_half_of_it()
    {
        string mount = ControlGroups.Memory();
        string before = Path.Combine(mount, CgroupFile.PathOf(File.ReadAllBytes("/proc/self/cgroup"), "memory"u8)!.TrimStart('/'));
        string group = Path.Combine(mount, $"linuxmem-test-{Guid.NewGuid():N}");
        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Path.Combine(group, "inner"));
        try
        {
            File.WriteAllText(Path.Combine(group, "memory.limit_in_bytes"), "600M");
            File.WriteAllText(Path.Combine(group, "inner/cgroup.procs"), own);
            using MemScan scan = MemScan.Begin(new ScanOptions());

            Assert.InRange(scan.MemoryLimit, 100 * Mebi, 300 * Mebi);
        }
        finally
        {
            File.WriteAllText(Path.Combine(before, "cgroup.procs"), own);
            Directory.Delete(Path.Combine(group, "inner"));
            Directory.Delete(group);
        }
    }

    private long? Left() => MemoryLeft.Read(top, 42);

    private void Place(string groups, string mounts)
    {
        Write("proc/self/cgroup", groups);
        Write("proc/self/mountinfo", mounts);
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(top, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
