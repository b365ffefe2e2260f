using LinuxMem.Engine.Procfs;
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
    /// <summary>What segments have of a pool.</summary>
    public long Segments(long size) =>
        Objects.Where(one => one.PageSize == size && one.Kind == SharedMemoryKind.SysV).Sum(one => one.Resident) + Unheld.Where(one => one.PageSize == size).Sum(one => one.Rss ?? 0);

    /// <summary>What other objects have of it.</summary>
    public long Others(long size) => Objects.Where(one => one.PageSize == size && one.Kind != SharedMemoryKind.SysV).Sum(one => one.Resident);

    /// <summary>
    /// The most that may be promised of a pool: what no page is there for yet, of its objects and of all private mappings. (A mapping
    /// may also be made without any promise.)
    /// </summary>
    public long Promised(long size) =>
        Objects.Where(one => one.PageSize == size).Sum(one => Math.Max(0, one.Size - one.Resident))
        + Unheld.Where(one => one.PageSize == size).Sum(one => Math.Max(0, (one.Size ?? 0) - (one.Rss ?? 0)))
        + Math.Max(0, PrivateSpace - Private);

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
