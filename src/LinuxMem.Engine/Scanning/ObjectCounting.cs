using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>Counts the shared memory objects of groups.</summary>
internal static class ObjectCounting
{
    /// <summary>Counts for the groups of one report.</summary>
    public static ObjectCounts[] Of(IReadOnlyList<GroupPages> groups, bool isKnown)
    {
        Dictionary<SharedObject, int> holders = Holders(groups);
        return [.. groups.Select(group => Count(group.Objects, holders, isKnown))];
    }

    /// <summary>How many groups hold each object.</summary>
    public static Dictionary<SharedObject, int> Holders(IReadOnlyList<GroupPages> groups)
    {
        var holders = new Dictionary<SharedObject, int>();
        foreach (GroupPages group in groups)
        {
            foreach (SharedObject one in group.Objects)
            {
                holders[one] = holders.TryGetValue(one, out int known) ? known + 1 : 1;
            }
        }

        return holders;
    }

    /// <summary>Counts some of the objects of a group.</summary>
    public static ObjectCounts Count(IEnumerable<SharedObject> objects, Dictionary<SharedObject, int> holders, bool isKnown)
    {
        var all = default(SharedBytes);
        var segments = default(SharedBytes);
        long freed = 0;
        var ids = new StructList<long>();
        foreach (SharedObject one in objects)
        {
            bool isAlone = holders[one] == 1;
            long unique = isAlone ? one.Resident : 0;
            all = all.And(one.Resident, one.Swapped, unique);
            freed += one.EndsWithHolders ? unique : 0;
            if (one.Kind == SharedMemoryKind.SysV)
            {
                segments = segments.And(one.Resident, one.Swapped, unique);
                ids.Add((long)one.Key.Inode);
            }
        }

        return new ObjectCounts(all, segments, freed, ids.ToArray(), isKnown);
    }
}
