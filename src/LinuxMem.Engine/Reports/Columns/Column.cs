namespace LinuxMem.Engine.Reports.Columns;

/// <summary>One figure or fact of the things reported: its names, and how it is shown.</summary>
/// <param name="Heading">The heading: the key in JSON and CSV, and in PowerShell another name of the property.</param>
/// <param name="Property">The name of the property.</param>
/// <param name="Kind">What it holds.</param>
public abstract record Column(string Heading, string Property, ColumnKind Kind)
{
    /// <summary>The heading here, where it is another one.</summary>
    public string Label { get; init; } = Heading;

    /// <summary>True where it stands to the right.</summary>
    public bool ToTheRight => Kind is ColumnKind.Number or ColumnKind.Percent or ColumnKind.Size;

    /// <summary>How many cells it takes at most in a table of <c>linuxmem</c>: what is longer is cut there, but whole in JSON and CSV.</summary>
    public int Widest { get; init; } = int.MaxValue;

    /// <summary>The same in a view of PowerShell; null for what is usual there: 40 cells in a table, and no limit in a list.</summary>
    public int? ViewWidest { get; init; }

    /// <summary>How many cells it takes at least in a table of PowerShell, so that the edge of the screen falls between two columns.</summary>
    public int ViewNarrowest { get; init; }

    /// <summary>The property that is true where a size has no limit, and the view says <c>unlimited</c>; null for none.</summary>
    public string? UnlimitedProperty { get; init; }
}

/// <summary>One figure or fact, with its value.</summary>
/// <typeparam name="T">The thing reported.</typeparam>
/// <param name="Heading">The heading: the key in JSON and CSV, and in PowerShell another name of the property.</param>
/// <param name="Property">The name of the property.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Value">Takes it from a thing: text, a number, a truth value, a time, values, or null.</param>
public sealed record Column<T>(string Heading, string Property, ColumnKind Kind, Func<T, object?> Value) : Column(Heading, Property, Kind)
{
    /// <summary>The same under another heading.</summary>
    public Column<T> As(string label) => this with { Label = label };
}
