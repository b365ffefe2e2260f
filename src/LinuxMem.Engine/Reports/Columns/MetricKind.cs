namespace LinuxMem.Engine.Reports.Columns;

/// <summary>What a column is as a metric.</summary>
public enum MetricKind
{
    /// <summary>A gauge in bytes where it is a size; else none.</summary>
    ByColumn,

    /// <summary>None.</summary>
    None,

    /// <summary>A value that rises and falls.</summary>
    Gauge,

    /// <summary>A count that only rises, until what is counted begins anew.</summary>
    Counter,

    /// <summary>A percentage, which a metric has as a ratio from 0 to 1.</summary>
    Ratio,
}
