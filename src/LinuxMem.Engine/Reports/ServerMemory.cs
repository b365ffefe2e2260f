using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>What a scan found of a cluster's memory, beside the figures of all groups. Sizes are bytes.</summary>
/// <param name="Main">The main shared memory; null when it was not found.</param>
/// <param name="Dynamic">What of dynamic shared memory objects is in memory.</param>
/// <param name="Median">The private memory of the median backend; null without backends.</param>
/// <param name="Largest">That of the largest.</param>
/// <param name="PageSize">The size of a base page; 0 when nothing was scanned.</param>
internal sealed record ServerMemory(SharedObject? Main, long? Dynamic, long? Median, long? Largest, long PageSize)
{
    /// <summary>Where nothing was scanned.</summary>
    public static ServerMemory Unknown { get; } = new(null, null, null, null, 0);

    /// <summary>Finds it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="all">What all its processes map.</param>
    /// <param name="each">What each of them maps, by its id.</param>
    /// <param name="page">The size of a base page.</param>
    public static ServerMemory Of(ServerCluster cluster, GroupPages? all, Dictionary<int, GroupPages> each, long page)
    {
        if (all is null || !each.TryGetValue(cluster.Postmaster.Id, out GroupPages? postmaster))
        {
            return Unknown;
        }

        SharedObject? main = MainOf(postmaster);
        long[] backends =
        [
            .. cluster.Members.Where(member => member.Value == ServerProcessKind.Backend && each.ContainsKey(member.Key.Id))
                .Select(member => each[member.Key.Id].Counts!.Frames.UniqueAnonymous * page).Order(),
        ];
        return new ServerMemory(
            main,
            all.Objects.Where(one => one != main && IsDynamic(one)).Sum(one => one.Resident) + cluster.Facts.DynamicFiles,
            backends.Length > 0 ? backends[backends.Length / 2] : null,
            backends.Length > 0 ? backends[^1] : null,
            page);
    }

    /// <summary>
    /// The main shared memory: the postmaster makes one large piece for all; beside that a SysV segment of some bytes, by which it
    /// finds another of its kind.
    /// </summary>
    /// <param name="postmaster">What the postmaster maps.</param>
    public static SharedObject? MainOf(GroupPages postmaster) => postmaster.Objects
        .Where(one => one.Kind is SharedMemoryKind.SharedAnonymous or SharedMemoryKind.SysV or SharedMemoryKind.HugeTlb && !IsDynamic(one))
        .MaxBy(one => one.Size);

    /// <summary>Objects of shm_open(3) that PostgreSQL makes and names.</summary>
    private static bool IsDynamic(SharedObject one) => one.Name.StartsWith("/dev/shm/PostgreSQL.", StringComparison.Ordinal);
}
