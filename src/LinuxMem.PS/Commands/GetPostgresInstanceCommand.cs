using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists the running clusters of PostgreSQL and what they hold.</para>
/// <para type="description">Shared memory whether somebody maps it or not, private memory of all processes and of backends, page tables, huge pages, what comes back when it stops, and the settings that matter from its files. Nobody connects to a server.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "PostgresInstance", HelpUri = OnlineHelp.Pages + "Get-PostgresInstance.md")]
[OutputType(typeof(PostgresInstance))]
public sealed class GetPostgresInstanceCommand : ReportCommand
{
    /// <summary>Only clusters with these data directories; * and ? stand for any characters.</summary>
    [Parameter(Position = 0, HelpMessage = "Only clusters with these data directories; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(DataDirectoryCompleter))]
    public string[]? DataDirectory { get; set; }

    /// <summary>Also count how much of the page cache the data directory's files are in.</summary>
    [Parameter(HelpMessage = "Also counts how much of the page cache the files of each data directory are in.")]
    public SwitchParameter IncludeFileCache { get; set; }

    private protected override string[] Chosen => [nameof(PostgresInstance.DataDirectory)];

    private protected override string ChosenWords => "data directories, and objects with a DataDirectory";

    /// <summary>Emits the clusters, largest first.</summary>
    private protected override void Report(PipedChoice choice)
    {
        PostgresResult result = Read("Looking at PostgreSQL", new PostgresOptions { IncludeFileCache = IncludeFileCache }, PostgresReport.Read, found => (found.Instances.Count, "clusters"), ScanNotices.FromClusters);
        WriteNamed(result.Instances, Names(DataDirectory, choice), one => [one.DataDirectory ?? string.Empty], LinuxMemError.ProcessNotFound, ScanNotices.NoCluster);
    }
}
