using System.Globalization;
using System.Text;

namespace LinuxMem.Bench.Workloads;

/// <summary>The workloads that there are bars for.</summary>
internal static class WorkloadCatalog
{
    private const long Mebibyte = 1 << 20;
    private const long Gibibyte = 1 << 30;
    private const int Users = 50;
    private const int FirstUser = 20_001;

    /// <summary>4 processes of 1 GiB each in pages of 4 KiB, no two of them shared.</summary>
    public static WorkloadPlan Dense { get; } = new(
        "dense", "4 processes x 1 GiB in small pages", 4 * Gibibyte, $"forks 3 {Small(Gibibyte)} end {Small(Gibibyte)}");

    /// <summary>2 processes of 2 GiB each in transparent huge pages.</summary>
    public static WorkloadPlan Thp { get; } = new(
        "thp", "2 processes x 2 GiB in transparent huge pages", 4 * Gibibyte, $"fork {Huge(2 * Gibibyte)} end {Huge(2 * Gibibyte)}");

    /// <summary>64 MiB in use of 64 GiB of address space.</summary>
    public static WorkloadPlan Sparse { get; } = new(
        "sparse", "64 MiB used in 64 GiB", 64 * Mebibyte, Scattered(64 * Mebibyte, 64 * Gibibyte));

    /// <summary>64 MiB in use of 1 TiB of address space.</summary>
    public static WorkloadPlan Sparse1T { get; } = new(
        "sparse1t", "64 MiB used in 1 TiB", 72 * Mebibyte, Scattered(64 * Mebibyte, 1024 * Gibibyte));

    /// <summary>200 children of one process, under 50 users.</summary>
    public static WorkloadPlan Forked { get; } = ForkedWith(200, 4 * Mebibyte);

    /// <summary>2,000 processes that hold little but their program.</summary>
    public static WorkloadPlan Many { get; } = ManyOf(2000);

    /// <summary>8 processes that all use all of one System V segment.</summary>
    public static WorkloadPlan Shm { get; } = new(
        "shm", "8 processes on one System V segment of 1 GiB", Gibibyte + (8 * 2 * Mebibyte), Segment(Gibibyte, 8));

    /// <summary>100 processes that all use all of one memfd, as servers do with the buffers of a database.</summary>
    public static WorkloadPlan Served { get; } = new(
        "served", "100 processes on one memfd of 1 GiB", Gibibyte + (100 * 2 * Mebibyte), string.Create(CultureInfo.InvariantCulture, $"memfd {Pages(Gibibyte)} write 0 {Pages(Gibibyte)} 1 forks 99 read 0 {Pages(Gibibyte)} 1 end"));

    /// <summary>Those that <c>all</c> stands for.</summary>
    public static IReadOnlyList<WorkloadPlan> Everything { get; } = [Dense, Thp, Sparse, Sparse1T, Forked, Many, Shm];

    /// <summary>A process with 64 MiB, and children that share it and hold more of their own, under 50 users.</summary>
    /// <param name="children">How many; a multiple of 50 gives every user the same number.</param>
    /// <param name="own">What each holds of its own, in bytes.</param>
    public static WorkloadPlan ForkedWith(int children, long own)
    {
        var steps = new StringBuilder(Small(64 * Mebibyte));
        for (int user = 0; user < Users; user++)
        {
            int mine = (children / Users) + (user < children % Users ? 1 : 0);
            if (mine > 0)
            {
                steps.Append(CultureInfo.InvariantCulture, $" forks {mine} {Small(own)} uid {FirstUser + user} end");
            }
        }

        string size = string.Create(CultureInfo.InvariantCulture, $"{children} children of {Math.Min(Users, children)} users sharing 64 MiB, {own / Mebibyte} MiB each of their own");
        return new WorkloadPlan("forked", size, (64 * Mebibyte) + (children * own), steps.ToString());
    }

    /// <summary>Processes of 128 KiB each beside their program.</summary>
    public static WorkloadPlan ManyOf(int processes) => new(
        "many",
        string.Create(CultureInfo.InvariantCulture, $"{processes} small processes"),
        processes * 512L * 1024,
        string.Create(CultureInfo.InvariantCulture, $"forks {processes - 1} {Small(128 * 1024)} end {Small(128 * 1024)}"));

    /// <summary>One process with this much in small pages.</summary>
    public static WorkloadPlan DenseOf(long bytes) => new("dense", $"{bytes / Mebibyte} MiB in small pages", bytes, Small(bytes));

    /// <summary>One process with this much in transparent huge pages.</summary>
    public static WorkloadPlan ThpOf(long bytes) => new("thp", $"{bytes / Mebibyte} MiB in huge pages", bytes, Huge(bytes));

    /// <summary>One process with 64 MiB in use of this much address space.</summary>
    public static WorkloadPlan SparseOf(long size) => new(
        "sparse", $"64 MiB used in {size / Gibibyte} GiB", 72 * Mebibyte, Scattered(64 * Mebibyte, size));

    private static string Small(long bytes)
    {
        long pages = Pages(bytes);
        return $"anon {pages} advise nohugepage 0 {pages} write 0 {pages} 1";
    }

    /// <summary>One page touched of each huge page brings all of it.</summary>
    private static string Huge(long bytes) => $"huge {bytes >> 21} write 0 {bytes >> 21} {Pages(2 * Mebibyte)}";

    /// <summary>
    /// Half of what is used lies together at the start, the other half in clusters of 8 pages, evenly over the
    /// whole mapping: what an allocator with arenas leaves behind.
    /// </summary>
    private static string Scattered(long used, long size)
    {
        const int Cluster = 8;
        long half = Pages(used) / 2;
        long clusters = half / Cluster;
        long stride = Pages(size) / clusters;
        var steps = new StringBuilder($"sparse {Pages(size)} advise nohugepage 0 {Pages(size)} write 0 {half} 1");
        for (int i = 0; i < Cluster; i++)
        {
            // The last pages of each stretch, so that the first cluster lies clear of the first half.
            steps.Append(CultureInfo.InvariantCulture, $" write {stride - Cluster + i} {clusters} {stride}");
        }

        return steps.ToString();
    }

    /// <summary>Removed at once, the segment goes with its last process, whatever becomes of the rest.</summary>
    private static string Segment(long bytes, int processes)
    {
        long pages = Pages(bytes);
        return $"sysv {pages} sysv-remove write 0 {pages} 1 forks {processes - 1} read 0 {pages} 1 end";
    }

    private static long Pages(long bytes) => bytes / Environment.SystemPageSize;
}
