using System.CommandLine;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem machine</c>: where all memory of the machine is.</summary>
internal sealed class MachineCommand : ReportCommand, ITellsColumns
{
    private readonly Option<bool> skipScan = new("--skip-scan")
    {
        Description = "Read the kernel's counters alone, and no process: takes milliseconds, and needs no rights.",
    };

    public MachineCommand(StandardStreams streams, CancellationToken cancellation)
        : base("machine", "Where all memory of the machine is: parts that add up to MemTotal.", streams, cancellation)
    {
        Options.Add(skipScan);
        AddCommonOptions(parsed => Write(
            parsed,
            PartColumns.All,
            Read(parsed, new MachineOptions { SkipScan = parsed.GetValue(skipScan) }, MachineReport.Read, ScanNotices.FromFigures).Parts));
    }

    /// <inheritdoc/>
    public ColumnSet Columns => PartColumns.All;
}
