using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>What the kernel says is in use of the kinds of memory that processes give back when they end, in bytes.</summary>
/// <param name="Anonymous">AnonPages of meminfo.</param>
/// <param name="Shared">Shmem.</param>
/// <param name="PageTables">PageTables.</param>
/// <param name="HugePages">Huge pages of the default size that are not free. Pages set aside beforehand come out of HugePages_Free.</param>
internal readonly record struct MemoryInUse(long Anonymous, long Shared, long PageTables, long HugePages)
{
    /// <summary>All of it.</summary>
    public long Sum => Anonymous + Shared + PageTables + HugePages;

    /// <summary>Reads it, with what the processors have counted for themselves so far folded in.</summary>
    public static MemoryInUse Read()
    {
        const string Refresh = "/proc/sys/vm/stat_refresh";
        Assert.SkipUnless(File.Exists(Refresh), $"Not tested: this kernel has no {Refresh}.");
        File.ReadAllText(Refresh);
        Dictionary<string, long> table = File.ReadLines("/proc/meminfo")
            .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
        long huge = table.TryGetValue("HugePages_Total", out long total) ? (total - table["HugePages_Free"]) * table["Hugepagesize"] : 0;
        return new(table["AnonPages"] * 1024, table["Shmem"] * 1024, table["PageTables"] * 1024, huge * 1024);
    }

    /// <summary>What has come or gone since.</summary>
    public static MemoryInUse operator -(MemoryInUse left, MemoryInUse right) =>
        new(left.Anonymous - right.Anonymous, left.Shared - right.Shared, left.PageTables - right.PageTables, left.HugePages - right.HugePages);
}
