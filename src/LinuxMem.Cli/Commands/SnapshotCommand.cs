using System.CommandLine;
using System.IO.Enumeration;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary>
/// <c>linuxmem snapshot</c>: everything that the other commands read, in one file for another machine or user.
/// </summary>
internal sealed class SnapshotCommand : Command
{
    private readonly Argument<string> file = new("file")
    {
        Description = "The file to write, such as db1.tar.gz. Only its owner may read it. Every command takes it as its --proc-root.",
        HelpName = "FILE",
    };

    private readonly Option<bool> force = new("--force")
    {
        Description = "Replace a file that is there already.",
    };

    private readonly Option<string[]> include = new("--include-environment", "-i")
    {
        Description = "An environment variable to write with its value; * and ? stand for any characters. Of the others, only the names are written. May be repeated.",
        HelpName = "VAR",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> filter = new("--filter", "-f")
    {
        Description = "Write only the processes that match. The snapshot is then of a machine that has no others.",
        HelpName = "FILTER",
        DefaultValueFactory = static _ => null,
    };

    private readonly ProcRootParameter procRoot = new("The live /proc tree to read.", "DIR");

    private readonly Option<bool> skipOracle = new("--skip-oracle")
    {
        Description = "Do not run sqlplus to ask the Oracle instances.",
    };

    private readonly Option<int?> timeout = new("--timeout")
    {
        Description = $"Seconds that each Oracle instance has to answer in. Default: {OracleReportOptions.DefaultTimeout}.",
        HelpName = "S",
        CustomParser = result => (int?)NumberArgument.Parse(result, OracleReportOptions.MaxTimeout),
    };

    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public SnapshotCommand(StandardStreams streams, CancellationToken cancellation)
        : base("snapshot", "Writes all that the other commands read into one compressed file, to be looked at elsewhere: by any user, on any machine.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        Arguments.Add(file);
        Options.Add(force);
        Options.Add(include);
        Options.Add(filter);
        procRoot.AddTo(this);
        Options.Add(skipOracle);
        Options.Add(timeout);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string[] included = parsed.GetValue(include) ?? [];
        using var progress = new ProgressLine(streams.Error);
        SnapshotResult result = MemSnapshot.Write(new SnapshotOptions
        {
            Path = parsed.GetValue(file)!,
            Force = parsed.GetValue(force),
            IncludeEnvironment = name => Array.Exists(included, pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)),
            Filter = parsed.GetValue(filter) is string text ? FilterParser.Parse(text) : null,
            ProcRoot = procRoot.Path(parsed),
            SkipOracle = parsed.GetValue(skipOracle),
            OracleTimeout = parsed.GetValue(timeout) ?? OracleReportOptions.DefaultTimeout,
            Cancellation = cancellation,
            Progress = progress.Show,
        });
        progress.Dispose();
        if (SnapshotNotices.Unreadable(result) is string warning)
        {
            streams.Say($"linuxmem: warning: {warning}");
        }

        foreach (string told in result.Warnings)
        {
            streams.Say($"linuxmem: warning: {told}");
        }

        streams.Say(SnapshotNotices.Written(result));
        return ExitCode.Done;
    }
}
