namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// What tells SysV segments apart: every IPC namespace (ipc_namespaces(7)) numbers its own.
/// </summary>
/// <param name="IpcNamespace">The inode of the namespace; 0 for that of the engine itself.</param>
/// <param name="ShmId">The shmid within it.</param>
internal readonly record struct SegmentId(ulong IpcNamespace, ulong ShmId);

/// <summary>A segment that a process has attached.</summary>
/// <param name="Id">Which one.</param>
/// <param name="PageSize">The size of its pages in bytes; 0 when it is not known.</param>
internal readonly record struct AttachedSegment(SegmentId Id, ulong PageSize);
