using System.Globalization;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Huge page sizes and usage of the running kernel, from <c>/sys/kernel/mm/hugepages</c> and
/// <c>/sys/kernel/mm/transparent_hugepage</c> (Documentation/admin-guide/mm/hugetlbpage.rst, transhuge.rst).
/// </summary>
internal static class HugepagesFolder
{
    private const string HugetlbFolder = "/sys/kernel/mm/hugepages";
    private const string PmdSizeFile = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";

    /// <summary>The hugetlb page sizes supported, in bytes.</summary>
    public static IReadOnlyList<ulong> Supported()
    {
        var sizes = new List<ulong>();
        try
        {
            foreach (string folder in Directory.EnumerateDirectories(HugetlbFolder))
            {
                if (SizeOf(Path.GetFileName(folder)) is ulong size)
                {
                    sizes.Add(size);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without hugetlb there is no such folder.
        }

        return sizes;
    }

    /// <summary>
    /// The page size, in bytes, in a folder name such as <c>hugepages-2048kB</c>; null for any other name.
    /// </summary>
    internal static ulong? SizeOf(string folder) =>
        folder.StartsWith("hugepages-", StringComparison.Ordinal) && folder.EndsWith("kB", StringComparison.Ordinal) && folder.Length > 12
        && ulong.TryParse(folder.AsSpan(10, folder.Length - 12), NumberStyles.None, CultureInfo.InvariantCulture, out ulong kib)
        && kib <= ulong.MaxValue / 1024 && PageSizes.IsHuge(kib * 1024, (ulong)Environment.SystemPageSize)
            ? kib * 1024
            : null;

    /// <summary>Bytes of hugetlb pages in use; null when they cannot be read.</summary>
    public static long? InUse()
    {
        long bytes = 0;
        foreach (ulong size in Supported())
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"{HugetlbFolder}/hugepages-{size / 1024}kB");
            try
            {
                bytes = checked(bytes + ((Count(folder, "nr_hugepages") - Count(folder, "free_hugepages")) * (long)size));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
            {
                return null;
            }
        }

        return bytes;

        static long Count(string folder, string file) =>
            long.Parse(File.ReadAllText(Path.Combine(folder, file)).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>The pools of a folder: the machine's, or those of a NUMA node, which tells no reservations.</summary>
    /// <param name="folder">The folder that has one for each size.</param>
    public static HugePageCounts[] Pools(string folder)
    {
        var pools = new List<HugePageCounts>();
        foreach (string name in SysfsFile.Folders(folder))
        {
            if (SizeOf(name) is ulong size && SysfsFile.Number($"{folder}/{name}/nr_hugepages") is long total && SysfsFile.Number($"{folder}/{name}/free_hugepages") is long free)
            {
                pools.Add(new HugePageCounts(size, total, free, SysfsFile.Number($"{folder}/{name}/resv_hugepages") ?? 0, SysfsFile.Number($"{folder}/{name}/surplus_hugepages") ?? 0, SysfsFile.Number($"{folder}/{name}/nr_overcommit_hugepages")));
            }
        }

        pools.Sort(static (one, other) => one.PageSize.CompareTo(other.PageSize));
        return [.. pools];
    }

    /// <summary>
    /// The anonymous huge pages that are no longer wholly mapped, of all sizes, in bytes (<c>nr_anon_partially_mapped</c>, since
    /// Linux 6.12); null where the kernel does not count them.
    /// </summary>
    /// <param name="top">The folder that sysfs is mounted at.</param>
    public static long? PartiallyMapped(string top)
    {
        long? bytes = null;
        string folder = $"{top}/kernel/mm/transparent_hugepage";
        foreach (string name in SysfsFile.Folders(folder))
        {
            if (SizeOf(name) is ulong size && SysfsFile.Number($"{folder}/{name}/stats/nr_anon_partially_mapped") is long pages && pages <= long.MaxValue / (long)size / 32)
            {
                bytes = (bytes ?? 0) + (pages * (long)size);
            }
        }

        return bytes;
    }

    /// <summary>The size of a transparent huge page in bytes.</summary>
    public static ulong PmdSize(ulong pageSize)
    {
        try
        {
            if (ulong.TryParse(File.ReadAllText(PmdSizeFile).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong size) && PageSizes.IsHuge(size, pageSize))
            {
                return size;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The kernel has no transparent huge pages.
        }

        return TableSpan(pageSize);
    }

    /// <summary>
    /// The bytes that one page of page table entries (8 bytes each) maps: the size of a PMD-mapped huge page.
    /// </summary>
    public static ulong TableSpan(ulong pageSize) => pageSize * (pageSize / 8);
}

/// <summary>The huge pages (hugetlb) of one size, as their files in sysfs count them.</summary>
/// <param name="PageSize">The size in bytes.</param>
/// <param name="Total">All pages of the pool, surplus ones among them.</param>
/// <param name="Free">Pages that hold nothing.</param>
/// <param name="Reserved">Of the free ones, those promised to mappings.</param>
/// <param name="Surplus">Pages beyond the size that was set.</param>
/// <param name="Overcommit">How many surplus pages there may be; null where nothing tells: of a NUMA node.</param>
internal sealed record HugePageCounts(ulong PageSize, long Total, long Free, long Reserved, long Surplus, long? Overcommit = null);
