using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Threads;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// A call that may take long, on a thread of its own, so that the pipeline's thread, the only one that may
/// write, can show that something is going on.
/// </summary>
internal static class PatientCall
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    /// <summary>How long a call that has been told to stop may take to end in good order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Makes the call and returns what it returns. Its failures come out as they are.</summary>
    /// <param name="cmdlet">Where progress is written.</param>
    /// <param name="activity">What is done, for the bar.</param>
    /// <param name="call">The call; it should end when <paramref name="stopped"/> is set, and is left behind when it does not.</param>
    /// <param name="unwanted">Gives back a result that comes too late.</param>
    /// <param name="stopped">Set by Ctrl+C.</param>
    public static T Run<T>(Cmdlet cmdlet, string activity, Func<T> call, Action<T>? unwanted, CancellationToken stopped)
    {
        if (WorkThread<T>.TryStart("LinuxMem call", call) is not WorkThread<T> thread)
        {
            // The system gives no more threads (a limit on processes): without progress, then.
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
            // Ctrl+C may end WriteProgress: the call has been told too.
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
