using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>
/// The columns of <see cref="MemFigures"/>, for every type derived from it: one line for each figure.
/// </summary>
internal static class FigureColumns
{
    private static readonly Figure[] Figures =
    [
        new("mem_held", nameof(MemFigures.MemHeld), Size, of => of.MemHeld, Tables.All | Tables.Shared | Tables.Mappings, Compact: "held",
            Help: "All memory that it holds, each page once: what its processes map, and all in memory of the shared memory objects they hold."),
        new("mem_freed", nameof(MemFigures.MemFreed), Size, of => of.MemFreed, Tables.All, Compact: "freed",
            Help: "Memory that comes back when it ends in good order."),
        new("mem_rss", nameof(MemFigures.MemRss), Size, of => of.MemRss, Tables.All | Tables.Mappings, Compact: "rss",
            Help: "Memory that its processes map, each page once, SysV segments left out."),
        new("mem_anon", nameof(MemFigures.MemAnon), Size, of => of.MemAnon, Tables.All | Tables.Mappings,
            Help: "Anonymous memory of rss."),
        new("mem_file", nameof(MemFigures.MemFile), Size, of => of.MemFile,
            Help: "Page cache of files of rss."),
        new("mem_shared", nameof(MemFigures.MemShared), Size, of => of.MemShared, Tables.Shared,
            Help: "Pages of shared memory objects of rss."),
        new("mem_uss", nameof(MemFigures.MemUss), Size, of => of.MemUss, Tables.All | Tables.Mappings,
            Help: "Memory that nobody else maps."),
        new("mem_pss", nameof(MemFigures.MemPss), Size, of => of.MemPss, Tables.Processes | Tables.Mappings,
            Help: "Its share of the memory mapped: each page divided by how many map it."),
        new("swap_anon", nameof(MemFigures.SwapAnon), Size, of => of.SwapAnon, Tables.Groups | Tables.Swap,
            Help: "Anonymous memory swapped out."),
        new("swap_rss", nameof(MemFigures.SwapRss), Size, of => of.SwapRss, Tables.All | Tables.Swap | Tables.Mappings,
            Help: "Memory swapped out, without that of shared memory objects."),
        new("swap_uss", nameof(MemFigures.SwapUss), Size, of => of.SwapUss, Tables.Groups | Tables.Swap,
            Help: "Memory swapped out that is nobody else's."),
        new("swap_held", nameof(MemFigures.SwapHeld), Size, of => of.SwapHeld, Tables.Swap, Compact: "swap",
            Help: "All that it holds in swap: swap_rss, and that of the shared memory objects it holds."),
        new("shm_mem", nameof(MemFigures.ShmMem), Size, of => of.ShmMem, Tables.All | Tables.Shared,
            Help: "SysV segments attached, in memory."),
        new("shm_swap", nameof(MemFigures.ShmSwap), Size, of => of.ShmSwap, Tables.Groups | Tables.Shared | Tables.Swap,
            Help: "SysV segments attached, swapped out."),
        new("shm_uss", nameof(MemFigures.ShmUss), Size, of => of.ShmUss, Tables.Shared,
            Help: "SysV segments that nobody else has attached, in memory."),
        new("shared_mem", nameof(MemFigures.SharedMem), Size, of => of.SharedMem, Tables.Shared,
            Help: "Shared memory objects held, in memory."),
        new("shared_swap", nameof(MemFigures.SharedSwap), Size, of => of.SharedSwap, Tables.Shared | Tables.Swap,
            Help: "Shared memory objects held, swapped out."),
        new("shared_uss", nameof(MemFigures.SharedUss), Size, of => of.SharedUss, Tables.Shared,
            Help: "Shared memory objects that nobody else holds, in memory."),
        new("page_tables", nameof(MemFigures.PageTables), Size, of => of.PageTables, Tables.Processes,
            Help: "Page tables of its processes."),
        new("mem_held_percent", nameof(MemFigures.MemHeldPercent), Percent, of => of.MemHeldPercent, Compact: "held %", InData: false),
        new("mem_rss_percent", nameof(MemFigures.MemRssPercent), Percent, of => of.MemRssPercent, InData: false),
        new("mem_uss_percent", nameof(MemFigures.MemUssPercent), Percent, of => of.MemUssPercent, InData: false),
    ];

    /// <summary>The columns of a table.</summary>
    public static IEnumerable<Column<T>> In<T>(Tables table)
        where T : MemFigures => Figures.Where(figure => (figure.Tables & table) != 0).Select(figure => figure.Column<T>());

    /// <summary>The columns of JSON and CSV.</summary>
    public static IEnumerable<Column<T>> InData<T>()
        where T : MemFigures => Figures.Where(figure => figure.InData).Select(figure => figure.Column<T>());

    /// <summary>The columns of lists and of full tables: all of them.</summary>
    public static IEnumerable<Column<T>> All<T>()
        where T : MemFigures => Figures.Select(figure => figure.Column<T>());

    /// <summary>The columns of compact views, with short headings.</summary>
    public static IEnumerable<Column<T>> Compact<T>()
        where T : MemFigures => Figures.Where(figure => figure.Compact is not null)
            .Select(figure => figure.Column<T>().As(figure.Compact!));

    /// <summary>The tables that show a figure.</summary>
    [Flags]
    public enum Tables
    {
        /// <summary>No table, for lack of room.</summary>
        None = 0,

        /// <summary>The table of groups.</summary>
        Groups = 1,

        /// <summary>The table of processes.</summary>
        Processes = 2,

        /// <summary>The tables of groups and processes.</summary>
        All = Groups | Processes,

        /// <summary>The views of what is swapped out.</summary>
        Swap = 4,

        /// <summary>The views of shared memory.</summary>
        Shared = 8,

        /// <summary>The table of mappings.</summary>
        Mappings = 16,
    }

    private sealed record Figure(
        string Heading, string Property, ColumnKind Kind, Func<MemFigures, object?> Value, Tables Tables = Tables.None, string? Compact = null, bool InData = true,
        string? Help = null)
    {
        public Column<T> Column<T>()
            where T : MemFigures => new(Heading, Property, Kind, Value) { Help = Help };
    }
}
