using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem oracle</c>: the memory of Oracle instances, as the instances report it.</summary>
internal sealed class OracleCommand : Command
{
    private readonly Option<int?> timeout = new("--timeout")
    {
        Description = $"Seconds that each instance has to answer in. Default: {OracleOptions.DefaultTimeout}.",
        HelpName = "S",
        CustomParser = result => (int?)NumberArgument.Parse(result, OracleOptions.MaxTimeout),
    };

    private readonly ProcRootParameter procRoot = new("The /proc tree to read, or a snapshot. Nothing is run on account of a copy or a snapshot.");

    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public OracleCommand(StandardStreams streams, CancellationToken cancellation)
        : base("oracle", "The memory of Oracle instances, asked through their own sqlplus with their owners' rights, largest SGA first.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        Options.Add(timeout);
        procRoot.AddTo(this);
        output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        IReadOnlyList<OracleInstance> instances = OracleInstances.Read(new OracleOptions
        {
            ProcRoot = procRoot.Path(parsed),
            Timeout = parsed.GetValue(timeout) ?? OracleOptions.DefaultTimeout,
            Unread = Warn,
            Cancellation = cancellation,
        });
        SectionWriter.Write(streams, output.Format(parsed), OracleColumns.All, [new Section<OracleInstance>(null, instances)]);
        return ExitCode.Done;
    }

    private void Warn(IReadOnlyList<(MemProcess Process, string Reason)> unread)
    {
        if (ScanNotices.Unread(unread, ScanNotices.FromInstances) is string warning)
        {
            streams.Say($"linuxmem: warning: {warning}");
        }
    }
}
