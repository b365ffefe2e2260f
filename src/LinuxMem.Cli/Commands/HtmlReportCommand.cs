using System.CommandLine;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Html;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem report</c>: charts and tables of a machine, in one HTML file.</summary>
internal sealed class HtmlReportCommand : ScanCommand
{
    private readonly Argument<string> file = new("file")
    {
        Description = "The file to write, such as today.html. Only its owner may read it.",
        HelpName = "FILE",
    };

    private readonly Option<bool> force = new("--force")
    {
        Description = "Replace a file that is there already.",
    };

    private readonly SplitParameters splits = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public HtmlReportCommand(StandardStreams streams, CancellationToken cancellation)
        : base(
            "report",
            "Charts and tables of all memory in one HTML file, which needs no network: of this machine, or of a snapshot (--proc-root). Groups are by user and by program, if nothing else is asked for.",
            streams,
            cancellation)
    {
        this.streams = streams;
        this.cancellation = cancellation;
        Arguments.Add(file);
        Options.Add(force);
        splits.AddTo(this);
        AddCommonOptions(hasOutput: false, openFiles: true);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(file)!;
        IReadOnlyList<Split> asked = splits.Splits(parsed);
        HtmlReport.Verify(path, parsed.GetValue(force));
        OverviewResult result = Scan(parsed, (scan, processes) => scan.Overview(processes, asked is [WholeSplit] ? MachineOverview.DefaultSplits : asked));
        Report(result.Scan);
        var report = new HtmlReport();
        report.Add(result);
        foreach (string warning in ScanNotices.Warnings(result.Scan))
        {
            report.Note(warning);
        }

        streams.Say($"{report.Summary} written to '{report.Write(path, parsed.GetValue(force), cancellation)}'");
        return ExitCode.Done;
    }
}
