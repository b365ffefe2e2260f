using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>What the pagemap readers of one scan need to know about the machine.</summary>
/// <param name="PageSize">The size of a base page in bytes.</param>
/// <param name="HugeSize">The smallest huge page size in bytes; every huge mapping is a multiple of it.</param>
/// <param name="ProcessesEnd">True where processes end and change while they are read: a running machine.</param>
/// <param name="Zero">The PFNs of the zero page.</param>
/// <param name="Flags">The flags of all frames.</param>
/// <param name="SwapAreas">How many of the lowest swap types are swap areas; asked for only when it matters.</param>
internal sealed record PagingFacts(ulong PageSize, ulong HugeSize, bool ProcessesEnd, ZeroPagePfns Zero, Kpageflags Flags, Lazy<ulong> SwapAreas)
{
    /// <summary>True for the type of a page map entry that is a swap area, and no mark of the kernel's.</summary>
    public bool IsSwapArea(ulong type) => type < PagemapEntry.LeastSwapAreas || type < SwapAreas.Value;
}
