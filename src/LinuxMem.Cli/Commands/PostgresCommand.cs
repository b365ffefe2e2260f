using System.CommandLine;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem postgres</c>: the running clusters of PostgreSQL.</summary>
internal sealed class PostgresCommand : ReportCommand, ITellsColumns
{
    private readonly NameParameter directories = new("Only clusters with this data directory", "--data-directory", "DIR");

    private readonly Option<bool> fileCache = new("--include-file-cache")
    {
        Description = "Also count how much of the page cache the files of each data directory are in: a system call for each file.",
    };

    public PostgresCommand(StandardStreams streams, CancellationToken cancellation)
        : base("postgres", "The running clusters of PostgreSQL: what they hold, their shared and private memory, huge pages, and the settings that matter; largest first. Nobody connects to them.", streams, cancellation)
    {
        directories.AddTo(this);
        Options.Add(fileCache);
        AddCommonOptions(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => PostgresColumns.All;

    private void Run(ParseResult parsed)
    {
        PostgresResult result = Read(parsed, new PostgresOptions { IncludeFileCache = parsed.GetValue(fileCache) }, PostgresReport.Read, ScanNotices.FromClusters);
        Write(parsed, PostgresColumns.All, Named(result.Instances, directories.Names(parsed), one => [one.DataDirectory ?? string.Empty], ScanNotices.NoCluster));
    }
}
