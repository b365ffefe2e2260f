using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem sharing</c>: what groups of processes share.</summary>
internal sealed class SharingCommand : ScanCommand, ITellsColumns
{
    private readonly SplitParameters splits = new();

    public SharingCommand(StandardStreams streams, CancellationToken cancellation)
        : base(
            "sharing",
            "What groups of processes share: each with anyone, and each two of them. The groups are those of 'linuxmem groups'.",
            streams,
            cancellation)
    {
        splits.AddTo(this);
        AddCommonOptions();
        SetAction(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => SharingColumns.All;

    private int Run(ParseResult parsed)
    {
        IReadOnlyList<Split> asked = splits.Splits(parsed);
        if (asked is [WholeSplit])
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "'linuxmem sharing' needs groups to compare. Give NAME, -u, -e, -p, -c or --split-by.", asked);
        }

        SharingResult result = Scan(parsed, (scan, processes) => scan.Share(processes, asked));
        Report(result.Scan);
        IEnumerable<Section<MemSharing>> sections = result.Reports.Select(report => new Section<MemSharing>(report.Split, report.Lines));
        return WriteFound(parsed, SharingColumns.All, sections, result.Scan);
    }
}
