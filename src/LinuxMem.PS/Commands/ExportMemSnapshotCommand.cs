using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Writes all that the cmdlets of this module read into one compressed file, to be looked at elsewhere.</para>
/// <para type="description">Every cmdlet takes the file, or the folder that it unpacks to, as its -ProcRoot: as any user, on any machine, with the figures of the machine it was taken on. Command lines are in it; of the environment, the names of variables, and the values of those that -IncludeEnvironment names.</para>
/// </summary>
[Cmdlet(VerbsData.Export, "MemSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMemSnapshotCommand : EngineCommand
{
    /// <summary>The file to write, such as db1.tar.gz. Only its owner may read it.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Replace a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Environment variables to write with their values; * and ? stand for any characters. Of the others, only the
    /// names are written.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EnvironmentVariableCompleter))]
    public string[]? IncludeEnvironment { get; set; }

    /// <summary>
    /// Write only the processes that match: a filter string or a scriptblock. The snapshot is then of a machine that
    /// has no others.
    /// </summary>
    [Parameter]
    [Alias("f")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object? Filter { get; set; }

    /// <summary>Do not run sqlplus to query the Oracle instances.</summary>
    [Parameter]
    public SwitchParameter SkipOracle { get; set; }

    /// <summary>The time limit for each Oracle instance, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, OracleOptions.MaxTimeout)]
    public int Timeout { get; set; } = OracleOptions.DefaultTimeout;

    /// <summary>Writes the file and emits it. Ctrl+C leaves no file behind.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        string path = ProcRootPath.ResolveFile(SessionState, Path);
        if (!ShouldProcess(path, "Write a snapshot of the memory of this machine"))
        {
            return;
        }

        WildcardName[]? included = IncludeEnvironment is null ? null : Array.ConvertAll(IncludeEnvironment, name => new WildcardName(name));
        using var progress = new ScanProgressRecord(this);
        SnapshotResult result = MemSnapshot.Write(new SnapshotOptions
        {
            Path = path,
            Force = Force,
            IncludeEnvironment = included is null ? null : name => Array.Exists(included, pattern => pattern.IsMatch(name)),
            Filter = Filter is null ? null : FilterInput.Single(Filter),
            ProcRoot = ResolvedProcRoot(),
            SkipOracle = SkipOracle,
            OracleTimeout = Timeout,
            Cancellation = Stopped,
            Progress = progress.Show,
        });
        WriteNotice(SnapshotNotices.Written(result));
        WriteNotice(string.Create(CultureInfo.InvariantCulture, $"{result.Pages} page map entries written"));
        if (SnapshotNotices.Unreadable(result) is string warning)
        {
            WriteWarning(warning);
        }

        // As Get-Item gives it: with the size and the owner that the table of files shows.
        WriteObject(InvokeProvider.Item.Get([result.Path], force: true, literalPath: true), enumerateCollection: true);
    });
}
