using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Cgroups;

/// <summary>What the files of control groups come to: those of version 2 as Documentation/admin-guide/cgroup-v2.rst has them, of version 1 as cgroup-v1/memory.rst.</summary>
[Beside(Company.Everybody)]
public sealed class CgroupChargeTests
{
    private const string Stat = """
        anon 40960000
        file 20480000
        kernel 9000000
        kernel_stack 16384
        pagetables 90112
        sec_pagetables 0
        percpu 800
        sock 4096
        vmalloc 0
        shmem 8192000
        file_mapped 100
        slab_reclaimable 5000000
        slab_unreclaimable 1000000
        slab 6000000

        """;

    [Fact]
    public void Version_2_is_read_as_its_documentation_says()
    {
        using FolderCgroups tree = new FolderCgroups(2)
            .Write("/a", "memory.current", "70000000\n").Write("/a", "memory.peak", "80000000\n").Write("/a", "memory.max", "max\n").Write("/a", "memory.high", "90000000\n")
            .Write("/a", "memory.swap.current", "12288\n").Write("/a", "memory.stat", Stat)
            .Write("/a", "memory.events", "low 0\nhigh 3\nmax 7\noom 2\noom_kill 1\noom_group_kill 0\n")
            .Write("/a", "memory.pressure", "some avg10=1.50 avg60=0.10 avg300=0.00 total=123\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=45\n");

        Assert.Equal(
            new CgroupUsage
            {
                Current = 70000000, Peak = 80000000, High = 90000000, Anon = 40960000, File = 20480000 - 8192000, Shmem = 8192000, Kernel = 9000000, Slab = 6000000, Sock = 4096, Swap = 12288,
                OomKills = 1, LimitHits = 7, PressureSome = 1.5, PressureFull = 0.25,
            },
            tree.Read("/a", out _));
    }

    /// <summary>Each has all those around it, so that the work with made-up ones would be the square of their depth.</summary>
    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Recorded_groups_lie_in_each_other_up_to_a_bound(int depth, bool isSound)
    {
        string path = string.Concat(Enumerable.Repeat("/a", depth));

        Assert.Equal(isSound, RecordedCgroups.IsWritten(path));
        Assert.Equal(isSound, new RecordedCgroups { Version = 2, Groups = { [path] = new CgroupUsage { Current = 1 } } }.IsSound());
    }

    [Fact]
    public void Before_Linux_5_18_the_kernel_s_memory_is_the_sum_of_its_parts()
    {
        string parts = string.Join('\n', Stat.Split('\n').Where(line => !line.StartsWith("kernel ", StringComparison.Ordinal) && !line.StartsWith("slab ", StringComparison.Ordinal)));
        using FolderCgroups tree = new FolderCgroups(2).Write("/a", "memory.current", "1\n").Write("/a", "memory.stat", parts);

        CgroupUsage usage = tree.Read("/a", out _)!;

        Assert.Equal((6000000, 6000000 + 16384 + 90112 + 800), (usage.Slab, usage.Kernel));
        Assert.Equal((null, null, null), (usage.Peak, usage.Swap, usage.PressureSome));
    }

    [Fact]
    public void Version_1_counts_the_groups_below_in()
    {
        using FolderCgroups tree = new FolderCgroups(1)
            .Write("/a", "memory.usage_in_bytes", "500\n").Write("/a", "memory.max_usage_in_bytes", "600\n").Write("/a", "memory.limit_in_bytes", "9223372036854771712\n")
            .Write("/a", "memory.failcnt", "4\n").Write("/a", "memory.kmem.usage_in_bytes", "30\n").Write("/a", "memory.kmem.tcp.usage_in_bytes", "2\n")
            .Write("/a", "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n")
            .Write("/a", "memory.stat", "cache 1\nrss 2\nshmem 1\nhierarchical_memory_limit 9223372036854771712\ntotal_cache 200\ntotal_rss 150\ntotal_shmem 80\ntotal_swap 7\n");

        Assert.Equal(
            new CgroupUsage { Current = 500, Peak = 600, Anon = 150, File = 120, Shmem = 80, Kernel = 30, Sock = 2, Swap = 7, OomKills = 5, LimitHits = 4 },
            tree.Read("/a", out _));
    }

    [Fact]
    public void The_limit_that_binds_is_the_least_up_the_tree()
    {
        using FolderCgroups tree = Limits(2, ("/", null, 900), ("/a", 1000, 990), ("/a/b", 600, 300), ("/a/b/c", 800, 100));

        CgroupCharge charge = new CgroupCharges(tree).Of("/a/b/c");

        Assert.Equal((600, "/a/b", 300), (charge.Limit, charge.LimitPath, charge.LimitUsed));

        // /a is nearer to its limit, which is not the least.
        Assert.Equal(10, charge.Left);
    }

    [Fact]
    public void Without_a_limit_there_is_none()
    {
        using FolderCgroups tree = Limits(2, ("/", null, 900), ("/a", null, 500));

        CgroupCharge charge = new CgroupCharges(tree).Of("/a");

        Assert.Equal((null, null, null, null), (charge.Limit, charge.LimitPath, charge.Left, charge.High));
        Assert.Equal(500, charge.Usage!.Current);
    }

    [Fact]
    public void A_limit_that_a_namespace_hides_binds_and_has_no_name()
    {
        using FolderCgroups tree = Limits(1, ("/a", 1000, 100)).Write("/a", "memory.stat", "hierarchical_memory_limit 700\n");

        CgroupCharge charge = new CgroupCharges(tree).Of("/a");

        Assert.Equal((700, null, null), (charge.Limit, charge.LimitPath, charge.LimitUsed));
    }

    [Fact]
    public void A_group_that_is_not_there_says_why_it_tells_nothing()
    {
        using var tree = new FolderCgroups(2);

        CgroupCharge charge = new CgroupCharges(tree).Of("/gone");

        Assert.Equal((null, "there is no such group"), (charge.Usage, charge.Why));
    }

    [Fact]
    public void The_groups_around_one_end_with_the_root()
    {
        Assert.Equal(["/a/b", "/a", "/"], CgroupTable.Around("/a/b"));
        Assert.Equal(["/"], CgroupTable.Around("/"));
    }

    [Theory]
    [InlineData("memory.current", "-5\n")]
    [InlineData("memory.current", "99999999999999999999999\n")]
    [InlineData("memory.stat", "anon -1\nfile x\nshmem 99999999999999999999999999\nanon\n")]
    [InlineData("memory.pressure", "some avg10=nan avg60=1\nfull avg10=1e9\n")]
    public void What_is_no_number_is_not_known(string file, string text)
    {
        using FolderCgroups tree = new FolderCgroups(2).Write("/a", file, text);

        Assert.Equal(new CgroupUsage(), tree.Read("/a", out _));
    }

    private static FolderCgroups Limits(int version, params (string Path, long? Limit, long Used)[] groups)
    {
        var tree = new FolderCgroups(version);
        foreach ((string path, long? limit, long used) in groups)
        {
            tree.Write(path, version == 2 ? "memory.max" : "memory.limit_in_bytes", limit is long bytes ? $"{bytes}\n" : "max\n");
            tree.Write(path, version == 2 ? "memory.current" : "memory.usage_in_bytes", $"{used}\n");
        }

        return tree;
    }
}
