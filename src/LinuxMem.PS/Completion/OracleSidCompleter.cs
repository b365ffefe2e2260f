using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the names of Oracle instances.</summary>
public sealed class OracleSidCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from instance in OracleInstances.List(root, stop)
        where word.Begins(instance.Sid, StringComparison.OrdinalIgnoreCase)
        orderby instance.Sid
        select Value(word, WildcardPattern.Escape(instance.Sid), instance.Sid, string.Create(CultureInfo.InvariantCulture, $"pmon is process {instance.PmonPid}"));
}
