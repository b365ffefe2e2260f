using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes nothing, for parameters that take a number: PowerShell would offer the names of files.</summary>
public sealed class NumberCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => [];
}
