using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.MemGroups;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem groups</c>: the memory of groups of processes.</summary>
internal sealed class GroupsCommand : Command
{
    private readonly SplitParameters splits = new();
    private readonly ScanParameters scanning = new();
    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public GroupsCommand(StandardStreams streams, CancellationToken cancellation)
        : base("groups", "The memory of groups of processes: by user, by environment variable, by process id, or of all together.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        splits.AddTo(this);
        scanning.AddTo(this);
        output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        ScanResult result = Scan(parsed);
        foreach (string warning in ScanNotices.Warnings(result))
        {
            streams.Error.WriteLine($"linuxmem: warning: {warning}");
        }

        streams.Error.WriteLine(ScanNotices.Scanned(result));
        Section<MemGroup>[] sections = [.. result.Reports.Select(report => new Section<MemGroup>(report.Split, report.Groups))];
        SectionWriter.Write(streams.Out, output.Format(parsed), GroupColumns.All, sections);
        return ExitCode.Done;
    }

    private ScanResult Scan(ParseResult parsed)
    {
        IReadOnlyList<Split> asked = splits.Splits(parsed);
        using var progress = new ProgressLine(streams.Error);
        MemScan scan = MemScan.Begin(scanning.Options(parsed, progress.Show, cancellation));
        return scan.Run(scan.Table.Processes, asked);
    }
}
