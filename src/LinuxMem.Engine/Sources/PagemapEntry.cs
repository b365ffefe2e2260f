namespace LinuxMem.Engine.Sources;

/// <summary>The bits of an entry of <c>/proc/PID/pagemap</c> (Documentation/admin-guide/mm/pagemap.rst).</summary>
internal static class PagemapEntry
{
    /// <summary>The page is in memory.</summary>
    public const ulong Present = 1UL << 63;

    /// <summary>The page is in swap, or the entry is one of the kernel's special ones.</summary>
    public const ulong Swapped = 1UL << 62;

    /// <summary>The page belongs to a file or to shared memory.</summary>
    public const ulong File = 1UL << 61;

    /// <summary>The page is mapped once.</summary>
    public const ulong Exclusive = 1UL << 56;

    /// <summary>The frame number of a page in memory.</summary>
    public const ulong FrameMask = (1UL << 55) - 1;

    /// <summary>Bits of the swap area's number at the lower end of a swap entry.</summary>
    public const int SwapTypeBits = 5;

    /// <summary>
    /// Swap areas have numbers below this: of 32, a kernel keeps up to nine for entries that are no swap
    /// (migration, device memory, hwpoison, markers; <c>MAX_SWAPFILES</c> in include/linux/swap.h).
    /// </summary>
    public const ulong SwapAreas = 23;

    /// <summary>Where the number of the swap area stands in a slot's number as the engine keeps it.</summary>
    public const int SlotAreaShift = 50;
}
