using System.Globalization;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Cli.Output;

/// <summary>Writes a title and a table in box-drawing lines for each section, separated by empty lines.</summary>
/// <remarks>
/// Written by hand because Spectre.Console 0.49.1, when tried, assumed 80 columns without a terminal and shrank the
/// whole table to an ellipsis, treated <c>[</c> in names as markup, and doubled the start-up time of the trimmed
/// program (52 ms against 22).
/// </remarks>
internal static class TableOutput
{
    /// <summary>The cells of a line's frame, and between two columns.</summary>
    private const int Frame = 4;
    private const int Gap = 3;

    /// <summary>Writes the tables of a report.</summary>
    /// <param name="writer">Receives them.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="sections">The rows.</param>
    /// <param name="room">
    /// The cells of a line: what does not fit is left out at the right, and named below. Null where no line is too long, as in
    /// a file.
    /// </param>
    public static void Write<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, IReadOnlyList<Section<T>> sections, int? room)
    {
        int shown = columns.Count;
        for (int i = 0; i < sections.Count; i++)
        {
            if (i > 0)
            {
                writer.WriteLine();
            }

            if (sections[i].Title is string title)
            {
                writer.WriteLine(VisibleText.ForTerminal(title));
            }

            shown = Math.Min(shown, WriteTable(writer, columns, sections[i].Rows, room ?? int.MaxValue));
        }

        if (shown < columns.Count)
        {
            WriteLeftOut(writer, columns.Skip(shown).Select(column => column.Label), room ?? int.MaxValue);
        }
    }

    private static int WriteTable<T>(TextWriter writer, IReadOnlyList<Column<T>> all, IReadOnlyList<T> rows, int room)
    {
        int[] wanted = [.. all.Select(column => rows.Select(row => DisplayWidth.Of(Cell(column, row, column.Widest))).Append(DisplayWidth.Of(column.Label)).Max())];
        TableLayout layout = TableLayout.Of([.. all.Select((column, i) => (Least(column, wanted[i], room), wanted[i]))], room, Frame, Gap);

        // Nobody looks for the edge of a framed table: it ends with its last column.
        int[] widths = [.. layout.Widths.Select((width, i) => Math.Min(width, wanted[i]))];
        Column<T>[] columns = [.. all.Take(widths.Length)];
        WriteRule(writer, widths, '┌', '┬', '┐');
        WriteCells(writer, columns, widths, [.. columns.Select(column => column.Label)]);
        WriteRule(writer, widths, '├', '┼', '┤');
        foreach (T row in rows)
        {
            WriteCells(writer, columns, widths, [.. columns.Select((column, i) => Cell(column, row, widths[i]))]);
        }

        WriteRule(writer, widths, '└', '┴', '┘');
        return widths.Length;
    }

    private static int Least(Column column, int wanted, int room)
    {
        int least = column.IsText ? Math.Min(wanted, Math.Max(column.Label.Length, column.Cells)) : wanted;
        return column.IsPath ? TableLayout.LeastOfPath(least, wanted, room) : least;
    }

    private static void WriteLeftOut(TextWriter writer, IEnumerable<string> labels, int room)
    {
        int left = room;
        string between = string.Empty;
        string[] words = ["No", "room", "for", .. string.Join(", ", labels).Split(", ").SkipLast(1).Select(label => $"{label},"), $"{labels.Last()}:", "a", "wider", "terminal,", "json", "or", "csv", "has", "them."];
        foreach (string word in words)
        {
            if (left < room && left < between.Length + word.Length)
            {
                writer.WriteLine();
                left = room;
                between = string.Empty;
            }

            writer.Write(between);
            writer.Write(word);
            left -= between.Length + word.Length;
            between = " ";
        }

        writer.WriteLine();
    }

    /// <summary>A value as it is shown; text is cut to so many cells.</summary>
    private static string Cell<T>(Column<T> column, T row, int cells) => column.Value(row) switch
    {
        null => string.Empty,
        double percent when column.Kind == ColumnKind.Percent => percent.ToString("0.00", CultureInfo.InvariantCulture),
        long bytes when column.Kind == ColumnKind.Size => SizeText.Readable(bytes),
        _ when column.IsGroupName && row is MemGroup group => group.ShownName(Math.Min(cells, column.Widest)),
        object value when column.Kind == ColumnKind.Values => DisplayWidth.CutList(VisibleText.ForTerminal(DataText.Of(value)), Math.Min(cells, column.Widest)),
        object value when column.IsPath => DisplayWidth.VisibleMiddle(DataText.Of(value), Math.Min(cells, column.Widest)),
        object value => DisplayWidth.Visible(DataText.Of(value), column.IsText ? Math.Min(cells, column.Widest) : column.Widest),
    };

    private static void WriteRule(TextWriter writer, int[] widths, char left, char between, char right)
    {
        for (int i = 0; i < widths.Length; i++)
        {
            writer.Write(i == 0 ? left : between);
            writer.Write(new string('─', widths[i] + 2));
        }

        writer.WriteLine(right);
    }

    private static void WriteCells<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, int[] widths, string[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            string fill = new(' ', widths[i] - DisplayWidth.Of(cells[i]));
            writer.Write("│ ");
            writer.Write(columns[i].ToTheRight ? fill : cells[i]);
            writer.Write(columns[i].ToTheRight ? cells[i] : fill);
            writer.Write(' ');
        }

        writer.WriteLine('│');
    }
}
