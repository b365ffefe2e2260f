using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>What all cmdlets have in common: the tree they read, their end by Ctrl+C, and their failures.</summary>
public abstract class EngineCommand : PSCmdlet, IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private bool isDisposed;

    /// <summary>The /proc tree to read, or a snapshot, as a PowerShell path; /proc when not given. Nothing is run or attached on account of a copy.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

    /// <summary>Set by Ctrl+C.</summary>
    private protected CancellationToken Stopped => stop.Token;

    /// <summary>Ctrl+C, from another thread: asks the engine to stop.</summary>
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

    /// <summary>The /proc tree to read; null for the kernel's own.</summary>
    private protected string? ResolvedProcRoot()
    {
        string? resolved = ProcRootPath.Resolve(SessionState, ProcRoot);
        WriteDebug($"Reading {resolved ?? Engine.Sources.Machine.DefaultPath}.");
        return resolved;
    }

    /// <summary>Runs what may fail, and ends the cmdlet with a proper error record when it does.</summary>
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

    /// <summary>
    /// Writes to the verbose stream. With -Debug alone PowerShell would stop at every such line and ask whether to
    /// go on; whoever debugs wants to read it: it goes to the debug stream then.
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

    /// <summary>Says what is missing, and goes on.</summary>
    private protected void Missing(LinuxMemError kind, string message, object target) =>
        WriteError(ScanErrorRecord.From(new LinuxMemException(kind, message, target)));

    /// <summary>Makes a call of the engine, with a progress bar when it lasts, and says how long it took.</summary>
    /// <param name="activity">What is done, for the bar.</param>
    /// <param name="call">The call; it ends when <see cref="Stopped"/> is set.</param>
    /// <param name="done">What was done, for the verbose stream.</param>
    /// <param name="unwanted">Gives back a result that comes only after the cmdlet was stopped and has ended.</param>
    private protected T Call<T>(string activity, Func<T> call, Func<T, string> done, Action<T>? unwanted = null)
    {
        long started = Stopwatch.GetTimestamp();
        T result = PatientCall.Run(this, activity, call, unwanted, Stopped);
        WriteNotice(string.Create(CultureInfo.InvariantCulture, $"{done(result)} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.000} s"));
        return result;
    }

    /// <summary>Called by PowerShell when the cmdlet is over.</summary>
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
