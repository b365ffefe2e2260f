using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>One column of a report: its names, and how it is shown.</summary>
/// <param name="Heading">The heading: the key in JSON and CSV, and an alias of the property in PowerShell.</param>
/// <param name="Property">The name of the property.</param>
/// <param name="Kind">What it holds.</param>
public abstract record Column(string Heading, string Property, ColumnKind Kind)
{
    /// <summary>Of 99.99, and one more.</summary>
    private const int PercentCells = 6;

    /// <summary>The heading in this table; by default <see cref="Heading"/>.</summary>
    public string Label { get; init; } = Heading;

    /// <summary>True when it is aligned to the right.</summary>
    public bool ToTheRight => Kind is ColumnKind.Number or ColumnKind.Percent or ColumnKind.Size;

    /// <summary>
    /// The largest width, in terminal cells, in a table of <c>linuxmem</c>; longer values are cut there, but never in
    /// JSON and CSV.
    /// </summary>
    public int Widest { get; init; } = 120;

    /// <summary>
    /// The largest width in PowerShell's tables; <see cref="int.MaxValue"/> for a last column, which gets what is left and
    /// is cut or folded there by PowerShell.
    /// </summary>
    public int ViewWidest { get; init; } = 40;

    /// <summary>True for the name of a group, which tables cut in its middle, and so that no two of a report show the same.</summary>
    public bool IsGroupName { get; init; }

    /// <summary>True for paths and names of files, which tables cut in their middle: the end tells them apart.</summary>
    public bool IsPath { get; init; }

    /// <summary>
    /// Text: the least that tables cut it to where room is short. A number: the digits of its largest value, because a number is
    /// never cut.
    /// </summary>
    public int Cells { get; init; } = 8;

    /// <summary>The least width of a PowerShell table's column that shows any value: whole numbers, the beginning of texts.</summary>
    public int ViewLeast => Math.Max(Label.Length, Kind switch
    {
        ColumnKind.Size => SizeText.MaxCells + (IsSigned ? 1 : 0),
        ColumnKind.Percent => PercentCells,
        _ => Cells,
    });

    /// <summary>True for a number that may be below zero, so that a sign takes a cell.</summary>
    public bool IsSigned { get; init; }

    /// <summary>True for what may be cut: text, but no number.</summary>
    public bool IsText => Kind is ColumnKind.Text or ColumnKind.Values or ColumnKind.NodeSizes or ColumnKind.Sentences;

    /// <summary>What it tells, in a sentence of one line; null where nobody needs it.</summary>
    public string? Help { get; init; }

    /// <summary>What the column is as a metric.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>What stands for the column in the name of its metric; by default the heading without <c>mem_</c>.</summary>
    public string? MetricStem { get; init; }

    /// <summary>The value of a row, which must be of the type that the column is of.</summary>
    public abstract object? Of(object row);

    /// <summary>
    /// The property that is true when a size has no limit, so that views say <c>unlimited</c>; null for none.
    /// </summary>
    public string? UnlimitedProperty { get; init; }
}

/// <summary>One column of a report, with the function that gets its value.</summary>
/// <typeparam name="T">The type of a row.</typeparam>
/// <param name="Heading">The heading: the key in JSON and CSV, and an alias of the property in PowerShell.</param>
/// <param name="Property">The name of the property.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Value">Gets the value of a row: text, a number, a Boolean, a time, a list, or null.</param>
public sealed record Column<T>(string Heading, string Property, ColumnKind Kind, Func<T, object?> Value) : Column(Heading, Property, Kind)
{
    /// <inheritdoc/>
    public override object? Of(object row) => Value((T)row);

    /// <summary>The same column under another heading.</summary>
    public Column<T> As(string label) => this with { Label = label };
}
