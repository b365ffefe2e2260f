using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists the SysV shared memory segments, largest first.</para>
/// <para type="description">Those of the IPC namespace that PowerShell lives in. Nothing is allocated or brought back from swap. Where transparent huge pages of shared memory are in use, and where huge pages (hugetlb) are and no readable process has the segment attached, it is attached for a moment, read-only, to see its pages: its time of attach and its last process change.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "ShmSegment", HelpUri = OnlineHelp.Pages + "Get-ShmSegment.md")]
[OutputType(typeof(ShmSegment))]
public sealed class GetShmSegmentCommand : SnapshotsCommand
{
    /// <summary>Only segments with these keys.</summary>
    [Parameter(HelpMessage = "Only segments with these keys, as decimal numbers.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SegmentKeyCompleter))]
    public int[]? Key { get; set; }

    /// <summary>
    /// Only segments with these shmids. A process from the pipeline stands for the segments it has attached (ShmIds).
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "Only segments with these numbers (shmid).")]
    [Alias("ShmIds")]
    [ArgumentCompleter(typeof(SegmentIdCompleter))]
    public long[]? ShmId { get; set; }

    /// <summary>
    /// Attach every segment and read every page first, as memstats does. This allocates pages that were never written,
    /// and swaps in those that are swapped out.
    /// </summary>
    [Parameter(HelpMessage = "Reads every page first, as memstats does: this ALLOCATES pages and swaps them in.")]
    public SwitchParameter ForceReadShm { get; set; }

    /// <summary>Refuses a list of no shmids, which must not mean all; a process without segments may come through the pipeline.</summary>
    protected override void BeginProcessing() => Guard(() =>
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(ShmId)) && ShmId is null or [])
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "-ShmId is given and names no segment. Give at least one shmid, or leave it out for all segments.", nameof(ShmId));
        }
    });

    private protected override string[] Chosen => ["ShmIds", nameof(ShmSegment.ShmId)];

    private protected override string ChosenWords => "numbers of segments (shmid), and objects that have them, such as processes (ShmIds)";

    /// <summary>Emits the segments.</summary>
    private protected override void Report(PipedChoice choice)
    {
        HashSet<long> ids = [.. ShmId ?? [], .. choice.Values.SelectMany(Numbers)];
        bool idsGiven = ShmId is not null || choice.IsGiven;
        var warnings = new List<string>();
        IReadOnlyList<(MemProcess Process, string Reason)> unread = [];
        var options = new ShmOptions
        {
            Warn = warnings.Add,
            ProcRoot = ResolvedProcRoot(),
            Keys = Key,
            ShmIds = idsGiven ? ids : null,
            ForceRead = ForceReadShm,
            Unread = found => unread = found,
            Cancellation = Stopped,
        };
        IReadOnlyList<ShmSegment> segments = Call(
            "Looking at shared memory segments",
            () => ShmSegments.Read(options),
            found => string.Create(CultureInfo.InvariantCulture, $"Found {found.Count} segments"));
        warnings.ForEach(WriteWarning);
        WarnOfUnread(unread, ScanNotices.FromSegments);
        WriteObject(segments, enumerateCollection: true);
        foreach (long missing in ids.Except(segments.Select(segment => segment.ShmId)).Order())
        {
            Missing(LinuxMemError.SegmentNotFound, string.Create(CultureInfo.InvariantCulture, $"There is no shared memory segment {missing} to show."), missing);
        }

        foreach (int missing in (Key ?? []).Except(segments.Select(segment => segment.Key)).Order())
        {
            Missing(LinuxMemError.SegmentNotFound, string.Create(CultureInfo.InvariantCulture, $"There is no shared memory segment with the key {missing} to show."), missing);
        }
    }

    /// <inheritdoc/>
    private protected override void Check(string value) => _ = Numbers(value);

    /// <summary>A number, or several with blanks between them, as a list is in CSV.</summary>
    private static IEnumerable<long> Numbers(string shmids) => Array.ConvertAll(
        shmids.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        shmid => long.TryParse(shmid, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{shmid}' is no number of a segment (shmid).", shmids));
}
