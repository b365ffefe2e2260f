using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>Who has the pages of the pools, as a scan found it. Sizes are bytes.</summary>
/// <param name="Objects">The shared memory objects that processes hold.</param>
/// <param name="Unheld">The segments that no process has attached.</param>
/// <param name="Private">Private huge pages of all processes and sizes, each once.</param>
/// <param name="PrivateSpace">The address space of private mappings of huge pages.</param>
/// <param name="Databases">The shared memory of databases.</param>
internal sealed record HugePageUse(IReadOnlyCollection<SharedObject> Objects, IReadOnlyCollection<Listed> Unheld, long Private, long PrivateSpace, IReadOnlyList<DatabaseMemory> Databases)
{
    /// <summary>Who has them: instances of databases, and users.</summary>
    public IReadOnlyList<HugePageHolder> Holders { get; init; } = [];

    /// <summary>What segments have of a pool.</summary>
    public long Segments(long size) =>
        HugePageHolder.Resident(Objects, size, segments: true) + UnheldSegments(size);

    /// <summary>Of these, what segments have that no process has attached.</summary>
    public long UnheldSegments(long size) => Unheld.Where(one => one.PageSize == size).Sum(one => one.Rss ?? 0);

    /// <summary>What other objects have of it.</summary>
    public long Others(long size) => HugePageHolder.Resident(Objects, size, segments: false);

    /// <summary>
    /// The most that may be promised of a pool: what no page is there for yet, of its objects and of all private mappings. (A mapping
    /// may also be made without any promise.)
    /// </summary>
    public long Promised(long size) =>
        HugePageHolder.Promise(Objects, size)
        + Unheld.Where(one => one.PageSize == size).Sum(one => Math.Max(0, (one.Size ?? 0) - (one.Rss ?? 0)))
        + Math.Max(0, PrivateSpace - Private);

    /// <summary>The rows of those who have something of a pool, the largest first; and of what nobody was found for.</summary>
    /// <param name="pool">The row of the pool.</param>
    /// <param name="counts">The pool.</param>
    /// <param name="isPrivateHere">Whether private pages are of this pool; null where that is not known.</param>
    public IEnumerable<HugePagePool> HoldersOf(HugePagePool pool, HugePageCounts counts, bool? isPrivateHere)
    {
        foreach (HugePagePool row in Holders.Select(one => one.Of(counts, isPrivateHere, pool.Origin!)).OfType<HugePagePool>().OrderByDescending(row => row.Used + row.Reserved).ThenBy(row => row.Holder, StringComparer.Ordinal))
        {
            yield return row;
        }

        // What nobody's mapping explains: the kernel keeps some promises for ever whose mapping or file has ended.
        long size = pool.PageSize, segments = UnheldSegments(size), other = pool.Other ?? 0;
        long held = HugePageHolder.Promise(Objects, size) + Math.Max(0, PrivateSpace - Private);
        long promised = Math.Max(0, counts.Reserved - (held / size));
        if (segments + other + promised > 0)
        {
            yield return new HugePagePool { PageSize = size, Holder = GroupKey.NoProcess, Used = (segments + other) / size, Reserved = promised, Segments = segments, Objects = 0, Private = 0, Other = other, Origin = pool.Origin };
        }
    }

    /// <summary>
    /// What private mappings have of each pool. Page maps do not tell the size of a page, so it follows from what is left of the pools:
    /// of one of them, or of all wholly. Where that leaves a choice, none is made.
    /// </summary>
    /// <param name="pools">The pools.</param>
    public long?[] PrivateOf(IReadOnlyList<HugePageCounts> pools)
    {
        long[] left = [.. pools.Select(pool => Math.Max(0, (Math.Max(0, pool.Total - pool.Free) * (long)pool.PageSize) - Segments((long)pool.PageSize) - Others((long)pool.PageSize)))];
        bool isAll = left.Sum() == Private;
        bool isOne = left.Count(bytes => bytes > 0) <= 1;
        return [.. left.Select(bytes => Private == 0 || bytes == 0 ? 0 : isAll ? bytes : isOne ? Math.Min(bytes, Private) : (long?)null)];
    }
}
