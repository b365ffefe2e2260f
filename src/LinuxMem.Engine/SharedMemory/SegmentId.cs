namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// Identifies a SysV segment. Shmids are unique only within an IPC namespace (ipc_namespaces(7)).
/// </summary>
/// <param name="IpcNamespace">The inode of the IPC namespace; 0 for that of this process.</param>
/// <param name="ShmId">The shmid in that namespace.</param>
internal readonly record struct SegmentId(ulong IpcNamespace, ulong ShmId);

/// <summary>A segment that a process has attached.</summary>
/// <param name="Id">The segment.</param>
/// <param name="PageSize">Its page size in bytes; 0 when it is not known.</param>
internal readonly record struct AttachedSegment(SegmentId Id, ulong PageSize);
