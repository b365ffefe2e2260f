namespace LinuxMem.Engine.Processes;

/// <summary>Bytes of shared memory.</summary>
/// <param name="Resident">In memory.</param>
/// <param name="Swapped">Swapped out.</param>
/// <param name="Unique">In memory, of what no process outside holds.</param>
internal readonly record struct SharedBytes(long Resident, long Swapped, long Unique)
{
    /// <summary>Adds more.</summary>
    public SharedBytes And(long resident, long swapped, long unique) => new(Resident + resident, Swapped + swapped, Unique + unique);
}

/// <summary>What the shared memory objects that a group holds come to.</summary>
/// <param name="All">All of them.</param>
/// <param name="Segments">The SysV segments among them.</param>
/// <param name="Freed">Bytes in memory of those that end with the group: only it holds them, and no name keeps them.</param>
/// <param name="SegmentIds">The shmids.</param>
/// <param name="IsKnown">False where shared memory is not told from files.</param>
internal sealed record ObjectCounts(SharedBytes All, SharedBytes Segments, long Freed, long[] SegmentIds, bool IsKnown);
