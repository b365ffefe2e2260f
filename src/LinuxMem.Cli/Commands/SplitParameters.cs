using System.CommandLine;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Cli.Commands;

/// <summary>The names of programs and the split options; each one adds a report.</summary>
internal sealed class SplitParameters
{
    private readonly ProgramNames names = new();

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

    private readonly Option<string[]> byFilters = new("--split-custom", "-c")
    {
        Description = "A group for each of a list of filters, such as 'comm(sshd),uid(1001)': the first that matches takes "
            + "the process, the rest is the group Other. May be repeated: a report for each.",
        HelpName = "FILTERS",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> byProperty = new("--split-by")
    {
        Description = $"A group for each value of a property: {string.Join(", ", PropertySplit.Names)}. May be repeated: a report for each.",
        HelpName = "PROPERTY",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="rest">A sentence that tells what becomes of the processes of no name.</param>
    public void AddTo(Command command, string rest = "The rest is the group Other.")
    {
        names.AddTo(command, $"A group for each program of that name, in any case; * and ? stand for any characters. {rest}");
        command.Options.Add(byUser);
        command.Options.Add(byVariable);
        command.Options.Add(byId);
        command.Options.Add(byFilters);
        command.Options.Add(byProperty);
    }

    /// <summary>The splits requested; one group of all processes when none is.</summary>
    /// <exception cref="LinuxMemException">An option is invalid.</exception>
    public IReadOnlyList<Split> Splits(ParseResult parsed)
    {
        var splits = new List<Split>();
        if (names.Given(parsed) is { Length: > 0 } programs)
        {
            splits.Add(new NameSplit(programs));
        }

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

        foreach (string filters in parsed.GetValue(byFilters) ?? [])
        {
            splits.Add(new CustomSplit(FilterParser.ParseList(filters)));
        }

        foreach (string property in parsed.GetValue(byProperty) ?? [])
        {
            splits.Add(new PropertySplit(property));
        }

        return splits is [] ? [new WholeSplit()] : splits;
    }
}
