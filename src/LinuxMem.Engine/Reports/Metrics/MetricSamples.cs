using System.Globalization;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Engine.Reports.Metrics;

/// <summary>
/// Collects what is reported and gives it as OpenMetrics 1.0: one value for each figure of each row. Of several samples of one
/// report the last counts, so that what is gone has no metric any more.
/// </summary>
public sealed class MetricSamples
{
    /// <summary>How many rows of each report there are at most, if nothing else is said.</summary>
    public const int DefaultMaxRows = 500;

    private readonly int maxRows;
    private readonly Dictionary<ColumnSet, Collected> things = [];

    /// <summary>Begins a collection.</summary>
    /// <param name="maxRows">The most rows of each report: the largest ones.</param>
    public MetricSamples(int maxRows = DefaultMaxRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        this.maxRows = maxRows;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="thing">What it is a row of.</param>
    /// <param name="valueOf">The value of each column: what the column's property has, or what became of it in CSV or JSON.</param>
    public void Add(ColumnSet thing, Func<Column, object?> valueOf)
    {
        ArgumentNullException.ThrowIfNull(thing);
        ArgumentNullException.ThrowIfNull(valueOf);
        if (!things.TryGetValue(thing, out Collected? collected))
        {
            things[thing] = collected = new Collected(Metric.Of(thing), []);
        }

        collected.Rows.Add(MetricRow.From(thing, collected.Metrics, valueOf));
    }

    /// <summary>The lines of the text, without their line breaks.</summary>
    /// <param name="form">The form of the text.</param>
    /// <param name="warnings">Takes what was left out, a sentence each.</param>
    public IEnumerable<string> Lines(MetricForm form, ICollection<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        var lines = new List<string>();
        var readAt = new List<(string Labels, double Value)>();
        var leftOut = new List<(string Labels, double Value)>();
        foreach (ColumnSet thing in Reported.Things.Where(things.ContainsKey))
        {
            Collected collected = things[thing];
            MetricRow[] newest = Newest(thing, collected.Rows, warnings);
            List<MetricRow> rows = EachOnce(thing, newest, warnings);
            foreach (IGrouping<string, MetricRow> machine in newest.GroupBy(row => row.MachineLabel))
            {
                string labels = $"{machine.Key}{(machine.Key.Length > 0 ? "," : string.Empty)}kind=\"{thing.MetricName}\"";
                if (machine.Max(row => row.Time) is DateTime time)
                {
                    readAt.Add((labels, Math.Round((time - DateTime.UnixEpoch).TotalSeconds, 3)));
                }

                leftOut.Add((labels, rows.Where(row => row.MachineLabel == machine.Key).GroupBy(row => row.Source).Sum(source => Math.Max(0, source.Count() - maxRows))));
            }

            List<MetricRow> kept = Largest(thing, rows, warnings);
            for (int i = 0; i < collected.Metrics.Count; i++)
            {
                Metric metric = collected.Metrics[i];
                Write(lines, form, metric, kept.Where(row => row.Values[i] is not null).Select(row => (row.Labels, metric.ValueOf(row.Values[i])!.Value)));
            }
        }

        Write(lines, form, Metric.ReadAt, readAt);
        Write(lines, form, Metric.LeftOut, leftOut);
        lines.Add("# EOF");
        return lines;
    }

    /// <summary>The rows of the last sample of each report.</summary>
    private static MetricRow[] Newest(ColumnSet thing, List<MetricRow> all, ICollection<string> warnings)
    {
        Dictionary<string, DateTime?> last = all.GroupBy(row => row.Source).ToDictionary(source => source.Key, source => source.Max(row => row.Time));
        MetricRow[] newest = [.. all.Where(row => row.Time == last[row.Source])];
        if (newest.Length < all.Count)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"A metric has one value: of '{thing.MetricName}' {all.Count - newest.Length} rows of earlier samples have none. To have several reports in one text, make them in one call."));
        }

        return newest;
    }

    /// <summary>The rows that have any value, each once. What has none is a mount under another mount, or an instance that did not answer.</summary>
    private static List<MetricRow> EachOnce(ColumnSet thing, MetricRow[] newest, ICollection<string> warnings)
    {
        MetricRow[] known = [.. newest.Where(row => Array.Exists(row.Values, value => value is not null))];
        List<MetricRow> once = [.. known.Reverse().DistinctBy(row => row.Labels).Reverse()];
        if (once.Count < known.Length)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"A metric has one value: of '{thing.MetricName}' {known.Length - once.Count} rows came more than once, and the last counts."));
        }

        return once;
    }

    private List<MetricRow> Largest(ColumnSet thing, List<MetricRow> rows, ICollection<string> warnings)
    {
        HashSet<MetricRow> kept = [.. rows.GroupBy(row => row.Source).SelectMany(source => source.OrderByDescending(row => row.Size).Take(maxRows))];
        if (kept.Count < rows.Count)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"Of '{thing.MetricName}' there are more than {maxRows} rows in a report: the {rows.Count - kept.Count} smallest have no metrics. Ask for fewer, or for more rows with -MaxRows (linuxmem: --max-rows)."));
        }

        return rows.FindAll(kept.Contains);
    }

    private static void Write(List<string> lines, MetricForm form, Metric metric, IEnumerable<(string Labels, double Value)> samples)
    {
        int before = lines.Count;

        // Only OpenMetrics names a counter without _total; where it is a comment, the unit harms nobody.
        string name = form == MetricForm.Prometheus ? metric.SampleName : metric.Name;
        lines.Add($"# HELP {name} {metric.Help}");
        lines.Add($"# TYPE {name} {metric.Type}");
        if (metric.Unit.Length > 0)
        {
            lines.Add($"# UNIT {name} {metric.Unit}");
        }

        int headed = lines.Count;
        foreach ((string labels, double value) in samples)
        {
            string braces = labels.Length > 0 ? $"{{{labels}}}" : string.Empty;
            lines.Add($"{metric.SampleName}{braces} {Number(value)}");
        }

        if (lines.Count == headed)
        {
            lines.RemoveRange(before, headed - before);
        }
    }

    /// <summary>Sizes as whole numbers, as far as a sample can tell them apart (2^53).</summary>
    private static string Number(double value) =>
        value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? ((long)value).ToString(CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    private sealed record Collected(IReadOnlyList<Metric> Metrics, List<MetricRow> Rows);
}

/// <summary>The forms of the text. They differ in what the header of a counter names.</summary>
public enum MetricForm
{
    /// <summary>OpenMetrics 1.0, <c>application/openmetrics-text</c>.</summary>
    OpenMetrics,

    /// <summary>The text format of Prometheus, version 0.0.4, which node_exporter reads from files.</summary>
    Prometheus,
}
