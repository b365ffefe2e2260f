using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem machine</c>: where all memory of the machine is.</summary>
internal sealed class MachineCommand : Command
{
    private readonly Option<bool> skipScan = new("--skip-scan")
    {
        Description = "Read the kernel's counters alone, and no process: takes milliseconds, and needs no rights.",
    };

    private readonly ThreadsParameter threads = new();

    private readonly ProcRootParameter procRoot = new();
    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public MachineCommand(StandardStreams streams, CancellationToken cancellation)
        : base("machine", "Where all memory of the machine is: parts that add up to MemTotal.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        Options.Add(skipScan);
        procRoot.AddTo(this);
        threads.AddTo(this);
        output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        MachineResult result = MachineReport.Read(new MachineOptions
        {
            ProcRoot = procRoot.Path(parsed),
            SkipScan = parsed.GetValue(skipScan),
            Threads = threads.Count(parsed),
            Cancellation = cancellation,
        });
        foreach (string warning in result.Scan is ScanResult scan ? ScanNotices.Warnings(scan) : result.Warnings)
        {
            streams.Say($"linuxmem: warning: {warning}");
        }

        if (result.Scan is not null)
        {
            streams.Say(ScanNotices.Scanned(result.Scan));
        }

        foreach (string notice in result.Notices)
        {
            streams.Say(notice);
        }

        SectionWriter.Write(streams, output.Format(parsed), PartColumns.All, [new Section<MemPart>(null, result.Parts)]);
        return ExitCode.Done;
    }
}
