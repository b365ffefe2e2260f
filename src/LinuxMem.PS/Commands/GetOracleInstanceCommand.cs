using System.Management.Automation;
using LinuxMem.Engine.Oracle;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how much memory the Oracle instances of this machine take, as they say themselves.</para>
/// <para type="description">Instances are found by their pmon processes and asked through sqlplus of their own ORACLE_HOME, with the rights of those processes and never as root. One that cannot be asked comes out too: Status says why.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "OracleInstance")]
[OutputType(typeof(OracleInstance))]
public sealed class GetOracleInstanceCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();

    /// <summary>Names of instances to ask; * and ? stand for any characters. Upper and lower case differ.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Sid { get; set; }

    /// <summary>Seconds that each instance has to answer in.</summary>
    [Parameter]
    [ValidateRange(1, OracleOptions.LongestTimeout)]
    public int Timeout { get; set; } = OracleOptions.DefaultTimeout;

    /// <summary>The /proc tree to read, as a PowerShell path; /proc when not given. Nothing is run on account of a copy.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

    /// <summary>Ctrl+C, from another thread: stops the asking.</summary>
    protected override void StopProcessing() => stop.Cancel();

    /// <summary>Asks all at once and emits them, largest SGA first.</summary>
    protected override void EndProcessing()
    {
        try
        {
            WildcardPattern[]? patterns = Sid is null ? null : Array.ConvertAll(Sid, sid => new WildcardPattern(sid, WildcardOptions.CultureInvariant));
            IReadOnlyList<OracleInstance> instances = OracleInstances.Read(new OracleOptions
            {
                ProcRoot = ProcRootPath.Resolve(SessionState, ProcRoot),
                Timeout = Timeout,
                Wanted = patterns is null ? null : sid => Array.Exists(patterns, pattern => pattern.IsMatch(sid)),
                Cancellation = stop.Token,
            });
            ReportMissing(patterns, instances);
            WriteObject(instances, enumerateCollection: true);
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

    private void ReportMissing(WildcardPattern[]? patterns, IReadOnlyList<OracleInstance> instances)
    {
        for (int i = 0; patterns is not null && i < patterns.Length; i++)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(Sid![i]) && !instances.Any(instance => patterns[i].IsMatch(instance.Sid)))
            {
                WriteError(ScanErrorRecord.From(new LinuxMemException(LinuxMemError.ProcessNotFound, $"There is no Oracle instance with the name '{Sid[i]}': no pmon process is called so. Upper and lower case differ.", Sid[i])));
            }
        }
    }

    /// <summary>Called by PowerShell when the cmdlet is over.</summary>
    public void Dispose()
    {
        stop.Dispose();
        GC.SuppressFinalize(this);
    }
}
