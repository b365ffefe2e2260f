using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the properties that reports can be split by.</summary>
public sealed class ProcessPropertyCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        PropertySplit.Names
            .Where(name => word.Begins(name, StringComparison.OrdinalIgnoreCase))
            .Select(name => Value(word, name, name, $"By the {name} of the process"));
}
