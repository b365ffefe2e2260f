namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The ways in which PowerShell shows a thing.</summary>
public enum ViewKind
{
    /// <summary>The table of things that were not measured (see <see cref="ProcessColumns.ListedType"/>).</summary>
    Listed,

    /// <summary>The table.</summary>
    Table,

    /// <summary>The list, with everything.</summary>
    List,

    /// <summary>The table that fits in 80 columns.</summary>
    Compact,
}

/// <summary>One of these ways for one kind of thing.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Columns">The columns, in order.</param>
public sealed record View(ViewKind Kind, IReadOnlyList<Column> Columns)
{
    /// <summary>Whether long cells are broken into lines.</summary>
    public bool Wraps { get; init; }
}
