using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the data directories of running clusters of PostgreSQL.</summary>
public sealed class DataDirectoryCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from cluster in PostgresReport.List(root, stop)
        where word.Begins(cluster.DataDirectory, StringComparison.Ordinal)
        orderby cluster.DataDirectory
        select Value(word, WildcardPattern.Escape(cluster.DataDirectory), cluster.DataDirectory, string.Create(CultureInfo.InvariantCulture, $"the postmaster is process {cluster.PostmasterPid}"));
}
