using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>What the readers of one scan need to know of the machine.</summary>
/// <param name="PageSize">The size of a base page in bytes.</param>
/// <param name="HugeSize">The size that all huge entries are multiples of, in bytes.</param>
/// <param name="ProcessesEnd">True where processes end and change while they are read.</param>
/// <param name="Zero">The frames of the zero page.</param>
/// <param name="Flags">The flags of all frames.</param>
internal sealed record PagingFacts(ulong PageSize, ulong HugeSize, bool ProcessesEnd, ZeroPagePfns Zero, Kpageflags Flags);
