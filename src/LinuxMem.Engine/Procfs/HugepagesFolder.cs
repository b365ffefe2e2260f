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
