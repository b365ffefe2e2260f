using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Metrics;

namespace LinuxMem.Cli.Output;

/// <summary>Writes rows as metrics, to standard output or to a file that is replaced whole.</summary>
internal static class MetricOutput
{
    public static void Write<T>(StandardStreams streams, OutputFormat format, ColumnSet<T> columns, IEnumerable<T> rows)
    {
        var samples = new MetricSamples(format.MaxRows);
        foreach (T row in rows)
        {
            samples.Add(columns, column => column.Of(row!));
        }

        var warnings = new List<string>();
        IEnumerable<string> lines = samples.Lines(format.Path is string named ? MetricFile.FormOf(named) : MetricForm.OpenMetrics, warnings);
        warnings.ForEach(warning => streams.Say($"linuxmem: warning: {warning}"));
        if (format.Path is string path)
        {
            MetricFile.Write(path, lines);
            return;
        }

        foreach (string line in lines)
        {
            streams.Out.WriteLine(line);
        }
    }
}
