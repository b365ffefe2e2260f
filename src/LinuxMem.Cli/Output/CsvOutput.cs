using System.Buffers;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Cli.Output;

/// <summary>
/// Writes comma-separated values (RFC 4180): a header, CR LF after every record, quotes where needed.
/// </summary>
/// <remarks>
/// A program gets every name as it is, also one that begins with <c>=</c>, <c>+</c>, <c>-</c> or <c>@</c>: a mark against
/// spreadsheets would be part of the value for all others. On a terminal, what does not print is escaped.
/// </remarks>
internal static class CsvOutput
{
    private static readonly bool OnTerminal = !Console.IsOutputRedirected;
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");

    public static void Write<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, IEnumerable<T> rows)
    {
        WriteRecord(writer, columns.Select(column => (object?)column.Label));
        foreach (T row in rows)
        {
            WriteRecord(writer, columns.Select(column => column.Value(row)));
        }
    }

    private static void WriteRecord(TextWriter writer, IEnumerable<object?> values)
    {
        string before = string.Empty;
        foreach (object? value in values)
        {
            writer.Write(before);
            before = ",";
            WriteField(writer, value);
        }

        writer.Write("\r\n");
    }

    private static void WriteField(TextWriter writer, object? value)
    {
        if (value is null)
        {
            return;
        }

        // Empty text is quoted, so that it differs from null.
        string text = OnTerminal ? VisibleText.ForTerminal(DataText.Of(value)) : VisibleText.ForData(DataText.Of(value));
        if (text.Length > 0 && !text.AsSpan().ContainsAny(NeedQuotes) && text[0] != ' ' && text[^1] != ' ')
        {
            writer.Write(text);
            return;
        }

        writer.Write('"');
        writer.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write('"');
    }
}
