using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Cgroups;

/// <summary>What a control group and those around it leave room for, in bytes: the one that leaves least.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Limit">Its limit: <c>memory.max</c>, or <c>memory.high</c>, beyond which it is throttled, if that is less.</param>
/// <param name="Used">What is charged to it.</param>
/// <param name="Cache">Of that, page cache of files, which is given up before the limit is enforced.</param>
internal sealed record CgroupRoom(string Path, long Limit, long Used, long Cache)
{
    /// <summary>What may be charged to it beside what it cannot give up.</summary>
    public long Left => Limit - Math.Max(0, Used - Cache);

    /// <summary>The least room around a group.</summary>
    /// <param name="tree">The control groups.</param>
    /// <param name="path">The group.</param>
    /// <param name="room">The least room; null where nothing limits it.</param>
    /// <returns>False where nothing is told of the group.</returns>
    public static bool TryFind(CgroupTree tree, string path, out CgroupRoom? room)
    {
        room = null;
        if (tree.Read(path, out _) is not CgroupUsage own)
        {
            return false;
        }

        foreach (string around in CgroupTable.Around(path))
        {
            if (tree.Read(around, out _) is CgroupUsage usage && Least(usage.Max, usage.High) is long limit)
            {
                Take(ref room, new CgroupRoom(around, limit, usage.Current ?? 0, usage.File ?? 0));
            }
        }

        if (own.Hierarchical is long hidden && hidden < (room?.Limit ?? long.MaxValue))
        {
            // Whose it is, a namespace hides.
            Take(ref room, new CgroupRoom(path, hidden, own.Current ?? 0, own.File ?? 0));
        }

        return true;
    }

    private static void Take(ref CgroupRoom? room, CgroupRoom other) => room = room is null || other.Left < room.Left ? other : room;

    private static long? Least(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
