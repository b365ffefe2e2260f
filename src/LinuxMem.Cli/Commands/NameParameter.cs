using System.CommandLine;
using System.IO.Enumeration;

namespace LinuxMem.Cli.Commands;

/// <summary>The option of commands that list what has names: only some of them.</summary>
/// <param name="description">What it says of itself in the help.</param>
/// <param name="name">The option.</param>
/// <param name="helpName">Its value in the help.</param>
internal sealed class NameParameter(string description, string name = "--name", string helpName = "NAME")
{
    private readonly Option<string[]> option = new(name)
    {
        Description = description + "; * and ? stand for any characters. May be repeated.",
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The names; null or empty for all.</summary>
    public string[]? Names(ParseResult parsed) => parsed.GetValue(option);

    /// <summary>True when a name may stand for many.</summary>
    public static bool HasWildcards(string name) => name.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>True when what was asked for is one of the names. Upper and lower case differ, as on Linux.</summary>
    public static bool IsOne(IReadOnlyList<string> names, string wanted) => names.Any(name => FileSystemName.MatchesSimpleExpression(wanted, name, ignoreCase: false));
}
