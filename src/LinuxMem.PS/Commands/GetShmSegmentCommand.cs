using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Shm;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists the SysV shared memory segments, largest first.</para>
/// <para type="description">Those of the IPC namespace that PowerShell lives in. Nothing is allocated or brought back from swap. Where transparent huge pages of shared memory are in use, and where huge pages (hugetlb) are and no readable process has the segment attached, it is attached for a moment, read-only, to see its pages: its time of attach and its last process change.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "ShmSegment")]
[OutputType(typeof(ShmSegment))]
public sealed class GetShmSegmentCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly HashSet<long> ids = [];
    private bool idsGiven;

    /// <summary>Only segments made by these keys.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public int[]? Key { get; set; }

    /// <summary>Only segments of these numbers.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public long[]? ShmId { get; set; }

    /// <summary>
    /// Attach every segment and read every page first, as memstats does. That allocates pages that were never
    /// written, and brings back those that are swapped out.
    /// </summary>
    [Parameter]
    public SwitchParameter ForceReadShm { get; set; }

    /// <summary>The /proc tree to read, as a PowerShell path; /proc when not given. Of a copy nothing is attached.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

    /// <summary>Takes the numbers that come through the pipeline.</summary>
    protected override void ProcessRecord()
    {
        idsGiven |= ShmId is not null;
        ids.UnionWith(ShmId ?? []);
    }

    /// <summary>Emits the segments.</summary>
    protected override void EndProcessing()
    {
        if (!idsGiven && MyInvocation.ExpectingInput)
        {
            return;
        }

        try
        {
            IReadOnlyList<ShmSegment> segments = ShmSegments.Read(new ShmOptions
            {
                ProcRoot = ProcRootPath.Resolve(SessionState, ProcRoot),
                Keys = Key,
                ShmIds = idsGiven ? ids : null,
                ForceRead = ForceReadShm,
                Cancellation = stop.Token,
            });
            WriteObject(segments, enumerateCollection: true);
            foreach (long missing in ids.Except(segments.Select(segment => segment.ShmId)).Order())
            {
                Missing(string.Create(CultureInfo.InvariantCulture, $"There is no shared memory segment {missing} to show."), missing);
            }

            foreach (int missing in (Key ?? []).Except(segments.Select(segment => segment.Key)).Order())
            {
                Missing(string.Create(CultureInfo.InvariantCulture, $"There is no shared memory segment with the key {missing} to show."), missing);
            }
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

    /// <summary>Ctrl+C, from another thread.</summary>
    protected override void StopProcessing() => stop.Cancel();

    private void Missing(string message, object target) =>
        WriteError(ScanErrorRecord.From(new LinuxMemException(LinuxMemError.SegmentNotFound, message, target)));

    /// <summary>Called by PowerShell when the cmdlet is over.</summary>
    public void Dispose() => stop.Dispose();
}
