using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Engine.Reports.Metrics;

/// <summary>A metric family: one column of one kind of thing, as OpenMetrics and Prometheus name it.</summary>
/// <param name="Name">The name, with the unit; of a counter without <c>_total</c>.</param>
/// <param name="Kind">Gauge or counter.</param>
/// <param name="Unit">The unit; empty for a plain count.</param>
/// <param name="Help">What it tells.</param>
/// <param name="Column">The column that has the value; null for what is told of all rows together.</param>
internal sealed record Metric(string Name, MetricKind Kind, string Unit, string Help, Column? Column)
{
    /// <summary>What all names begin with.</summary>
    public const string Prefix = "linuxmem_";

    private const string Bytes = "bytes";
    private const string OneRatio = "ratio";

    /// <summary>When the rows were read. There are no timestamps in the text: node_exporter refuses a file that has some.</summary>
    public static Metric ReadAt { get; } = new(Prefix + "read_timestamp_seconds", MetricKind.Gauge, "seconds", "When it was read, in seconds since 1970.", null);

    /// <summary>How many rows were left out.</summary>
    public static Metric LeftOut { get; } = new(Prefix + "rows_left_out", MetricKind.Gauge, string.Empty, "Rows that have no metrics, because there are more than asked for: the smallest ones.", null);

    /// <summary>The type, as the text formats call it.</summary>
    public string Type => Kind == MetricKind.Counter ? "counter" : "gauge";

    /// <summary>The name of its samples.</summary>
    public string SampleName => Kind == MetricKind.Counter ? Name + "_total" : Name;

    /// <summary>The metrics of a thing, in the order of its columns.</summary>
    public static IReadOnlyList<Metric> Of(ColumnSet thing)
    {
        HashSet<string> labels = [.. thing.LabelColumns.Select(column => column.Property)];
        return [.. thing.DataColumns.Where(column => !labels.Contains(column.Property)).Select(column => Of(thing, column)).OfType<Metric>()];
    }

    /// <summary>The value of a sample; null for none.</summary>
    public double? ValueOf(double? shown) => Kind == MetricKind.Ratio ? shown / 100 : shown;

    private static Metric? Of(ColumnSet thing, Column column)
    {
        MetricKind kind = column.Metric == MetricKind.ByColumn ? (column.Kind == ColumnKind.Size ? MetricKind.Gauge : MetricKind.None) : column.Metric;
        if (kind == MetricKind.None)
        {
            return null;
        }

        string unit = kind == MetricKind.Ratio ? OneRatio : column.Kind == ColumnKind.Size ? Bytes : string.Empty;
        string stem = (column.MetricStem ?? (column.Heading.StartsWith("mem_", StringComparison.Ordinal) ? column.Heading[4..] : column.Heading)).ToLowerInvariant();
        string[] parts = [thing.MetricName, .. stem == unit ? [] : new[] { stem }, .. unit.Length == 0 ? [] : new[] { unit }];
        return new Metric(Prefix + string.Join('_', parts), kind, unit, column.Help ?? $"The column {column.Heading}.", column);
    }
}
