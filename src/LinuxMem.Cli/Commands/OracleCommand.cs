using System.CommandLine;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem oracle</c>: the memory of Oracle instances, as the instances report it.</summary>
internal sealed class OracleCommand : ReportCommand, ITellsColumns
{
    private readonly Option<int?> timeout = new("--timeout")
    {
        Description = $"Seconds that each instance has to answer in. Default: {OracleReportOptions.DefaultTimeout}.",
        HelpName = "S",
        CustomParser = result => (int?)NumberArgument.Parse(result, OracleReportOptions.MaxTimeout),
    };

    public OracleCommand(StandardStreams streams, CancellationToken cancellation)
        : base("oracle", "The memory of Oracle instances, asked through their own sqlplus with their owners' rights, largest SGA first.", streams, cancellation, new ProcRootParameter("The /proc tree to read, or a snapshot. Nothing is run on account of a copy or a snapshot."))
    {
        Options.Add(timeout);
        AddCommonOptions(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => OracleColumns.All;

    private void Run(ParseResult parsed) => Write(
        parsed,
        OracleColumns.All,
        Read(parsed, new OracleReportOptions { Timeout = parsed.GetValue(timeout) ?? OracleReportOptions.DefaultTimeout }, OracleReport.Read, ScanNotices.FromInstances).Instances);
}
