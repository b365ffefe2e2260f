using System.Globalization;

namespace LinuxMem.Engine.Paging;

/// <summary>The sizes of huge pages on this machine (Documentation/admin-guide/mm/hugetlbpage.rst, transhuge.rst).</summary>
internal static class HugePageSizes
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
                // hugepages-2048kB
                string name = Path.GetFileName(folder);
                if (name.StartsWith("hugepages-", StringComparison.Ordinal) && name.EndsWith("kB", StringComparison.Ordinal)
                    && ulong.TryParse(name.AsSpan(10, name.Length - 12), NumberStyles.None, CultureInfo.InvariantCulture, out ulong kib))
                {
                    sizes.Add(kib * 1024);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A kernel without hugetlb has no such folder.
        }

        return sizes;
    }

    /// <summary>How many bytes of huge pages (hugetlb) hold something; null where that cannot be found out.</summary>
    public static long? InUse()
    {
        long bytes = 0;
        foreach (ulong size in Supported())
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"{HugetlbFolder}/hugepages-{size / 1024}kB");
            try
            {
                bytes += (Count(folder, "nr_hugepages") - Count(folder, "free_hugepages")) * (long)size;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                return null;
            }
        }

        return bytes;

        static long Count(string folder, string file) =>
            long.Parse(File.ReadAllText(Path.Combine(folder, file)).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The largest size such that every entry the kernel calls huge is of that size or a multiple: of each
    /// such stretch one page map entry tells all frames.
    /// </summary>
    public static ulong Smallest(ulong pageSize)
    {
        ulong smallest = PmdSize(pageSize);
        foreach (ulong size in Supported())
        {
            smallest = Math.Min(smallest, size);
        }

        return smallest;
    }

    /// <summary>The size of transparent huge pages of shared memory, in bytes.</summary>
    public static ulong PmdSize(ulong pageSize)
    {
        try
        {
            if (ulong.TryParse(File.ReadAllText(PmdSizeFile).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong size))
            {
                return size;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A kernel without transparent huge pages.
        }

        // A page of page table entries of eight bytes each.
        return pageSize * (pageSize / 8);
    }
}
