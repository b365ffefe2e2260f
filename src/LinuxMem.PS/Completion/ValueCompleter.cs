using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Completion;

/// <summary>
/// The base of the completers: parses the word typed and quotes values. A completer never throws, never scans pages,
/// and never runs or attaches anything: it only reads the machine that the command names.
/// </summary>
public abstract class ValueCompleter : IArgumentCompleter
{
    /// <summary>The most suggestions: a terminal takes seconds to show thousands.</summary>
    private const int MaxValues = 500;

    /// <summary>Called by PowerShell when Tab is pressed.</summary>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var word = TypedWord.From(wordToComplete, commandAst);
            using Machine root = Machine.Open((fakeBoundParameters?["ProcRoot"] as string) is { Length: > 0 } path && Path.IsPathRooted(path) ? path : null);
            return [.. Complete(word, root).Take(MaxValues)];
        }
        catch (LinuxMemException)
        {
            return [];
        }
    }

    /// <summary>The completions of the word.</summary>
    private protected abstract IEnumerable<CompletionResult> Complete(TypedWord word, Machine root);

    /// <summary>A completion for a parameter value, quoted where needed.</summary>
    private protected static CompletionResult Value(TypedWord word, string value, string shown, string tip) =>
        new(word.Quote(value), VisibleText.ForTerminal(shown), CompletionResultType.ParameterValue, VisibleText.ForTerminal(tip));

    /// <summary>Lists the processes, with facts, by ascending id.</summary>
    private protected static IReadOnlyList<MemProcess> Processes(Machine root, ProcessFacts facts)
    {
        ProcessTable table = ProcessTable.List(root, Environment.ProcessorCount);
        ProcessTable.Load(table.Processes, facts, Environment.ProcessorCount);
        return table.Processes;
    }

    /// <summary>The count with the word in singular or plural.</summary>
    private protected static string Count(int count, string one, string many) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
