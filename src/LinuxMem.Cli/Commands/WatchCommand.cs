using System.CommandLine;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Watching;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem watch</c>: the memory of groups live; without a terminal, one report after the other.</summary>
internal sealed class WatchCommand : ScanCommand
{
    private const double UsualInterval = 2;

    private readonly SplitParameters splits = new();
    private readonly SamplingParameters sampling = new(UsualInterval);
    private readonly Option<int?> top = new("--top")
    {
        Description = "Only so many groups, the first by the order chosen. Default: what has room.",
        HelpName = "N",
        CustomParser = result => (int?)NumberArgument.Parse(result, int.MaxValue),
    };

    private readonly CancellationToken cancellation;

    public WatchCommand(StandardStreams streams, CancellationToken cancellation)
        : base(
            "watch",
            "The memory of groups of processes live, with what has changed. q ends it; the bottom line has the other keys. Without a terminal: one report after the other.",
            streams,
            cancellation)
    {
        this.cancellation = cancellation;
        splits.AddTo(this);
        sampling.AddTo(this);
        Options.Add(top);
        AddCommonOptions();
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        IReadOnlyList<Split> asked = splits.Splits(parsed);
        TimeSpan interval = sampling.Interval(parsed);
        int? most = parsed.GetValue(top);
        if (!WatchSession.CanDraw || !IsTable(parsed) || sampling.Samples(parsed) is not null)
        {
            WriteSamples(parsed, interval, sampling.Samples(parsed), asked, most);
            return ExitCode.Done;
        }

        using Stream output = Console.OpenStandardOutput();
        bool isFirst = true;
        new WatchSession(interval, most, Look, output).Run(cancellation);
        return ExitCode.Done;

        WatchLook Look(WatchRequest? request, CancellationToken stop)
        {
            var held = new List<string>();
            WatchLook look = ScanQuietly(parsed, (scan, processes) => WatchLook.At(scan, processes, asked, request, result => [.. held, .. result.Missing.Select(missing => missing.Message), .. ScanNotices.Warnings(result)], out _, isFirst), held, stop);
            isFirst = false;
            return look;
        }
    }
}
