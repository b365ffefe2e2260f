namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The kinds of PowerShell views.</summary>
public enum ViewKind
{
    /// <summary>The table of objects without measurements (see <see cref="ProcessColumns.ListedType"/>).</summary>
    Listed,

    /// <summary>The table of objects that are all of one kind each (see <see cref="MappingColumns.ByKindType"/>).</summary>
    ByKind,

    /// <summary>The default table.</summary>
    Table,

    /// <summary>The list of all properties.</summary>
    List,

    /// <summary>The table that fits in 80 terminal columns.</summary>
    Compact,

    /// <summary>The table of what is swapped out.</summary>
    Swap,

    /// <summary>The table of shared memory.</summary>
    Shared,

    /// <summary>The table of all there is, for a wide terminal or a file.</summary>
    Full,
}

/// <summary>A PowerShell view of one type.</summary>
/// <param name="Kind">The kind of view.</param>
/// <param name="Columns">The columns, in order.</param>
public sealed record View(ViewKind Kind, IReadOnlyList<Column> Columns)
{
    /// <summary>The layout in a PowerShell table of so many cells.</summary>
    public TableLayout Layout(int room) => TableLayout.Of([.. Columns.Select(column => Widths(column, room))], room);

    private static (int Least, int Most) Widths(Column column, int room)
    {
        int most = column.IsText ? Math.Max(column.ViewLeast, column.ViewWidest) : column.ViewLeast;
        return (column.IsPath ? TableLayout.LeastOfPath(column.ViewLeast, most, room) : column.ViewLeast, most);
    }

    /// <summary>Whether long cells are wrapped.</summary>
    public bool Wraps { get; init; }
}
