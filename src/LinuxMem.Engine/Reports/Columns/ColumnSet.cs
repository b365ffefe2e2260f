using System.Text.Json;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>
/// The columns of one type: the single description that tables, JSON, CSV, aliases and PowerShell views are made from.
/// </summary>
/// <param name="type">The type of a row.</param>
public abstract class ColumnSet(Type type)
{
    /// <summary>The property that every thing has: of which machine it is.</summary>
    private const string Machine = "ComputerName";

    /// <summary>What narrow views call the first column.</summary>
    private const string OfTitles = "name";

    /// <summary>The type of a row.</summary>
    public Type Type => type;

    /// <summary>The properties that identify a row; PowerShell sorts by them by default.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The properties that PowerShell shows by default.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>
    /// The properties that divide the rows into tables, the last of which is the title; empty for a single table.
    /// </summary>
    public IReadOnlyList<string> Section { get; init; } = [];

    /// <summary>The property that names a row: the one that Format-Wide shows. The first of <see cref="Summary"/>, if not given.</summary>
    public string Title
    {
        get => field ?? Summary[0];
        init;
    }

    /// <summary>
    /// What the thing is called in the names of its metrics; by default the type without <c>Mem</c>: <c>group</c>,
    /// <c>postgres_instance</c>.
    /// </summary>
    public string MetricName
    {
        get => field ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(Type.Name.StartsWith("Mem", StringComparison.Ordinal) ? Type.Name[3..] : Type.Name);
        init;
    }

    /// <summary>The properties that are labels of its metrics, beside those that identify, title and divide the rows.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The columns that are labels of its metrics: the machine, then whatever tells a row apart or names it.</summary>
    public IReadOnlyList<Column> LabelColumns
    {
        get
        {
            HashSet<string> named = [Machine, .. Section, Title, .. Keys, .. Labels];

            // A label that is another in each sample would begin a new series each time.
            named.Remove(nameof(MemGroup.Time));
            return [.. All.Where(column => named.Contains(column.Property)).DistinctBy(column => column.Property).OrderBy(column => column.Property != Machine)];
        }
    }

    /// <summary>Whether any of its columns is a metric.</summary>
    public bool HasMetrics => Metrics.Metric.Of(this).Count > 0;

    /// <summary>The columns of JSON and CSV, in order.</summary>
    public abstract IReadOnlyList<Column> DataColumns { get; }

    /// <summary>The PowerShell views.</summary>
    public abstract IReadOnlyList<View> Views { get; }

    /// <summary>The columns of the list view.</summary>
    public IReadOnlyList<Column> ListColumns => Views.First(view => view.Kind == ViewKind.List).Columns;

    /// <summary>The columns of <see cref="Summary"/>, as the list view has them.</summary>
    public IEnumerable<Column> SummaryColumns => Summary.Select(property => ListColumns.Concat(All).First(column => column.Property == property));

    /// <summary>
    /// The names that become aliases of a property: every heading of data and of views that is no property by itself. Where two columns
    /// share one, the first has it, and one of data goes before one of a table. What a narrow view calls <c>name</c> is none: PowerShell's
    /// commands take a property of that name before <c>Id</c>, so that <c>Get-MemProcess -Id 7 | Stop-Process</c> would end its namesakes.
    /// </summary>
    public IEnumerable<ColumnAlias> Aliases =>
        All.Select(column => new ColumnAlias(column.Heading, column))
            .Concat(All.Concat(Views.SelectMany(view => view.Columns)).Select(column => new ColumnAlias(column.Label, column)))
            .DistinctBy(alias => alias.Name, StringComparer.OrdinalIgnoreCase)
            .Where(alias => alias.Name != OfTitles && !All.Any(column => column.Property.Equals(alias.Name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Every column of <c>Data</c> and <c>List</c>.</summary>
    private protected abstract IEnumerable<Column> All { get; }
}

/// <summary>The columns of one type.</summary>
/// <typeparam name="T">The type of a row.</typeparam>
public sealed class ColumnSet<T>() : ColumnSet(typeof(T))
{
    /// <summary>The columns of JSON and CSV, in order.</summary>
    public required IReadOnlyList<Column<T>> Data { get; init; }

    /// <summary>The columns of a table, in order.</summary>
    public required IReadOnlyList<Column<T>> Table { get; init; }

    /// <summary>The columns of a table without measurements; null when there is no such table.</summary>
    public IReadOnlyList<Column<T>>? Listed { get; init; }

    /// <summary>The columns of a table of rows that are all of one kind each; null when there is no such table.</summary>
    public IReadOnlyList<Column<T>>? ByKind { get; init; }

    /// <summary>The columns of a list: all of them.</summary>
    public required IReadOnlyList<Column<T>> List { get; init; }

    /// <summary>The columns of a table that fits in 80 terminal columns.</summary>
    public required IReadOnlyList<Column<T>> Compact { get; init; }

    /// <summary>The columns of a table of what is swapped out; null when there is no such table.</summary>
    public IReadOnlyList<Column<T>>? Swap { get; init; }

    /// <summary>The columns of a table of shared memory; null when there is no such table.</summary>
    public IReadOnlyList<Column<T>>? Shared { get; init; }

    /// <summary>The columns of a table of everything.</summary>
    public required IReadOnlyList<Column<T>> Full { get; init; }

    /// <summary>Whether PowerShell wraps long cells of the table.</summary>
    public bool TableWraps { get; init; }

    /// <summary>Whether PowerShell shows a list where nobody asks for a table: of things that come alone.</summary>
    public bool IsList { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Column> DataColumns => Data;

    /// <inheritdoc/>
    public override IReadOnlyList<View> Views =>
    [
        .. Listed is null ? Array.Empty<View>() : [new View(ViewKind.Listed, Listed)],
        .. ByKind is null ? Array.Empty<View>() : [new View(ViewKind.ByKind, ByKind)],
        .. IsList ? new[] { new View(ViewKind.List, List) } : [],
        new View(ViewKind.Table, Table) { Wraps = TableWraps },
        .. IsList ? Array.Empty<View>() : [new View(ViewKind.List, List)],
        new View(ViewKind.Compact, Compact),
        .. Swap is null ? Array.Empty<View>() : [new View(ViewKind.Swap, Swap)],
        .. Shared is null ? Array.Empty<View>() : [new View(ViewKind.Shared, Shared)],
        new View(ViewKind.Full, Full),
    ];

    private protected override IEnumerable<Column> All => Data.Concat(List);
}
