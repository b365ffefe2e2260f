using LinuxMem.Engine.Reports.Metrics;

namespace LinuxMem.Cli.Output;

/// <summary>How a command is to write what it has.</summary>
/// <param name="Kind">The format.</param>
/// <param name="Path">The file of metrics to write; null for standard output.</param>
/// <param name="MaxRows">The most rows of a report that get metrics.</param>
internal sealed record OutputFormat(OutputKind Kind, string? Path = null, int MaxRows = MetricSamples.DefaultMaxRows);

/// <summary>The formats that every command can write.</summary>
internal enum OutputKind
{
    /// <summary>Box-drawing tables for people.</summary>
    Table,

    /// <summary>One array of flat objects.</summary>
    Json,

    /// <summary>RFC 4180 with a header line.</summary>
    Csv,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}
