using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Cli.Commands;

/// <summary>The options of commands that look at the machine again and again.</summary>
internal sealed class SamplingParameters
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
        Description = "How many samples to take, each a whole report with its own time. Default interval: 1 second.",
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
    /// <param name="parsed">The arguments.</param>
    /// <param name="usual">The seconds when not given.</param>
    public TimeSpan Interval(ParseResult parsed, double usual = 1) => TimeSpan.FromSeconds(parsed.GetValue(interval) ?? usual);

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
