using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Texts;
using LinuxMem.Hosts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of all cmdlets: stopping by Ctrl+C, conversion of the engine's errors, and what is said to the user.</summary>
public abstract class ModuleCommand : PSCmdlet, IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private bool isDisposed;

    /// <summary>Cancelled by Ctrl+C.</summary>
    private protected CancellationToken Stopped => stop.Token;

    /// <summary>Called on another thread at Ctrl+C: cancels the engine's work.</summary>
    protected override void StopProcessing()
    {
        lock (gate)
        {
            if (!isDisposed)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>Runs an action; turns an engine error into a terminating error record.</summary>
    private protected void Guard(Action action)
    {
        try
        {
            action();
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

    /// <summary>Writes a warning: here what does not print is escaped, whoever made the names in it, and what is beyond measure cut.</summary>
    private protected new void WriteWarning(string text) => base.WriteWarning(VisibleText.Message(text));

    /// <summary>Writes to the verbose stream, escaped in the same way.</summary>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(VisibleText.ForTerminal(text));

    /// <summary>Writes to the debug stream, escaped in the same way.</summary>
    private protected new void WriteDebug(string text) => base.WriteDebug(VisibleText.ForTerminal(text));

    /// <summary>
    /// Writes to the verbose stream. With -Debug alone, PowerShell would prompt at every such line, so it is written to
    /// the debug stream then.
    /// </summary>
    private protected void WriteNotice(string text)
    {
        bool debugAlone = MyInvocation.BoundParameters.TryGetValue("Debug", out object? debug) && debug is SwitchParameter { IsPresent: true }
            && !MyInvocation.BoundParameters.ContainsKey("Verbose");
        if (debugAlone)
        {
            WriteDebug(text);
        }
        else
        {
            WriteVerbose(text);
        }
    }

    /// <summary>Warns of processes that do not answer.</summary>
    /// <param name="unread">The processes.</param>
    /// <param name="where">Where they are missing.</param>
    private protected void WarnOfUnread(IReadOnlyList<(MemProcess Process, string Reason)> unread, string where)
    {
        if (ScanNotices.Unread(unread, where) is string warning)
        {
            WriteWarning(warning);
        }
    }

    /// <summary>Writes a non-terminating error for something that was not found.</summary>
    private protected void Missing(LinuxMemError kind, string message, object target) =>
        WriteError(ScanErrorRecord.From(new LinuxMemException(kind, message, target)));

    /// <summary>
    /// Calls the engine, with a progress bar if it takes long, and writes the time taken to the verbose stream.
    /// </summary>
    /// <param name="activity">The activity shown in the bar.</param>
    /// <param name="call">The call; it must end when <see cref="Stopped"/> is cancelled.</param>
    /// <param name="done">Describes the result, for the verbose stream.</param>
    /// <param name="unwanted">Releases a result that arrives after the cmdlet was stopped and has ended.</param>
    private protected T Call<T>(string activity, Func<T> call, Func<T, string> done, Action<T>? unwanted = null)
    {
        long started = Stopwatch.GetTimestamp();
        T result = PatientCall.Run(this, activity, call, unwanted, Stopped);
        WriteNotice(string.Create(CultureInfo.InvariantCulture, $"{done(result)} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.000} s"));
        return result;
    }

    /// <summary>Called by PowerShell when the cmdlet has ended.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            stop.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
