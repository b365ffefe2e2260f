using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the names of processes (comm).</summary>
public sealed class ProcessNameCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from same in Processes(root, ProcessFacts.None, stop).GroupBy(process => process.Comm, StringComparer.Ordinal)
        where same.Key.Length > 0 && word.Begins(same.Key)
        orderby same.Key
        select Value(word, WildcardPattern.Escape(same.Key), same.Key, Count(same.Count(), "process", "processes"));
}
