using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Writes all that the cmdlets of this module read into one compressed file, to be looked at elsewhere.</para>
/// <para type="description">Every cmdlet takes the file, or the folder that it unpacks to, as its -ProcRoot: as any user, on any machine, with the figures of the machine it was taken on. Command lines are in it; of the environment, the names of variables, and the values of those that -IncludeEnvironment names.</para>
/// </summary>
[Cmdlet(VerbsData.Export, "MemSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMemSnapshotCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();

    /// <summary>The file to write, such as db1.tar.gz. Only its owner may read it.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Replace a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Environment variables to write with their values; * and ? stand for any characters. Of the others, only the names are written.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? IncludeEnvironment { get; set; }

    /// <summary>Write only the processes that match: a filter string or a scriptblock. The snapshot is then of a machine that has no others.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Filter { get; set; }

    /// <summary>The live /proc tree to read, as a PowerShell path; /proc when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

    /// <summary>Do not run sqlplus to ask the Oracle instances.</summary>
    [Parameter]
    public SwitchParameter SkipOracle { get; set; }

    /// <summary>Seconds that each Oracle instance has to answer in.</summary>
    [Parameter]
    [ValidateRange(1, OracleOptions.LongestTimeout)]
    public int Timeout { get; set; } = OracleOptions.DefaultTimeout;

    /// <summary>Ctrl+C, from another thread: nothing is left of the file.</summary>
    protected override void StopProcessing() => stop.Cancel();

    /// <summary>Writes the file and emits it.</summary>
    protected override void EndProcessing()
    {
        try
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
                ProcRoot = ProcRootPath.Resolve(SessionState, ProcRoot),
                SkipOracle = SkipOracle,
                OracleTimeout = Timeout,
                Cancellation = stop.Token,
                Progress = progress.Show,
            });
            WriteVerbose(SnapshotNotices.Written(result));
            WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{result.Pages} page map entries written"));
            if (SnapshotNotices.Unreadable(result) is string warning)
            {
                WriteWarning(warning);
            }

            WriteObject(new FileInfo(result.Path));
        }
        catch (LinuxMemException e)
        {
            ThrowTerminatingError(ScanErrorRecord.From(e));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Called by PowerShell when the cmdlet is over.</summary>
    public void Dispose()
    {
        stop.Dispose();
        GC.SuppressFinalize(this);
    }
}
