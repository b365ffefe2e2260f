using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Threads;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// Runs a long call on its own thread, because only the pipeline's thread may write, and it is needed to show progress.
/// </summary>
internal static class PatientCall
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    /// <summary>How long a cancelled call may take to end.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Makes the call and returns its result; its exceptions are rethrown unchanged.</summary>
    /// <param name="cmdlet">Receives the progress.</param>
    /// <param name="activity">The activity shown in the progress bar.</param>
    /// <param name="call">The call; it should end when <paramref name="stopped"/> is cancelled, and is abandoned when
    /// it does not.</param>
    /// <param name="unwanted">Releases a result that arrives too late.</param>
    /// <param name="stopped">Cancelled by Ctrl+C.</param>
    public static T Run<T>(Cmdlet cmdlet, string activity, Func<T> call, Action<T>? unwanted, CancellationToken stopped)
    {
        if (WorkThread<T>.TryStart("LinuxMem call", call) is not WorkThread<T> thread)
        {
            // No thread can be started (a limit on processes): call without progress.
            return call();
        }

        var clock = Stopwatch.StartNew();
        int id = Environment.CurrentManagedThreadId;
        bool shown = false;
        try
        {
            for (bool ended = thread.Wait(Timeout); !ended && !stopped.IsCancellationRequested; ended = thread.Wait(Interval))
            {
                shown = true;
                cmdlet.WriteProgress(new ProgressRecord(id, activity, string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0} s")));
            }
        }
        catch
        {
            // Ctrl+C may make WriteProgress throw; the call was cancelled too.
            thread.Abandon(unwanted ?? (_ => { }));
            _ = thread.Wait(Grace);
            throw;
        }

        if (stopped.IsCancellationRequested && !thread.Wait(Grace))
        {
            thread.Abandon(unwanted ?? (_ => { }));
            throw new OperationCanceledException(stopped);
        }

        if (shown && !stopped.IsCancellationRequested)
        {
            cmdlet.WriteProgress(new ProgressRecord(id, activity, " ") { RecordType = ProgressRecordType.Completed });
        }

        return thread.Result();
    }
}
