using System.Globalization;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>The sizes of huge pages on this machine, or on that of a snapshot (Documentation/admin-guide/mm/hugetlbpage.rst, transhuge.rst).</summary>
internal static class HugePageSizes
{
    private const string HugetlbFolder = "/sys/kernel/mm/hugepages";
    private static readonly ulong[] UsualSizes = [2 << 20, 1 << 30];
    private const string PmdSizeFile = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";

    /// <summary>The sizes that hugetlb offers on the machine that a tree is of, in bytes; of a copy, which does not say, the usual ones.</summary>
    public static IReadOnlyList<ulong> Supported(Machine root) =>
        root.IsLive ? Supported() : root.Snapshot?.HugePageSizes ?? UsualSizes;

    /// <summary>How many bytes of huge pages (hugetlb) hold something; null where that cannot be found out.</summary>
    public static long? InUse(Machine root) => root.IsLive ? InUse() : root.Snapshot?.HugetlbInUse;

    /// <summary>
    /// The largest size such that every entry the kernel calls huge is of that size or a multiple: of each
    /// such stretch one page map entry tells all frames.
    /// </summary>
    public static ulong Smallest(Machine root)
    {
        ulong smallest = PmdSize(root);
        foreach (ulong size in root.Snapshot?.HugePageSizes ?? Supported())
        {
            smallest = Math.Min(smallest, size);
        }

        return smallest;
    }

    /// <summary>The size of transparent huge pages of shared memory, in bytes.</summary>
    public static ulong PmdSize(Machine root) =>
        root.Snapshot is SnapshotManifest snapshot ? snapshot.TransparentPageSize ?? TableSpan(snapshot.PageSize) : PmdSize(root.PageSize);

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

    private static long? InUse()
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

    private static ulong PmdSize(ulong pageSize)
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

    /// <summary>What a page of page table entries, of eight bytes each, maps.</summary>
    private static ulong TableSpan(ulong pageSize) => pageSize * (pageSize / 8);
}
