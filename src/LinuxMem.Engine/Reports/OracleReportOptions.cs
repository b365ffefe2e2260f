using LinuxMem.Engine.Oracle;

namespace LinuxMem.Engine.Reports;

/// <summary>How to list Oracle instances.</summary>
public sealed record OracleReportOptions : ReportOptions
{
    /// <summary>The default of <see cref="Timeout"/>, in seconds.</summary>
    public const int DefaultTimeout = OracleOptions.DefaultTimeout;

    /// <summary>The longest <see cref="Timeout"/>, in seconds.</summary>
    public const int MaxTimeout = OracleOptions.MaxTimeout;

    /// <summary>Seconds that each instance has to answer in, 1 to <see cref="MaxTimeout"/>.</summary>
    public int Timeout { get; init; } = DefaultTimeout;

    /// <summary>Chooses instances by their names, before any is asked; null for all.</summary>
    public Func<string, bool>? Wanted { get; init; }
}

/// <summary>The Oracle instances. The scan is the one behind their figures.</summary>
/// <param name="Instances">The instances, largest SGA first.</param>
public sealed record OracleResult(IReadOnlyList<OracleInstance> Instances) : ReportResult;
