using System.Runtime.CompilerServices;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// The SysV segments of all processes, until it is decided whose they are. Equal lists are kept once: a user may have
/// thousands of segments attached to thousands of processes, which fork(2) makes alike. All count against the memory limit.
/// </summary>
internal sealed class SegmentLists(MemoryBudget budget)
{
    private readonly HashSet<AttachedSegment[]> known = new(new SameSegments());

    /// <summary>The list, or the one equal to it that is kept already. Used by several threads.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public AttachedSegment[] Keep(AttachedSegment[] list)
    {
        if (list.Length == 0)
        {
            return [];
        }

        lock (known)
        {
            if (known.TryGetValue(list, out AttachedSegment[]? same))
            {
                return same;
            }

            budget.Take((long)list.Length * Unsafe.SizeOf<AttachedSegment>());
            known.Add(list);
            return list;
        }
    }

    private sealed class SameSegments : IEqualityComparer<AttachedSegment[]>
    {
        public bool Equals(AttachedSegment[]? one, AttachedSegment[]? other)
        {
            if (one is null || other is null || one.Length != other.Length)
            {
                return one == other;
            }

            for (int i = 0; i < one.Length; i++)
            {
                if (!one[i].Equals(other[i]))
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(AttachedSegment[] list)
        {
            int hash = list.Length;
            foreach (AttachedSegment segment in list)
            {
                hash = KeyHash.Of((uint)hash, (uint)segment.GetHashCode());
            }

            return hash;
        }
    }
}
