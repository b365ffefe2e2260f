using System.Globalization;
using System.Text;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports.Metrics;

/// <summary>One row of what is reported: its labels, and the values of its metrics.</summary>
internal sealed class MetricRow
{
    private const string Machine = "computer_name";

    private MetricRow(string labels, string machine, string source, DateTime? time, double?[] values, double size)
    {
        Labels = labels;
        MachineLabel = machine;
        Source = source;
        Time = time;
        Values = values;
        Size = size;
    }

    /// <summary>The labels, as they stand between the braces.</summary>
    public string Labels { get; }

    /// <summary>The label of the machine alone; empty where nothing tells.</summary>
    public string MachineLabel { get; }

    /// <summary>The report that it is of: rows of one source are of one sample, or of several.</summary>
    public string Source { get; }

    /// <summary>When it was read, in UTC; null where nothing tells.</summary>
    public DateTime? Time { get; }

    /// <summary>The values, in the order of the thing's metrics; null for none.</summary>
    public double?[] Values { get; }

    /// <summary>By what the largest rows are told: the first of the values.</summary>
    public double Size { get; }

    /// <summary>Takes the values of a row.</summary>
    public static MetricRow From(ColumnSet thing, IReadOnlyList<Metric> metrics, Func<Column, object?> valueOf)
    {
        IReadOnlyList<Column> columns = thing.LabelColumns;
        string Text(IEnumerable<Column> some) => string.Join(',', some.Select(column => Label(column, valueOf(column))).Where(label => label.Length > 0));
        Column[] machine = [.. columns.Where(column => column.Heading == Machine)];
        double?[] values = [.. metrics.Select(metric => Number(valueOf(metric.Column!)))];
        double size = metrics.Zip(values).FirstOrDefault(one => one.First.Column!.Kind == ColumnKind.Size).Second ?? 0;
        return new MetricRow(
            Text(columns),
            Text(machine),
            Text([.. machine, .. columns.Where(column => thing.Section.Contains(column.Property))]),
            thing.DataColumns.FirstOrDefault(column => column.Heading == "time") is Column time ? Moment(valueOf(time)) : null,
            values,
            size);
    }

    /// <summary>
    /// A label; empty for a value that is none. What does not print is spelled out as in tables, so that the text is UTF-8 and
    /// harmless wherever it is shown.
    /// </summary>
    private static string Label(Column column, object? value)
    {
        if (value is null or false)
        {
            return string.Empty;
        }

        string text = value switch
        {
            bool => "true",
            DateTime time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
        };

        // What comes back from CSV: nothing, and a Boolean as .NET writes it.
        return text.Length == 0 || (column.Kind == ColumnKind.Other && text.Equals("false", StringComparison.OrdinalIgnoreCase))
            ? string.Empty
            : $"{column.Heading}=\"{Escaped(VisibleText.ForTerminal(BoundedText.Key(text)))}\"";
    }

    private static string Escaped(string text)
    {
        if (text.AsSpan().IndexOfAny('\\', '"') < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            escaped.Append(c is '\\' or '"' ? "\\" : string.Empty).Append(c);
        }

        return escaped.ToString();
    }

    private static double? Number(object? value) => value switch
    {
        null => null,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null,
        bool or DateTime => null,
        IConvertible number => Finite(number.ToDouble(CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static double? Finite(double number) => double.IsFinite(number) ? number : null;

    private static DateTime? Moment(object? value) => value switch
    {
        DateTime time => time.ToUniversalTime(),
        DateTimeOffset time => time.UtcDateTime,
        string text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal, out DateTime time) => time,
        _ => null,
    };
}
