using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using LinuxMem.Engine.MemGroups;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the properties that processes can be divided by.</summary>
public sealed class ProcessPropertyCompleter : IArgumentCompleter
{
    /// <summary>Called by PowerShell when Tab is pressed behind <c>-SplitBy</c>.</summary>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        PropertySplit.Names
            .Where(name => name.StartsWith(wordToComplete ?? string.Empty, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, $"By the {name} of the process"));
}
