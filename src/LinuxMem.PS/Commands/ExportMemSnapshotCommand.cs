using System.Globalization;
using System.Management.Automation;
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
[Cmdlet(VerbsData.Export, "MemSnapshot", SupportsShouldProcess = true, HelpUri = OnlineHelp.Pages + "Export-MemSnapshot.md")]
[OutputType(typeof(FileInfo))]
public sealed class ExportMemSnapshotCommand : EngineCommand
{
    /// <summary>The file to write, such as db1.tar.gz. Only its owner may read it.</summary>
    [Parameter(Position = 0, Mandatory = true, HelpMessage = "The file to write, such as db1.tar.gz.")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Replace a file that is there already.</summary>
    [Parameter(HelpMessage = "Replaces a file that is there already.")]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Environment variables to write with their values; * and ? stand for any characters. Of the others, only the
    /// names are written.
    /// </summary>
    [Parameter(HelpMessage = "Environment variables to write with their values; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EnvironmentVariableCompleter))]
    public string[]? IncludeEnvironment { get; set; }

    /// <summary>
    /// Write only the processes that match: a filter string or a scriptblock. The snapshot is then of a machine that
    /// has no others.
    /// </summary>
    [Parameter(HelpMessage = "Writes only the processes that match: a filter such as 'comm(ora_*)', or a scriptblock.")]
    [Alias("f")]
    [ValidateNotNull]
    [ValidateFilter]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object? Filter { get; set; }

    /// <summary>Do not run sqlplus to query the Oracle instances.</summary>
    [Parameter(HelpMessage = "Does not run sqlplus to ask the Oracle instances.")]
    public SwitchParameter SkipOracle { get; set; }

    /// <summary>The time limit for each Oracle instance, in seconds.</summary>
    [Parameter(HelpMessage = "Seconds that each Oracle instance has to answer in, 1 to 3600. Default: 10.")]
    [ValidateRange(1, OracleReportOptions.MaxTimeout)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int Timeout { get; set; } = OracleReportOptions.DefaultTimeout;

    /// <summary>Writes the file and emits it. Ctrl+C leaves no file behind.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        try
        {
            Write();
        }
        catch (LinuxMemException e) when (e.Kind is LinuxMemError.FileExists or LinuxMemError.FileNotWritten)
        {
            // As New-Item has it: no reason to end the caller's script, if he does not ask for that.
            WriteError(ScanErrorRecord.From(e));
        }
    });

    private void Write()
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

        foreach (string told in result.Warnings)
        {
            WriteWarning(told);
        }

        // As Get-Item gives it: with the size and the owner that the table of files shows.
        WriteObject(InvokeProvider.Item.Get([result.Path], force: true, literalPath: true), enumerateCollection: true);
    }
}
