namespace LinuxMem.Engine.Sources;

/// <summary>The bits of a <c>/proc/PID/pagemap</c> entry (Documentation/admin-guide/mm/pagemap.rst).</summary>
internal static class PagemapEntry
{
    /// <summary>The page is in memory.</summary>
    public const ulong Present = 1UL << 63;

    /// <summary>The page is in swap, or the entry is not of memory at all (see <see cref="LeastSwapAreas"/>).</summary>
    public const ulong Swapped = 1UL << 62;

    /// <summary>The page belongs to a file or is shared anonymous memory.</summary>
    public const ulong File = 1UL << 61;

    /// <summary>The page is mapped exactly once.</summary>
    public const ulong Exclusive = 1UL << 56;

    /// <summary>The PFN of a present page.</summary>
    public const ulong FrameMask = (1UL << 55) - 1;

    /// <summary>How many low bits of a swap entry hold the swap type: the number of the swap area.</summary>
    public const int SwapTypeBits = 5;

    /// <summary>
    /// Swap types below this are swap areas on every kernel. Of 32 types, a kernel reserves those at the end for entries
    /// that are not swap (migration, device memory, hwpoison, markers; <c>MAX_SWAPFILES</c> in include/linux/swap.h):
    /// up to nine, which depends on how it was built (<see cref="Machine.SwapAreas"/>).
    /// </summary>
    public const ulong LeastSwapAreas = 23;

    /// <summary>No kernel has more swap types.</summary>
    public const ulong SwapTypes = 1UL << SwapTypeBits;

    /// <summary>In the engine's number of a swap slot, the bit where the number of the swap area begins.</summary>
    public const int SlotAreaShift = 50;
}
