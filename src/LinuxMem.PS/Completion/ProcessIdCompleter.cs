using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes process ids, by number or by command name.</summary>
public sealed class ProcessIdCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from process in Processes(root, ProcessFacts.CommandLine | ProcessFacts.Status, stop)
        let id = process.Id.ToString(CultureInfo.InvariantCulture)
        where word.Begins(id) || word.Begins(process.Comm, StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(id, Shown(process), CompletionResultType.ParameterValue, Tip(process));

    /// <summary>The text in the menu: <c>4711 (bash)</c>.</summary>
    internal static string Shown(MemProcess process) => Visible(process.ToString());

    /// <summary>The tooltip: user and command line.</summary>
    internal static string Tip(MemProcess process) =>
        Visible($"{process.User}: {(process.CommandLine is { Length: > 0 } line ? line : process.Comm)}");
}
