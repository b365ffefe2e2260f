using System.Globalization;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// <c>/sys/kernel/mm/hugepages</c> and <c>/sys/kernel/mm/transparent_hugepage</c> of the running kernel
/// (Documentation/admin-guide/mm/hugetlbpage.rst, transhuge.rst).
/// </summary>
internal static class HugepagesFolder
{
    private const string HugetlbFolder = "/sys/kernel/mm/hugepages";
    private const string PmdSizeFile = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";

    /// <summary>The sizes that hugetlb offers, in bytes.</summary>
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
            // A kernel without hugetlb has no such folder.
        }

        return sizes;
    }

    /// <summary>The size that a folder is called by, <c>hugepages-2048kB</c>; null where it is none.</summary>
    internal static ulong? SizeOf(string folder) =>
        folder.StartsWith("hugepages-", StringComparison.Ordinal) && folder.EndsWith("kB", StringComparison.Ordinal) && folder.Length > 12
        && ulong.TryParse(folder.AsSpan(10, folder.Length - 12), NumberStyles.None, CultureInfo.InvariantCulture, out ulong kib)
        && kib <= ulong.MaxValue / 1024 && PageSizes.IsHuge(kib * 1024, (ulong)Environment.SystemPageSize)
            ? kib * 1024
            : null;

    /// <summary>How many bytes of huge pages (hugetlb) hold something; null where that cannot be found out.</summary>
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

    /// <summary>The size of transparent huge pages of shared memory, in bytes.</summary>
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
            // A kernel without transparent huge pages.
        }

        return TableSpan(pageSize);
    }

    /// <summary>What a page of page table entries, of eight bytes each, maps: the size of a transparent huge page.</summary>
    public static ulong TableSpan(ulong pageSize) => pageSize * (pageSize / 8);
}
