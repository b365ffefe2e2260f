using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>What the pagemap readers of one scan need to know about the machine.</summary>
/// <param name="PageSize">The size of a base page in bytes.</param>
/// <param name="HugeSize">The smallest huge page size in bytes; every huge mapping is a multiple of it.</param>
/// <param name="ProcessesEnd">True where processes end and change while they are read: a running machine.</param>
/// <param name="Zero">The PFNs of the zero page.</param>
/// <param name="Flags">The flags of all frames.</param>
internal sealed record PagingFacts(ulong PageSize, ulong HugeSize, bool ProcessesEnd, ZeroPagePfns Zero, Kpageflags Flags);
