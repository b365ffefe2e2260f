namespace LinuxMem.Bench.Report;

/// <summary>A table in plain text: the first column to the left, the others to the right.</summary>
internal sealed class TextTable(params string[] heading)
{
    private readonly List<string[]> rows = [];

    /// <summary>How many of the first columns stand to the left.</summary>
    public int TextColumns { get; init; } = 1;

    /// <summary>True when nothing has been added.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Adds a row with a cell for each column.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Writes a title, the heading, a rule and the rows.</summary>
    public void Write(TextWriter writer, string title)
    {
        int[] widths = [.. heading.Select((name, i) => rows.Select(row => row[i].Length).Append(name.Length).Max())];
        writer.WriteLine();
        writer.WriteLine(title);
        writer.WriteLine();
        WriteRow(writer, heading, widths);
        WriteRow(writer, [.. widths.Select(width => new string('-', width))], widths);
        rows.ForEach(row => WriteRow(writer, row, widths));
    }

    private void WriteRow(TextWriter writer, string[] cells, int[] widths) =>
        writer.WriteLine(string.Join("  ", cells.Select((cell, i) => i < TextColumns ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
}
