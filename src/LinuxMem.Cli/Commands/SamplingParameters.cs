using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Cli.Commands;

/// <summary>The options of commands that look at the machine again and again.</summary>
/// <param name="usual">The seconds between two samples when no interval is given.</param>
internal sealed class SamplingParameters(double usual = 1)
{
    private const double Shortest = 0.01;

    private readonly Option<double?> interval = new("--interval", "-i")
    {
        Description = "Seconds from the beginning of one sample to that of the next; what takes longer skips some. Without --samples it goes on until Ctrl+C.",
        HelpName = "SECONDS",
        CustomParser = ParseSeconds,
    };

    private readonly Option<long?> samples = new("--samples", "-n")
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"How many samples to take, each a whole report with its own time. Default interval: {usual} {(usual == 1 ? "second" : "seconds")}."),
        HelpName = "N",
        CustomParser = result => NumberArgument.Parse(result),
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(interval);
        command.Options.Add(samples);
    }

    /// <summary>Whether several samples were asked for.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(interval) is not null || parsed.GetValue(samples) is not null;

    /// <summary>The time between two samples.</summary>
    public TimeSpan Interval(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(interval) ?? usual);

    /// <summary>How many samples; null for no end.</summary>
    public long? Samples(ParseResult parsed) => parsed.GetValue(samples);

    private static double? ParseSeconds(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds >= Shortest && seconds <= Beat.Longest.TotalSeconds)
        {
            return seconds;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"--interval: '{text}' is not a number of seconds from {Shortest} to {Beat.Longest.TotalSeconds}."));
        return null;
    }
}
