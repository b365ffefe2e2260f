using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes names of environment variables that running processes have.</summary>
public sealed class EnvironmentVariableCompleter : ValueCompleter
{
    private const int MaxOfOneProcess = 1000;
    private const int MaxNames = 10_000;
    private const int MaxValues = 100_000;
    private const int MaxNameLength = 256;

    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from variable in InUse(Processes(root, ProcessFacts.Environment, stop))
        where word.Begins(variable.Name, StringComparison.OrdinalIgnoreCase)
        select Value(word, variable.Name, variable.Name, $"Set in {Count(variable.Processes, "process", "processes")}, {Count(variable.Values, "value", "different values")}");

    /// <summary>
    /// The variables, with the number of processes that have each, and of its distinct values: as many as somebody may look
    /// for, so that no process fills the memory with names.
    /// </summary>
    internal static IEnumerable<(string Name, int Processes, int Values)> InUse(IEnumerable<MemProcess> processes)
    {
        var known = new Dictionary<string, Use>(StringComparer.Ordinal);
        int values = 0;
        foreach (MemProcess process in processes)
        {
            foreach ((string name, string value) in process.GetEnvironment().Take(MaxOfOneProcess))
            {
                if (name.Length is 0 or > MaxNameLength || (!known.TryGetValue(name, out Use? use) && known.Count == MaxNames))
                {
                    continue;
                }

                known[name] = use ??= new Use();
                use.Processes++;

                // Hashes tell values apart well enough for a tooltip.
                if (values < MaxValues && use.Values.Add(string.GetHashCode(value, StringComparison.Ordinal)))
                {
                    values++;
                }
            }
        }

        return known.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.Processes, pair.Value.Values.Count));
    }

    private sealed class Use
    {
        public int Processes { get; set; }

        public HashSet<int> Values { get; } = [];
    }
}
