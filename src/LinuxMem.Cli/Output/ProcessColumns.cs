namespace LinuxMem.Cli.Output;

/// <summary>The columns of <c>linuxmem processes</c>: the same in JSON and CSV with and without a page scan, a choice in tables.</summary>
internal static class ProcessColumns
{
    /// <summary>One line of thousands of characters would make every line of the table as long.</summary>
    private const int CommandLineWidth = 80;

    private static readonly Column<MemProcess>[] All =
    [
        new("pid", ColumnKind.Number, process => process.Id),
        new("ppid", ColumnKind.Number, process => process.ParentId),
        new("uid", ColumnKind.Number, process => process.Uid),
        new("user", ColumnKind.Text, process => process.User),
        new("comm", ColumnKind.Text, process => process.Comm),
        new("mem_rss", ColumnKind.Size, process => process.MemRss),
        new("mem_anon", ColumnKind.Size, process => process.MemAnon),
        new("mem_uss", ColumnKind.Size, process => process.MemUss),
        new("mem_pss", ColumnKind.Size, process => process.MemPss),
        new("swap_anon", ColumnKind.Size, process => process.SwapAnon),
        new("swap_rss", ColumnKind.Size, process => process.SwapRss),
        new("swap_uss", ColumnKind.Size, process => process.SwapUss),
        new("shm_mem", ColumnKind.Size, process => process.ShmMem),
        new("shm_swap", ColumnKind.Size, process => process.ShmSwap),
        new("shm_uss", ColumnKind.Size, process => process.ShmUss),
        new("page_tables", ColumnKind.Size, process => process.PageTables),
        new("real_uid", ColumnKind.Number, process => process.RealUid),
        new("gid", ColumnKind.Number, process => process.Gid),
        new("command_line", ColumnKind.Text, process => process.CommandLine, Widest: CommandLineWidth),
        new("exe", ColumnKind.Text, process => process.Exe),
        new("cgroup", ColumnKind.Text, process => process.Cgroup),
        new("start_time", ColumnKind.Text, process => process.StartTime),
    ];

    /// <summary>After a page scan.</summary>
    public static IReadOnlyList<Column<MemProcess>> Measured { get; } =
        InTables("pid", "user", "comm", "mem_rss", "mem_anon", "mem_uss", "mem_pss", "swap_rss", "shm_mem", "page_tables");

    /// <summary>Without one.</summary>
    public static IReadOnlyList<Column<MemProcess>> Listed { get; } =
        InTables("pid", "ppid", "uid", "user", "comm", "command_line");

    private static Column<MemProcess>[] InTables(params string[] keys) =>
        [.. All.Select(column => column with { InTable = keys.Contains(column.Key) })];
}
