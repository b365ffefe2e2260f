using System.CommandLine;

namespace LinuxMem.Cli.Commands;

/// <summary>The option <c>--threads</c> of every command that reads processes on several threads.</summary>
internal sealed class ThreadsParameter
{
    private readonly Option<int?> option = new("--threads", "-t")
    {
        Description = "Threads that read. Default: all processors.",
        HelpName = "N",
        CustomParser = result => (int?)NumberArgument.Parse(result, int.MaxValue),
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The most threads; null when it is not said.</summary>
    public int? Count(ParseResult parsed) => parsed.GetValue(option);
}
