using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>Whether <c>PAGEMAP_SCAN</c> works: the kernel has it, and no seccomp filter blocks it.</summary>
internal static class PagemapScanSupport
{
    /// <summary>Tries it on one page of the engine's own.</summary>
    public static bool IsAvailable(ulong pageSize)
    {
        using FileDescriptor pagemap = FileDescriptor.WorkingDirectory.Open("/proc/self/pagemap\0"u8);
        if (!pagemap.IsOpen)
        {
            return false;
        }

        byte[] region = GC.AllocateUninitializedArray<byte>(Unsafe.SizeOf<PagemapScan.Region>(), pinned: true);
        ulong address = (ulong)Marshal.UnsafeAddrOfPinnedArrayElement((Array)region, 0);
        ulong page = address & ~(pageSize - 1);
        var argument = new PagemapScan.Arguments
        {
            Size = (ulong)Unsafe.SizeOf<PagemapScan.Arguments>(),
            Start = page,
            End = page + pageSize,
            Regions = address,
            RegionCount = 1,
            CategoryAnyOfMask = PagemapScan.Present | PagemapScan.Swapped,
            ReturnMask = PagemapScan.Huge | PagemapScan.ZeroFrame,
        };
        return PagemapScan.Scan(pagemap, ref argument) >= 0;
    }
}
