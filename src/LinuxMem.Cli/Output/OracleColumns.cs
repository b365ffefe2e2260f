namespace LinuxMem.Cli.Output;

/// <summary>The columns of <c>linuxmem oracle</c>.</summary>
internal static class OracleColumns
{
    /// <summary>A message of the database may be long.</summary>
    private const int StatusWidth = 60;

    /// <summary>All of them; a choice in tables.</summary>
    public static IReadOnlyList<Column<OracleInstance>> All { get; } =
    [
        new("sid", ColumnKind.Text, instance => instance.Sid),
        new("sga", ColumnKind.Size, instance => instance.Sga),
        new("pga", ColumnKind.Size, instance => instance.Pga),
        new("processes", ColumnKind.Number, instance => instance.Processes),
        new("large_pages", ColumnKind.Text, instance => instance.LargePages),
        new("status", ColumnKind.Text, instance => instance.Status, Widest: StatusWidth),
        new("user", ColumnKind.Text, instance => instance.User, InTable: false),
        new("home", ColumnKind.Text, instance => instance.Home, InTable: false),
        new("kind", ColumnKind.Text, instance => instance.Kind, InTable: false),
        new("pmon_pid", ColumnKind.Number, instance => instance.PmonPid, InTable: false),
    ];
}
