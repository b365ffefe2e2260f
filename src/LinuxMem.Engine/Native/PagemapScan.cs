using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>
/// The ioctl <c>PAGEMAP_SCAN</c> on <c>/proc/PID/pagemap</c> (Documentation/admin-guide/mm/pagemap.rst, kernel
/// 6.7 and later): finds the populated regions of an address space and skips the holes.
/// </summary>
internal static partial class PagemapScan
{
    /// <summary>The page is in memory.</summary>
    [CName("PAGE_IS_PRESENT")]
    public const ulong Present = 1 << 3;

    /// <summary>The page table entry is a swap entry.</summary>
    [CName("PAGE_IS_SWAPPED")]
    public const ulong Swapped = 1 << 4;

    /// <summary>The page is a zero page (some kernels do not say so of huge ones).</summary>
    [CName("PAGE_IS_PFNZERO")]
    public const ulong ZeroFrame = 1 << 5;

    /// <summary>The page is mapped by an entry larger than a base page.</summary>
    [CName("PAGE_IS_HUGE")]
    public const ulong Huge = 1 << 6;

    /// <summary>All pages of the region are the same frame. No kernel says so; a snapshot does.</summary>
    public const ulong Same = 1UL << 63;

    /// <summary><c>_IOWR('f', 16, struct pm_scan_arg)</c>, the same number on every architecture.</summary>
    private const nuint PAGEMAP_SCAN = 0xC0606610;

    /// <summary>
    /// Fills <c>argument.Regions</c> from <c>argument.Start</c> on; <c>argument.WalkEnd</c> then says how far
    /// the scan has come.
    /// </summary>
    /// <returns>The number of regions, or minus the error number.</returns>
    public static int Scan(FileDescriptor pagemap, ref Arguments argument)
    {
        while (true)
        {
            int n = ioctl(pagemap.Number, PAGEMAP_SCAN, ref argument);
            if (n >= 0)
            {
                return n;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR)
            {
                return -error;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, ref Arguments argument);

    /// <summary>The argument of the call.</summary>
    [CName("struct pm_scan_arg")]
    [StructLayout(LayoutKind.Sequential)]
    public struct Arguments
    {
        [CName("size")]
        public ulong Size;

        [CName("flags")]
        public ulong Flags;

        [CName("start")]
        public ulong Start;

        [CName("end")]
        public ulong End;

        [CName("walk_end")]
        public ulong WalkEnd;

        [CName("vec")]
        public ulong Regions;

        [CName("vec_len")]
        public ulong RegionCount;

        [CName("max_pages")]
        public ulong MaxPages;

        [CName("category_inverted")]
        public ulong CategoryInverted;

        [CName("category_mask")]
        public ulong CategoryMask;

        [CName("category_anyof_mask")]
        public ulong CategoryAnyOfMask;

        [CName("return_mask")]
        public ulong ReturnMask;
    }

    /// <summary>A stretch of pages of the same categories.</summary>
    [CName("struct page_region")]
    [StructLayout(LayoutKind.Sequential)]
    public struct Region
    {
        [CName("start")]
        public ulong Start;

        [CName("end")]
        public ulong End;

        [CName("categories")]
        public ulong Categories;
    }
}
