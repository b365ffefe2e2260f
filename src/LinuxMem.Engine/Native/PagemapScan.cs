using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>
/// The ioctl <c>PAGEMAP_SCAN</c> on <c>/proc/PID/pagemap</c> (Documentation/admin-guide/mm/pagemap.rst, kernel
/// 6.7 and later): finds the populated regions of an address space without a look at the holes.
/// </summary>
internal static partial class PagemapScan
{
    /// <summary>The page is in memory.</summary>
    public const ulong Present = 1 << 3;

    /// <summary>The page table entry is a swap entry.</summary>
    public const ulong Swapped = 1 << 4;

    /// <summary>The page is a zero page (not told for huge ones by every kernel).</summary>
    public const ulong ZeroFrame = 1 << 5;

    /// <summary>The page is mapped by an entry larger than a base page.</summary>
    public const ulong Huge = 1 << 6;

    // _IOWR('f', 16, struct pm_scan_arg), the same on every architecture with the generic ioctl numbers.
    private const nuint Request = 0xC0606610;

    /// <summary>
    /// Fills <c>argument.Regions</c> from <c>argument.Start</c> on; <c>argument.WalkEnd</c> then says how far
    /// the scan has come.
    /// </summary>
    /// <returns>The number of regions, or minus the error number.</returns>
    public static int Scan(FileDescriptor pagemap, ref Arguments argument)
    {
        while (true)
        {
            int n = ioctl(pagemap.Number, Request, ref argument);
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

    /// <summary><c>struct pm_scan_arg</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Arguments
    {
        public ulong Size;
        public ulong Flags;
        public ulong Start;
        public ulong End;
        public ulong WalkEnd;
        public ulong Regions;
        public ulong RegionCount;
        public ulong MaxPages;
        public ulong CategoryInverted;
        public ulong CategoryMask;
        public ulong CategoryAnyOfMask;
        public ulong ReturnMask;
    }

    /// <summary><c>struct page_region</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Region
    {
        public ulong Start;
        public ulong End;
        public ulong Categories;
    }
}
