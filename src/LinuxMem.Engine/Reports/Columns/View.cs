namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The kinds of PowerShell views.</summary>
public enum ViewKind
{
    /// <summary>The table of objects without measurements (see <see cref="ProcessColumns.ListedType"/>).</summary>
    Listed,

    /// <summary>The default table.</summary>
    Table,

    /// <summary>The list of all properties.</summary>
    List,

    /// <summary>The table that fits in 80 terminal columns.</summary>
    Compact,
}

/// <summary>A PowerShell view of one type.</summary>
/// <param name="Kind">The kind of view.</param>
/// <param name="Columns">The columns, in order.</param>
public sealed record View(ViewKind Kind, IReadOnlyList<Column> Columns)
{
    /// <summary>Whether long cells are wrapped.</summary>
    public bool Wraps { get; init; }
}
