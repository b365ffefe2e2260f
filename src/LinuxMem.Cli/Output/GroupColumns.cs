namespace LinuxMem.Cli.Output;

/// <summary>The columns of <c>linuxmem groups</c>.</summary>
internal static class GroupColumns
{
    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<Column<MemGroup>> All { get; } =
    [
        new("split", ColumnKind.Text, group => group.Split, InTable: false),
        new("group_name", ColumnKind.Text, group => group.GroupName),
        new("procs", ColumnKind.Number, group => group.Procs),
        new("mem_rss", ColumnKind.Size, group => group.MemRss),
        new("mem_anon", ColumnKind.Size, group => group.MemAnon),
        new("mem_uss", ColumnKind.Size, group => group.MemUss),
        new("mem_pss", ColumnKind.Size, group => group.MemPss, InTable: false),
        new("swap_anon", ColumnKind.Size, group => group.SwapAnon),
        new("swap_rss", ColumnKind.Size, group => group.SwapRss),
        new("swap_uss", ColumnKind.Size, group => group.SwapUss),
        new("shm_mem", ColumnKind.Size, group => group.ShmMem),
        new("shm_swap", ColumnKind.Size, group => group.ShmSwap),
        new("shm_uss", ColumnKind.Size, group => group.ShmUss, InTable: false),
        new("group_key", ColumnKind.Text, group => group.Key, InTable: false),
        new("report", ColumnKind.Number, group => group.Report, InTable: false),
    ];
}
