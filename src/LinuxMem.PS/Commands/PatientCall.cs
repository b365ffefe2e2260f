using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// A call that may take long, on a thread of its own, so that the pipeline's thread, the only one that may
/// write, can show that something is going on.
/// </summary>
internal static class PatientCall
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    /// <summary>Makes the call and returns what it returns. Its failures come out as they are.</summary>
    public static T Run<T>(Cmdlet cmdlet, string activity, Func<T> call)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = call();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = "LinuxMem call" };
        var clock = Stopwatch.StartNew();
        int id = Environment.CurrentManagedThreadId;
        thread.Start();
        bool shown = false;
        try
        {
            for (bool ended = thread.Join(Patience); !ended; ended = thread.Join(Interval))
            {
                shown = true;
                cmdlet.WriteProgress(new ProgressRecord(id, activity, string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0} s")));
            }
        }
        finally
        {
            // Ctrl+C may end WriteProgress: the call has been told too, and nothing is left behind.
            thread.Join();
            if (shown && failure?.SourceException is not OperationCanceledException)
            {
                cmdlet.WriteProgress(new ProgressRecord(id, activity, " ") { RecordType = ProgressRecordType.Completed });
            }
        }

        failure?.Throw();
        return result!;
    }
}
