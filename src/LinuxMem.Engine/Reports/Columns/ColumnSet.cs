namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of one kind of thing reported: the one place that tables, JSON, CSV, names and views are made from.</summary>
/// <param name="type">The thing.</param>
public abstract class ColumnSet(Type type)
{
    /// <summary>The thing reported.</summary>
    public Type Type => type;

    /// <summary>The properties that tell one from another; the order that they sort by in PowerShell.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The properties that PowerShell shows first.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>The properties that tell which table a thing belongs to, the last of which is the table's title; empty where all are in one.</summary>
    public IReadOnlyList<string> Section { get; init; } = [];

    /// <summary>The views of PowerShell.</summary>
    public abstract IReadOnlyList<View> Views { get; }

    /// <summary>The headings that are not the name of their property in other letters.</summary>
    public IEnumerable<Column> Aliases =>
        All.DistinctBy(column => column.Heading).Where(column => !column.Heading.Equals(column.Property, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every column of the data and of the list.</summary>
    private protected abstract IEnumerable<Column> All { get; }
}

/// <summary>The columns of one kind of thing reported.</summary>
/// <typeparam name="T">The thing.</typeparam>
public sealed class ColumnSet<T>() : ColumnSet(typeof(T))
{
    /// <summary>What JSON and CSV have, in order.</summary>
    public required IReadOnlyList<Column<T>> Data { get; init; }

    /// <summary>What a table has, in order.</summary>
    public required IReadOnlyList<Column<T>> Table { get; init; }

    /// <summary>What a table has when nothing was measured; null where that cannot be.</summary>
    public IReadOnlyList<Column<T>>? Listed { get; init; }

    /// <summary>What a list has: everything.</summary>
    public required IReadOnlyList<Column<T>> List { get; init; }

    /// <summary>What a table has that must fit in 80 columns.</summary>
    public required IReadOnlyList<Column<T>> Compact { get; init; }

    /// <summary>Whether PowerShell breaks long cells of the table into lines.</summary>
    public bool TableWraps { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<View> Views =>
    [
        .. Listed is null ? Array.Empty<View>() : [new View(ViewKind.Listed, Listed)],
        new View(ViewKind.Table, Table) { Wraps = TableWraps },
        new View(ViewKind.List, List),
        new View(ViewKind.Compact, Compact),
    ];

    private protected override IEnumerable<Column> All => Data.Concat(List);
}
