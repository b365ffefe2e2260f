using System.CommandLine;
using LinuxMem.Engine.MemGroups;

namespace LinuxMem.Cli.Commands;

/// <summary>The options that say by what to divide the processes: each one is a report.</summary>
internal sealed class SplitParameters
{
    private readonly Option<bool> byUser = new("--split-uid", "-u")
    {
        Description = "A group for each effective user.",
    };

    private readonly Option<string[]> byVariable = new("--split-env", "-e")
    {
        Description = "A group for each value of an environment variable. May be repeated: a report for each.",
        HelpName = "VAR",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int[]> byId = new("--split-pids", "-p")
    {
        Description = "The processes with these ids against all others. May be repeated: the ids form one list.",
        HelpName = "PID[,PID]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = NumberArgument.ParseList,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(byUser);
        command.Options.Add(byVariable);
        command.Options.Add(byId);
    }

    /// <summary>The reports asked for; one group of everything when none is.</summary>
    /// <exception cref="LinuxMemException">One of them makes no sense.</exception>
    public IReadOnlyList<Split> Splits(ParseResult parsed)
    {
        var splits = new List<Split>();
        if (parsed.GetValue(byUser))
        {
            splits.Add(new UidSplit());
        }

        foreach (string variable in parsed.GetValue(byVariable) ?? [])
        {
            splits.Add(new EnvironmentSplit(variable));
        }

        if (parsed.GetValue(byId) is { Length: > 0 } ids)
        {
            splits.Add(new PidSplit(ids));
        }

        return splits is [] ? [new WholeSplit()] : splits;
    }
}
