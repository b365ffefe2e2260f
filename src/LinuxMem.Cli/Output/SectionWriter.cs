namespace LinuxMem.Cli.Output;

/// <summary>Writes the rows of a command in the format asked for.</summary>
internal static class SectionWriter
{
    /// <summary>Writes all sections: a table each, or one array or one list for all.</summary>
    public static void Write<T>(TextWriter writer, OutputFormat format, IReadOnlyList<Column<T>> columns, IReadOnlyList<Section<T>> sections)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonOutput.Write(writer, columns, sections.SelectMany(section => section.Rows));
                break;
            case OutputFormat.Csv:
                CsvOutput.Write(writer, columns, sections.SelectMany(section => section.Rows));
                break;
            default:
                TableOutput.Write(writer, columns, sections);
                break;
        }
    }
}
