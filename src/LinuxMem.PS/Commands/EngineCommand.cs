using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Texts;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Import;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of all cmdlets: -ProcRoot, stopping by Ctrl+C, and conversion of the engine's errors.</summary>
public abstract class EngineCommand : PSCmdlet, IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private bool isDisposed;

    /// <summary>
    /// The /proc tree or snapshot to read, as a PowerShell path; /proc when not given. For a copy, nothing is run or
    /// attached.
    /// </summary>
    [Parameter(HelpMessage = "The /proc tree to read, or a snapshot, as a PowerShell path. Default: /proc.")]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

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

    /// <summary>The file system path to read; null for /proc.</summary>
    /// <exception cref="LinuxMemException">There is no /proc here.</exception>
    private protected string? ResolvedProcRoot()
    {
        if (ProcRoot is null)
        {
            SupportedSystem.Require(MyInvocation.MyCommand.Name);
        }

        string? resolved = ProcRootPath.Resolve(SessionState, ProcRoot);
        WriteDebug($"Reading {resolved ?? Engine.Sources.Machine.DefaultPath}.");
        return resolved;
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

    /// <summary>True when an object that came through the pipeline was refused: what is left must not mean everything.</summary>
    private protected bool IsRefused { get; private set; }

    /// <summary>Takes what the pipeline or the command line gave; one that is refused is an error of its own, and the others count.</summary>
    private protected void Collect<T>(string parameter, object?[]? given, PipedTrees<T> piped, Action<T, object?> add)
        where T : class, new()
    {
        if (!MyInvocation.ExpectingInput && !MyInvocation.BoundParameters.ContainsKey(parameter))
        {
            return;
        }

        foreach (object? input in given ?? [null])
        {
            try
            {
                piped.Add(input, ProcRoot is not null, add);
            }
            catch (LinuxMemException e)
            {
                IsRefused = true;
                WriteError(ScanErrorRecord.From(e));
            }
        }
    }

    /// <summary>
    /// Reads each of the snapshots that came through the pipeline, and each tree that what came was reported of; this machine, or
    /// what -ProcRoot names, when neither did. One that cannot be read is an error, and the others are read.
    /// </summary>
    private protected void ReadEach<T>(PipedTrees<T> piped, Action<T> read)
        where T : class, new()
    {
        if (piped.Snapshots.Count > 0 && ProcRoot is not null)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"The file '{piped.Snapshots[0]}' came through the pipeline as the snapshot to read, and -ProcRoot names another. Give one of them.", piped.Snapshots[0]);
        }

        if (piped.Snapshots.Count == 0 && (piped.Own is not null || piped.Trees.Count == 0))
        {
            read(piped.Own ?? new T());
        }

        foreach (string snapshot in piped.Snapshots)
        {
            ReadAt(snapshot, () => read(piped.Own ?? new T()), e => e);
        }

        foreach ((string? tree, T input) in piped.Trees.Where(one => one.Tree is not null))
        {
            ReadAt(tree!, () => read(input), e => e.Kind is LinuxMemError.NotProc or LinuxMemError.InvalidSnapshot
                ? new LinuxMemException(e.Kind, $"What came through the pipeline was read from '{tree}', which cannot be read here: {e.Message} Say with -ProcRoot where it is now.", tree, e)
                : e);
        }
    }

    private void ReadAt(string tree, Action read, Func<LinuxMemException, LinuxMemException> told)
    {
        string? before = ProcRoot;
        ProcRoot = tree;
        try
        {
            read();
        }
        catch (LinuxMemException e)
        {
            WriteError(ScanErrorRecord.From(told(e)));
        }
        finally
        {
            ProcRoot = before;
        }
    }

    /// <summary>Writes a warning: here what does not print is escaped, whoever made the names in it.</summary>
    private protected new void WriteWarning(string text) => base.WriteWarning(VisibleText.ForTerminal(text));

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
