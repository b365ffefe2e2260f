namespace LinuxMem.Engine.Paging;

/// <summary>A mapping of a SysV segment.</summary>
/// <param name="ShmId">Its shmid, in the IPC namespace that it was attached in.</param>
/// <param name="PageSize">The size of its pages in bytes; 0 when it is not known.</param>
/// <param name="Start">Where the mapping starts.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct SegmentRange(ulong ShmId, ulong PageSize, ulong Start, ulong End);
