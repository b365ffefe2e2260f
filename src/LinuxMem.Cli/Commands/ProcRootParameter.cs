using System.CommandLine;

namespace LinuxMem.Cli.Commands;

/// <summary>The option <c>--proc-root</c> of every command.</summary>
/// <param name="description">What its help says.</param>
/// <param name="helpName">What is given, as its help names it.</param>
internal sealed class ProcRootParameter(string description = "The /proc tree to read, or a snapshot.", string helpName = "DIR|FILE")
{
    private readonly Option<string?> option = new("--proc-root")
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = static _ => null,
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The /proc tree or snapshot; null for <c>/proc</c>.</summary>
    public string? Path(ParseResult parsed) => parsed.GetValue(option);
}
