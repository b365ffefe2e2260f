using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>What an instance of a database, or what else a user runs, has of huge pages. Sizes are bytes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Objects">The shared memory objects that its processes hold.</param>
/// <param name="Private">Private huge pages of a pool, of all sizes, each once.</param>
/// <param name="PrivateSpace">The address space of private mappings of such pages.</param>
/// <param name="Transparent">Its transparent huge pages by what is in them, each once; null where nothing tells.</param>
internal sealed record HugePageHolder(string Name, IReadOnlyCollection<SharedObject> Objects, long Private, long PrivateSpace, IReadOnlyDictionary<TransparentKind, long>? Transparent)
{
    /// <summary>What no page of a pool is there for yet, of some objects.</summary>
    public static long Promise(IEnumerable<SharedObject> objects, long size) => objects.Where(one => one.PageSize == size).Sum(one => Math.Max(0, one.Size - one.Resident));

    /// <summary>Adds up what the SysV segments among its objects have of a pool, or what the others have.</summary>
    public static long Resident(IEnumerable<SharedObject> objects, long size, bool segments) =>
        objects.Where(one => one.PageSize == size && (one.Kind == SharedMemoryKind.SysV) == segments).Sum(one => one.Resident);

    /// <summary>Its rows: a part of each pool that it has something of, and transparent huge pages.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="isPrivateHere">Whether its private pages are of this pool; null where that is not known.</param>
    /// <param name="origin">The machine.</param>
    public HugePagePool? Of(HugePageCounts pool, bool? isPrivateHere, Origin origin)
    {
        long size = (long)pool.PageSize;
        long segments = Resident(Objects, size, segments: true), objects = Resident(Objects, size, segments: false);
        long? own = Private == 0 ? 0 : isPrivateHere is bool isHere ? isHere ? Private : 0 : null;
        long promised = Math.Min(pool.Reserved, (Promise(Objects, size) + (isPrivateHere == false ? 0 : Math.Max(0, PrivateSpace - Private))) / size);
        long used = (segments + objects + (own ?? 0)) / size;
        return used + promised == 0 && own is not null ? null : new HugePagePool
        {
            PageSize = size,
            Holder = Name,
            Used = used,
            Reserved = promised,
            Segments = segments,
            Objects = objects,
            Private = own,
            Origin = origin,
        };
    }

    /// <summary>The row of its transparent huge pages; null for none.</summary>
    /// <param name="size">Their size.</param>
    /// <param name="origin">The machine.</param>
    public HugePagePool? OfTransparent(long size, Origin origin) => Transparent is null || Transparent.Values.Sum() == 0 ? null
        : HugePagePool.OfTransparent(size, Transparent.GetValueOrDefault(TransparentKind.Anonymous), Transparent.GetValueOrDefault(TransparentKind.Shared), Transparent.GetValueOrDefault(TransparentKind.File), origin, Name);

    /// <summary>Counts the transparent huge pages among the frames of a group.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="flags">The flags of all frames.</param>
    /// <param name="size">The size of such a page.</param>
    /// <param name="page">The size of a base page.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyDictionary<TransparentKind, long> Count(FrameSet frames, Kpageflags flags, ulong size, ulong page, CancellationToken cancellation)
    {
        var found = new Dictionary<TransparentKind, long>();
        foreach (ulong first in HugeBlocks.Of(frames, size / page))
        {
            cancellation.ThrowIfCancellationRequested();
            if (flags.Transparent(first, size / page) is TransparentKind kind)
            {
                found[kind] = found.GetValueOrDefault(kind) + (long)size;
            }
        }

        return found;
    }
}
