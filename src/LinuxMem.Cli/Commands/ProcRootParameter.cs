using System.CommandLine;

namespace LinuxMem.Cli.Commands;

/// <summary>The option <c>--proc-root</c> of every command.</summary>
internal sealed class ProcRootParameter
{
    private readonly Option<string?> option = new("--proc-root")
    {
        Description = "The /proc tree to read, or a snapshot.",
        HelpName = "DIR|FILE",
        DefaultValueFactory = static _ => null,
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The /proc tree or snapshot; null for <c>/proc</c>.</summary>
    public string? Path(ParseResult parsed) => parsed.GetValue(option);
}
