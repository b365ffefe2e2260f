using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Reports;

/// <summary>What the pools come to, of numbers that are made up, and of the examples of documentation.</summary>
[Beside(Company.Everybody)]
public sealed class HugePagePoolTests
{
    private const long MiB = 1 << 20, Huge = 2 * MiB, Giga = 1 << 30;

    [Theory]
    [InlineData(6490428 * 1024L, Huge, 3170)] // PostgreSQL, "Linux Huge Pages": 6490428 kB / 2048 kB gives 3169.154.
    [InlineData(6490428 * 1024L, Giga, 7)]
    [InlineData(3170 * Huge, Huge, 3170)]
    [InlineData(1, Huge, 1)]
    public void PostgreSQL_needs_its_main_shared_memory_rounded_up(long size, long huge, long pages) =>
        Assert.Equal(pages, new DatabaseMemory("/d", IsOracle: false, size, 4096).Pages(huge));

    [Theory]
    [InlineData(Huge - 1, 0)] // MIN_PG is 0: the script leaves it out.
    [InlineData(Huge, 2)]
    [InlineData((12 * Giga) + 4096, 6145)]
    [InlineData(16 * MiB, 9)]
    public void Oracle_needs_the_whole_pages_of_each_segment_and_one_more(long size, long pages) =>
        Assert.Equal(pages, new DatabaseMemory("DB1", IsOracle: true, size, 4096).Pages(Huge));

    [Fact]
    public void Memory_of_base_pages_is_of_the_default_pool_and_other_of_its_own()
    {
        var plain = new DatabaseMemory("/d", IsOracle: false, Giga, 4096);
        var huge = plain with { PageSize = Giga };

        Assert.Equal((true, false), (plain.IsOf(Huge, 4096, isDefault: true), plain.IsOf(Giga, 4096, isDefault: false)));
        Assert.Equal((false, true), (huge.IsOf(Huge, 4096, isDefault: true), huge.IsOf(Giga, 4096, isDefault: false)));
    }

    [Fact]
    public void Page_tables_saved_are_no_more_than_there_are_and_than_pages_are_mapped()
    {
        var first = new DatabaseMemory("A", IsOracle: true, Giga, 4096) { Holders = [(1, 3 * MiB, null, 0), (2, 100_000, 5, 0), (3, 20480, 262144, 1000)] };
        var second = new DatabaseMemory("A", IsOracle: true, Huge, 4096) { Holders = [(1, 3 * MiB, null, 0)] };

        // 1 GiB has at most 513 tables, 2 MiB at most 2. Of 5 tables, 3 are those of other pages and above.
        Assert.Equal(((3 * MiB) + 100_000 + 20480, (515 * 4096) + (5 * 4096) + 8192), DatabaseMemory.Tables([first, second], 4096));
        Assert.Equal((0L, 0L), DatabaseMemory.Tables([], 4096));
        Assert.Equal((null, null), DatabaseMemory.Tables([first with { Holders = [(1, null, 5, 0)] }], 4096));
    }

    [Fact]
    public void What_no_machine_holds_is_not_recommended_and_told()
    {
        DatabaseMemory real = new("DB1 (user oracle)", IsOracle: true, 4 * Giga, 4096), forged = new("BIG (user 64711)", IsOracle: true, 4096 * Giga, 4096);
        var warnings = new List<string>();

        Assert.Equal([real], DatabaseMemory.ThatFit([real, forged], 8 * Giga, Huge, warnings));
        Assert.Equal("Oracle BIG (user 64711) has 4.00 TiB of shared memory, more than this machine has memory: huge pages are not recommended for it.", Assert.Single(warnings));

        warnings.Clear();
        Assert.Equal([real, real], DatabaseMemory.ThatFit([real, real], 6 * Giga, Huge, warnings));
        Assert.StartsWith("The huge pages of 2.00 MiB that are recommended are more than this machine has memory. They are for: Oracle DB1 (user oracle): 2 segments", Assert.Single(warnings), StringComparison.Ordinal);

        warnings.Clear();
        Assert.Equal([forged], DatabaseMemory.ThatFit([forged], null, Huge, warnings));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Private_pages_are_of_the_pool_that_has_room_for_them_and_of_none_where_that_is_a_choice()
    {
        HugePageCounts two = new((ulong)Huge, 10, 4, 0, 0), giga = new((ulong)Giga, 2, 1, 0, 0), idle = giga with { Free = 2 };

        Assert.Equal([6 * Huge, 0], Use(6 * Huge).PrivateOf([two, idle]));
        Assert.Equal([5 * Huge, 0], Use(5 * Huge).PrivateOf([two, idle]));
        Assert.Equal([6 * Huge, 0], Use(7 * Huge).PrivateOf([two, idle]));
        Assert.Equal([6 * Huge, Giga], Use((6 * Huge) + Giga).PrivateOf([two, giga]));
        Assert.Equal([null, null], Use(6 * Huge).PrivateOf([two, giga]));
        Assert.Equal([0, 0], Use(0).PrivateOf([two, giga]));

        static HugePageUse Use(long bytes) => new([], [], bytes, bytes, []);
    }

    [Fact]
    public void A_copy_of_proc_has_the_pool_of_the_default_size_and_says_what_is_missing()
    {
        using var copy = new ProcCopy();
        copy.Write("meminfo", "MemTotal: 1048576 kB\nAnonHugePages: 4096 kB\nHugePages_Total: 9\nHugePages_Free: 7\nHugePages_Rsvd: 3\nHugePages_Surp: 2\nHugepagesize: 2048 kB\n");
        copy.Add(10, maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(5)).Map(0x1f000, 0);

        HugePageResult result = HugePageReport.Read(new HugePageOptions { ProcRoot = copy.Root });

        HugePagePool pool = Assert.Single(result.Pools, one => one.Kind == "Pool");
        Assert.Equal((4 * MiB, null, 2L), (Assert.Single(result.Pools, one => one.Kind == "Transparent").Private, pool.Holder, result.Pools[^1].Used));
        Assert.Equal((Huge, null, 9L, 7L, 3L, 2L, 2L, 4 * Huge), (pool.PageSize, pool.Node, pool.Total, pool.Free, pool.Reserved, pool.Surplus, pool.Used, pool.Idle));
        Assert.Equal((null, null, null, null, null, null, null), (pool.Overcommit, pool.Recommended, pool.Segments, pool.Objects, pool.Private, pool.Other, pool.PageTables));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("Only the pool of the default size is known", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("Who has the pages", StringComparison.Ordinal));
        Assert.Contains("4.00 MiB of anonymous memory (AnonHugePages)", Assert.Single(result.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_huge_pages_has_no_pools()
    {
        using var copy = new ProcCopy();
        copy.Write("meminfo", "MemTotal: 1048576 kB\n");
        copy.Add(10);

        HugePageResult result = HugePageReport.Read(new HugePageOptions { ProcRoot = copy.Root });

        Assert.Empty(result.Pools);
        Assert.Empty(result.Notices);
    }
}
