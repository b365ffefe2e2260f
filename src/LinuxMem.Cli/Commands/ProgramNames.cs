using System.CommandLine;
using LinuxMem.Engine.Filters;

namespace LinuxMem.Cli.Commands;

/// <summary>The names of programs that a command takes as arguments.</summary>
internal sealed class ProgramNames
{
    private readonly Argument<string[]> names = new("NAME")
    {
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Adds the arguments to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="description">What becomes of processes of these names.</param>
    public void AddTo(Command command, string description)
    {
        names.Description = description;
        names.Validators.Add(result =>
        {
            // An option that does not exist is no name.
            foreach (string word in result.Tokens.Select(token => token.Value).Where(word => word.StartsWith('-')))
            {
                result.AddError($"There is no option '{word}'. 'linuxmem {command.Name} --help' lists those there are.");
            }
        });
        command.Arguments.Add(names);
    }

    /// <summary>The names that were given.</summary>
    /// <exception cref="LinuxMemException">One is empty.</exception>
    public NameFilter[] Given(ParseResult parsed) => [.. (parsed.GetValue(names) ?? []).Select(name => new NameFilter(name))];
}
