using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes names of environment variables that running processes have.</summary>
public sealed class EnvironmentVariableCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root) =>
        from variable in InUse(Processes(root, ProcessFacts.Environment))
        where word.Begins(variable.Name, StringComparison.OrdinalIgnoreCase)
        select Value(word, variable.Name, variable.Name, $"Set in {Count(variable.Processes, "process", "processes")}, {Count(variable.Values, "value", "different values")}");

    /// <summary>The variables, with the number of processes that have each, and of its distinct values.</summary>
    internal static IEnumerable<(string Name, int Processes, int Values)> InUse(IEnumerable<MemProcess> processes) =>
        from pair in processes.SelectMany(process => process.GetEnvironment())
        group pair.Value by pair.Key into same
        where same.Key.Length > 0
        orderby same.Key
        select (same.Key, same.Count(), same.Distinct(StringComparer.Ordinal).Count());
}
