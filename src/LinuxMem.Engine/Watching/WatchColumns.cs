using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Watching;

/// <summary>A line with what it has become since the look before, and since the first.</summary>
internal sealed record WatchLine(WatchRow Row, long? Change, long? Since);

/// <summary>The columns of the table that is watched.</summary>
internal static class WatchColumns
{
    /// <summary>The name, which takes what is left.</summary>
    public static readonly Column<WatchLine> Name = new("name", nameof(WatchRow.Name), ColumnKind.Text, line => line.Row.Name(40)) { Cells = 16 };

    /// <summary>All columns.</summary>
    public static IReadOnlyList<Column<WatchLine>> All { get; } =
    [
        Name,
        new("procs", nameof(WatchRow.Procs), ColumnKind.Number, line => line.Row.Procs) { Cells = 6 },
        new("held", nameof(WatchFigures.Held), ColumnKind.Size, line => line.Row.Figures.Held),
        new("change", nameof(WatchLine.Change), ColumnKind.Size, line => line.Change) { IsSigned = true },
        new("since_start", nameof(WatchLine.Since), ColumnKind.Size, line => line.Since) { IsSigned = true },
        new("freed", nameof(WatchFigures.Freed), ColumnKind.Size, line => line.Row.Figures.Freed),
        new("rss", nameof(WatchFigures.Rss), ColumnKind.Size, line => line.Row.Figures.Rss),
        new("swap", nameof(WatchFigures.Swap), ColumnKind.Size, line => line.Row.Figures.Swap),
    ];

    /// <summary>The cells of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="layout">The widths.</param>
    public static string Text(WatchLine line, TableLayout layout) => Join(layout, place => place == 0 ? line.Row.Name(layout.Widths[0]) : Number(All[place], line));

    /// <summary>The headings.</summary>
    public static string Headings(TableLayout layout) => Join(layout, place => All[place].Label);

    /// <summary>The layout for so many cells. Numbers have the width of the largest there can be.</summary>
    public static TableLayout Layout(int room) => TableLayout.Of([.. All.Select(column => (column.ViewLeast, column.IsText ? 60 : column.ViewLeast))], room);

    /// <summary>The value by which lines are sorted.</summary>
    public static long ValueOf(Column<WatchLine> column, WatchLine line) => column.Value(line) is long number ? number : long.MinValue;

    private static string Number(Column<WatchLine> column, WatchLine line) => column.Value(line) switch
    {
        null => string.Empty,
        long bytes when column.Kind == ColumnKind.Size => column.IsSigned && bytes > 0 ? $"+{SizeText.Readable(bytes)}" : SizeText.Readable(bytes),
        object value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };

    private static string Join(TableLayout layout, Func<int, string> cell)
    {
        var texts = new string[layout.Widths.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            string text = cell(i);
            string fill = new(' ', Math.Max(0, layout.Widths[i] - DisplayWidth.Of(text)));
            texts[i] = All[i].ToTheRight ? fill + text : text + fill;
        }

        return string.Join(' ', texts);
    }
}
