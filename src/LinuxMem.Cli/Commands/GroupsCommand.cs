using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem groups</c>: the memory of groups of processes.</summary>
internal sealed class GroupsCommand : ScanCommand
{
    private readonly SplitParameters splits = new();

    public GroupsCommand(StandardStreams streams, CancellationToken cancellation)
        : base(
            "groups",
            "The memory of groups of processes: by name, by user, by environment variable, by process id, by filters, by any property, or of all together.",
            streams,
            cancellation)
    {
        splits.AddTo(this);
        AddCommonOptions();
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        IReadOnlyList<Split> asked = splits.Splits(parsed);
        ScanResult result = Scan(parsed, (scan, processes) => scan.Run(processes, asked));
        Report(result);
        IEnumerable<Section<MemGroup>> sections = result.Reports.Select(report => new Section<MemGroup>(report.Split, report.Groups));
        return WriteFound(parsed, GroupColumns.All, sections, result);
    }
}
