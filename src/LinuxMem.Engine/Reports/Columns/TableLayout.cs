namespace LinuxMem.Engine.Reports.Columns;

/// <summary>
/// Which columns of a table have room in so many terminal cells, and how wide they are. A column is shown whole or not at
/// all: what does not fit is left out at the right, and only text gives way.
/// </summary>
public sealed class TableLayout
{
    /// <summary>The line that the least widths of columns are meant for. In a wider one text gets more before another column is shown.</summary>
    private const int Narrow = 80;

    /// <summary>Of the cells that a line is wider than that, a quarter goes to each column of text that can use it.</summary>
    private const int OfMore = 4;

    private TableLayout(int[] widths, int columns)
    {
        Widths = widths;
        IsWhole = widths.Length == columns;
    }

    /// <summary>The widths of the columns that are shown, from the left. Where some are left out, they fill the room.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>True when no column is left out.</summary>
    public bool IsWhole { get; }

    /// <summary>Lays a table out. The first column is always there.</summary>
    /// <param name="columns">For each column the least width that it needs, and the most that it can use.</param>
    /// <param name="room">The cells of a line.</param>
    /// <param name="frame">The cells of a line's frame.</param>
    /// <param name="gap">The cells between two columns.</param>
    public static TableLayout Of(IReadOnlyList<(int Least, int Most)> columns, int room, int frame = 0, int gap = 1)
    {
        int more = Math.Max(0, room - Narrow) / OfMore;
        int[] least = [.. columns.Select(column => Math.Clamp(column.Least + more, column.Least, Math.Max(column.Least, column.Most)))];
        int shown = 0;
        int left = room - frame + gap;
        while (shown < columns.Count && (shown == 0 || left >= least[shown] + gap))
        {
            left -= least[shown++] + gap;
        }

        int[] widths = [.. least.Take(shown)];
        for (int i = 0; i < shown && left > 0; i++)
        {
            int wider = Math.Min(left, Math.Max(0, columns[i].Most - widths[i]));
            widths[i] += wider;
            left -= wider;
        }

        if (left < 0)
        {
            widths[0] = Math.Max(1, widths[0] + left);
        }

        if (shown < columns.Count && left > 0)
        {
            widths[^1] += left;
        }

        return new TableLayout(widths, columns.Count);
    }
}
