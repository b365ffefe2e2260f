using System.Diagnostics;
using System.Management.Automation;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The progress bar of a scan that takes longer than half a second.</summary>
/// <remarks>
/// The engine reports progress on the thread that runs the scan: the pipeline's, the only one that may write.
/// </remarks>
internal sealed class ScanProgressRecord(Cmdlet cmdlet) : IDisposable
{
    private const string Activity = "Reading the pages of processes";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.2);
    private readonly int id = Environment.CurrentManagedThreadId;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan next = Timeout;
    private bool shown;

    /// <summary>True while the screen is not to be written to.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>Shows the progress.</summary>
    public void Show(ScanProgress progress)
    {
        if (IsHeldBack || clock.Elapsed < next)
        {
            return;
        }

        next = clock.Elapsed + Interval;
        shown = true;
        cmdlet.WriteProgress(new ProgressRecord(id, Activity, ScanNotices.Progress(progress))
        {
            PercentComplete = progress.Total > 0 ? (int)(100L * progress.Processes / progress.Total) : 0,
        });
    }

    /// <summary>Removes the bar.</summary>
    public void Dispose()
    {
        if (shown)
        {
            shown = false;
            cmdlet.WriteProgress(new ProgressRecord(id, Activity, " ") { RecordType = ProgressRecordType.Completed });
        }
    }
}
