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
    public static void Write<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, IReadOnlyList<Section<T>> sections)
    {
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

            WriteTable(writer, columns, sections[i].Rows);
        }
    }

    private static void WriteTable<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows)
    {
        string[] headings = [.. columns.Select(column => column.Label)];
        string[][] cells = [.. rows.Select(row => columns.Select(column => Cell(column, row)).ToArray())];
        int[] widths = [.. columns.Select((_, i) => cells.Select(row => row[i]).Append(headings[i]).Max(DisplayWidth.Of))];
        WriteRule(writer, widths, '┌', '┬', '┐');
        WriteCells(writer, columns, widths, headings);
        WriteRule(writer, widths, '├', '┼', '┤');
        foreach (string[] row in cells)
        {
            WriteCells(writer, columns, widths, row);
        }

        WriteRule(writer, widths, '└', '┴', '┘');
    }

    private static string Cell<T>(Column<T> column, T row) => column.Value(row) switch
    {
        null => string.Empty,
        long bytes when column.Kind == ColumnKind.Size => SizeText.Readable(bytes),
        object value => DisplayWidth.Visible(DataText.Of(value), column.Widest),
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
