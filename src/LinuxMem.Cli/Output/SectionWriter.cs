using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Cli.Output;

/// <summary>Writes the rows of a command in the format asked for.</summary>
internal static class SectionWriter
{
    /// <summary>Writes all sections: a table each, or one array or one list for all.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="format">The format.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="sections">The rows.</param>
    /// <param name="table">The columns of tables; the usual ones when not given.</param>
    public static void Write<T>(
        TextWriter writer, OutputFormat format, ColumnSet<T> columns, IReadOnlyList<Section<T>> sections, IReadOnlyList<Column<T>>? table = null)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonOutput.Write(writer, columns.Data, sections.SelectMany(section => section.Rows));
                break;
            case OutputFormat.Csv:
                CsvOutput.Write(writer, columns.Data, sections.SelectMany(section => section.Rows));
                break;
            default:
                TableOutput.Write(writer, table ?? columns.Table, sections);
                break;
        }
    }
}
