using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Completion;

/// <summary>
/// What the completers have in common: the word that is typed, and how a value is written on a command line.
/// Completing never fails, and it never scans, asks or attaches anything: it looks at the /proc tree of the command.
/// </summary>
public abstract class ValueCompleter : IArgumentCompleter
{
    /// <summary>More than anyone looks through; menus of thousands take a terminal seconds.</summary>
    private const int Most = 500;

    /// <summary>Called by PowerShell when Tab is pressed.</summary>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var word = TypedWord.From(wordToComplete, commandAst);
            using Machine root = Machine.Open((fakeBoundParameters?["ProcRoot"] as string) is { Length: > 0 } path && Path.IsPathRooted(path) ? path : null);
            return [.. Complete(word, root).Take(Most)];
        }
        catch (LinuxMemException)
        {
            return [];
        }
    }

    /// <summary>What the word may become.</summary>
    private protected abstract IEnumerable<CompletionResult> Complete(TypedWord word, Machine root);

    /// <summary>A value for a parameter, in quotes where it needs them.</summary>
    private protected static CompletionResult Value(TypedWord word, string value, string shown, string tip) =>
        new(word.Quote(value), VisibleText.ForTerminal(shown), CompletionResultType.ParameterValue, VisibleText.ForTerminal(tip));

    /// <summary>Processes with what names them, in the order of their ids.</summary>
    private protected static IReadOnlyList<MemProcess> Processes(Machine root, ProcessFacts facts)
    {
        ProcessTable table = ProcessTable.List(root, Environment.ProcessorCount);
        ProcessTable.Load(table.Processes, facts, Environment.ProcessorCount);
        return table.Processes;
    }

    /// <summary>How many there are, in words.</summary>
    private protected static string Count(int count, string one, string many) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
