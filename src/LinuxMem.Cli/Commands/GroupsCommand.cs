using System.CommandLine;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem groups</c>: the memory of groups of processes.</summary>
internal sealed class GroupsCommand : ScanCommand, ITellsColumns
{
    private readonly SplitParameters splits = new();
    private readonly SamplingParameters sampling = new();

    public GroupsCommand(StandardStreams streams, CancellationToken cancellation)
        : base(
            "groups",
            "The memory of groups of processes: by name, by user, by environment variable, by process id, by filters, by any property, or of all together.",
            streams,
            cancellation)
    {
        splits.AddTo(this);
        sampling.AddTo(this);
        AddCommonOptions();
        SetAction(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => GroupColumns.All;

    private int Run(ParseResult parsed)
    {
        IReadOnlyList<Split> asked = splits.Splits(parsed);
        if (sampling.IsAsked(parsed))
        {
            WriteSamples(parsed, sampling.Interval(parsed), sampling.Samples(parsed), asked);
            return ExitCode.Done;
        }

        ScanResult result = Scan(parsed, (scan, processes) => scan.Run(processes, asked));
        Report(result);
        return WriteFound(parsed, GroupColumns.All, SectionsOf(result), result);
    }
}
