namespace LinuxMem.Engine.Reports.Columns;

/// <summary>One column of a report: its names, and how it is shown.</summary>
/// <param name="Heading">The heading: the key in JSON and CSV, and an alias of the property in PowerShell.</param>
/// <param name="Property">The name of the property.</param>
/// <param name="Kind">What it holds.</param>
public abstract record Column(string Heading, string Property, ColumnKind Kind)
{
    /// <summary>The heading in this table; by default <see cref="Heading"/>.</summary>
    public string Label { get; init; } = Heading;

    /// <summary>True when it is aligned to the right.</summary>
    public bool ToTheRight => Kind is ColumnKind.Number or ColumnKind.Percent or ColumnKind.Size;

    /// <summary>
    /// The largest width, in terminal cells, in a table of <c>linuxmem</c>; longer values are cut there, but never in
    /// JSON and CSV.
    /// </summary>
    public int Widest { get; init; } = int.MaxValue;

    /// <summary>
    /// The largest width in PowerShell's views; null for the default: 40 cells in a table, unlimited in a list.
    /// </summary>
    public int? ViewWidest { get; init; }

    /// <summary>
    /// True for the name of a group, which views cut in its middle, and so that no two of a report show the same.
    /// </summary>
    public bool IsGroupName { get; init; }

    /// <summary>
    /// The smallest width in a PowerShell table, chosen so that the edge of the screen falls between two columns.
    /// </summary>
    public int ViewNarrowest { get; init; }

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
    /// <summary>The same column under another heading.</summary>
    public Column<T> As(string label) => this with { Label = label };
}
