using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem shared</c>: the shared memory objects, and who holds them.</summary>
internal sealed class SharedCommand : Command
{
    private readonly Option<bool> skipOpenFiles = new("--skip-open-files")
    {
        Description = "Leave out what processes have open and not mapped.",
    };

    private readonly Option<int?> threads = new("--threads", "-t")
    {
        Description = "Threads that read. Default: all processors.",
        HelpName = "N",
        CustomParser = result => (int?)NumberArgument.Parse(result, int.MaxValue),
    };

    private readonly ProcRootParameter procRoot = new();
    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public SharedCommand(StandardStreams streams, CancellationToken cancellation)
        : base("shared", "All shared memory objects (SysV, POSIX, memfd, anonymous, tmpfs, huge pages), who holds them, and what no process holds; largest first.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        Options.Add(skipOpenFiles);
        procRoot.AddTo(this);
        Options.Add(threads);
        output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        SharedMemoryResult result = SharedObjects.Read(new SharedMemoryOptions
        {
            ProcRoot = procRoot.Path(parsed),
            SkipOpenFiles = parsed.GetValue(skipOpenFiles),
            Threads = parsed.GetValue(threads),
            Cancellation = cancellation,
        });
        foreach (string warning in result.Warnings)
        {
            streams.Error.WriteLine($"linuxmem: warning: {warning}");
        }

        foreach (string notice in result.Notices)
        {
            streams.Error.WriteLine(notice);
        }

        SectionWriter.Write(streams.Out, output.Format(parsed), SharedMemoryColumns.All, [new Section<SharedMemory>(null, result.Objects)]);
        return ExitCode.Done;
    }
}
