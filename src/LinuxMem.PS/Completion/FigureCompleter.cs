using System.Management.Automation;
using LinuxMem.Engine.Reports.Comparison;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the figures that groups can be compared by.</summary>
public sealed class FigureCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        GroupComparison.FigureNames
            .Where(name => word.Begins(name, StringComparison.OrdinalIgnoreCase))
            .Select(name => Value(word, name, name, $"Compares {name}"));
}
