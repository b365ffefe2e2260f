namespace LinuxMem.Help.Text;

/// <summary>A table in columns of text, with a line under the headings.</summary>
internal static class TextTable
{
    private const int Gap = 2;

    /// <summary>The lines of a table.</summary>
    /// <param name="rows">The cells row by row; the first row has the headings.</param>
    /// <param name="width">The longest line; cells of the widest columns are broken to fit, words are not.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<string[]> rows, int width)
    {
        int columns = rows.Max(row => row.Length);
        int[] widths = Widths(rows, columns, width);
        var lines = new List<string>();
        Add(lines, rows[0], widths);
        Add(lines, [.. widths.Select(w => new string('-', w))], widths);

        // Where first columns are broken, it takes a line between the rows to tell them apart.
        bool apart = rows.Any(row => Wrapping.Columns(row[0]) > widths[0]);
        foreach (string[] row in rows.Skip(1))
        {
            if (apart && !ReferenceEquals(row, rows[1]))
            {
                lines.Add(string.Empty);
            }

            Add(lines, row, widths);
        }

        return lines;
    }

    /// <summary>Takes from the widest column, a character at a time, until all fit or only single words are left.</summary>
    private static int[] Widths(IReadOnlyList<string[]> rows, int columns, int width)
    {
        int Longest(int column, Func<string, int> length) => rows.Max(row => column < row.Length ? length(row[column]) : 0);

        int[] widths = [.. Enumerable.Range(0, columns).Select(column => Longest(column, Wrapping.Columns))];
        int[] least = [.. Enumerable.Range(0, columns).Select(column => Longest(column, cell => cell.Split(' ').Max(Wrapping.Columns)))];
        while (widths.Sum(w => (long)w) + (Gap * (columns - 1)) > width)
        {
            int widest = Enumerable.Range(0, columns).Where(column => widths[column] > least[column]).OrderByDescending(column => widths[column]).FirstOrDefault(-1);
            if (widest < 0)
            {
                break;
            }

            widths[widest]--;
        }

        return widths;
    }

    private static void Add(List<string> lines, string[] row, int[] widths)
    {
        IReadOnlyList<string>[] cells = [.. row.Select((cell, column) => Wrapping.Wrap(cell, widths[column]))];
        for (int i = 0; i < cells.Max(cell => cell.Count); i++)
        {
            lines.Add(string.Join(new string(' ', Gap), cells.Select((cell, column) => Padded(i < cell.Count ? cell[i] : string.Empty, widths[column]))).TrimEnd());
        }
    }

    private static string Padded(string text, int width) => text + new string(' ', Math.Max(0, width - Wrapping.Columns(text)));
}
