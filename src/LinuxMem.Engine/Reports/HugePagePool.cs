using System.Globalization;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// The pool of huge pages (hugetlb) of one size, of the machine or of one of its NUMA nodes; or what one holder has of it; or transparent
/// huge pages, which are in no pool. Counts are pages of that size; sizes are bytes. What is not known, or not counted of a node or a
/// holder, is null.
/// </summary>
public sealed class HugePagePool
{
    internal HugePagePool()
    {
    }

    /// <summary>The size of its pages.</summary>
    public long PageSize { get; internal init; }

    /// <summary><c>Pool</c>, or <c>Transparent</c>.</summary>
    public string Kind { get; internal init; } = "Pool";

    /// <summary>
    /// Who has these: an instance of a database (Oracle's SID, PostgreSQL's data directory), or a user, of all that is of no instance;
    /// <c>(no process)</c> for what no process was found for. Null for the whole pool. What several have together is in the row of each.
    /// </summary>
    public string? Holder { get; internal init; }

    /// <summary>The NUMA node; null for the whole machine.</summary>
    public int? Node { get; internal init; }

    /// <summary>All pages of the pool, surplus ones among them.</summary>
    public long? Total { get; internal init; }

    /// <summary>Pages that hold nothing, reserved ones among them.</summary>
    public long? Free { get; internal init; }

    /// <summary>
    /// Of the free ones, those that are promised to mappings which have not touched them yet. The kernel does not tell to whom: of a
    /// holder, the most that can be promised to it, which is all that its mappings have no page for yet (after
    /// fork(2), those of each process); of nobody, the least.
    /// </summary>
    public long? Reserved { get; internal init; }

    /// <summary>Pages beyond the size that was set (<c>nr_hugepages</c>): they go when they are given back.</summary>
    public long? Surplus { get; internal init; }

    /// <summary>Pages that hold something: all but the free ones.</summary>
    public long? Used
    {
        get => field ?? (Total - Free is long used ? Math.Max(0L, used) : null);
        internal init;
    }

    /// <summary>Pages that the shared memory of the databases found needs (<see cref="RecommendedFor"/>).</summary>
    public long? Recommended { get; internal init; }

    /// <summary>How many surplus pages there may be (<c>nr_overcommit_hugepages</c>).</summary>
    public long? Overcommit { get; internal init; }

    /// <summary>Memory that lies idle: pages that are free and promised to nobody. Nothing else can use it.</summary>
    public long? Idle => Free - Reserved is long left ? Math.Max(0L, left) * PageSize : null;

    /// <summary>What SysV segments have of the pool, attached or not.</summary>
    public long? Segments { get; internal init; }

    /// <summary>
    /// What other shared memory has that a process holds: files of a hugetlbfs, memfds, shared anonymous memory. Of transparent ones,
    /// what all shared memory has.
    /// </summary>
    public long? Objects { get; internal init; }

    /// <summary>What private mappings of processes have (<c>MAP_PRIVATE | MAP_HUGETLB</c>), each page once. Of transparent ones, what anonymous memory has.</summary>
    public long? Private { get; internal init; }

    /// <summary>
    /// What is left of the used pages: files of a hugetlbfs that no process holds, private copies of pages of such files, and what
    /// has changed meanwhile.
    /// </summary>
    public long? Other
    {
        get => field ?? (Holder is null && Segments + Objects + Private is long known && Used is long used ? Math.Max(0, (used * PageSize) - known) : null);
        internal init;
    }

    /// <summary>Of transparent ones, what the page cache of files has.</summary>
    public long? Files { get; internal init; }

    /// <summary>What <see cref="Recommended"/> counts, and by which method.</summary>
    public string? RecommendedFor { get; internal init; }

    /// <summary>Page tables of the processes that hold what is recommended for and has no huge pages yet.</summary>
    public long? PageTables { get; internal init; }

    /// <summary>
    /// The most of <see cref="PageTables"/> that huge pages would save: the tables of base pages of that memory. The fewest would be
    /// <see cref="PageTables"/> less this.
    /// </summary>
    public long? PageTablesSaved { get; internal init; }

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>Size, node or holder, and use.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{(Kind == "Pool" ? string.Empty : "transparent, ")}{PageSize >> 10} KiB{(Node is int node ? $", node {node}" : string.Empty)}{(Holder is null ? string.Empty : $", {Holder}")}: {Used}{(Total is long total ? $" of {total}" : string.Empty)} pages used"));

    /// <summary>The row of transparent huge pages.</summary>
    /// <param name="size">Their size.</param>
    /// <param name="anonymous">Bytes of anonymous memory in them.</param>
    /// <param name="shared">Of shared memory.</param>
    /// <param name="files">Of the page cache of files.</param>
    /// <param name="origin">The machine.</param>
    /// <param name="holder">Whose they are; null for all.</param>
    internal static HugePagePool OfTransparent(long size, long? anonymous, long? shared, long? files, Origin origin, string? holder = null) => new()
    {
        PageSize = size,
        Kind = "Transparent",
        Holder = holder,
        Used = ((anonymous ?? 0) + (shared ?? 0) + (files ?? 0)) / size,
        Objects = shared,
        Private = anonymous,
        Files = files,
        Origin = origin,
    };
}
