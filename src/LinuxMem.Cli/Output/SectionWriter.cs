using LinuxMem.Engine.Native;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Cli.Output;

/// <summary>Writes the rows of a command in the format requested.</summary>
internal static class SectionWriter
{
    /// <summary>Writes all sections: one table each, or one JSON array or CSV list for all of them.</summary>
    /// <param name="streams">Receive the output, and what is to be said of it.</param>
    /// <param name="format">The format.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="sections">The rows; those of an array or list are written as they come.</param>
    /// <param name="table">The columns of tables; null for the default ones.</param>
    public static void Write<T>(
        StandardStreams streams, OutputFormat format, ColumnSet<T> columns, IEnumerable<Section<T>> sections, IReadOnlyList<Column<T>>? table = null)
    {
        TextWriter writer = streams.Out;
        switch (format.Kind)
        {
            case OutputKind.Json:
                JsonOutput.Write(writer, columns.Data, sections.SelectMany(section => section.Rows));
                break;
            case OutputKind.Csv:
                CsvOutput.Write(writer, columns.Data, sections.SelectMany(section => section.Rows));
                break;
            case OutputKind.OpenMetrics:
                MetricOutput.Write(streams, format, columns, sections.SelectMany(section => section.Rows));
                break;
            default:
                TableOutput.Write(writer, table ?? columns.Table, [.. sections], TerminalSize.OutputColumns());
                break;
        }
    }
}
