using System.Management.Automation;
using LinuxMem.Engine.Texts;
using LinuxMem.PowerShell.Import;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of cmdlets that read a machine: -ProcRoot, and snapshots through the pipeline.</summary>
public abstract class EngineCommand : ModuleCommand
{
    /// <summary>
    /// The /proc tree or snapshot to read, as a PowerShell path; /proc when not given. For a copy, nothing is run or
    /// attached.
    /// </summary>
    [Parameter(HelpMessage = "The /proc tree to read, or a snapshot, as a PowerShell path. Default: /proc.")]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

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

    /// <summary>True when an object that came through the pipeline was refused: what is left must not mean everything.</summary>
    private protected bool IsRefused { get; private set; }

    /// <summary>Takes what the pipeline or the command line gave; one that is refused is an error of its own, and the others count.</summary>
    private protected void Collect<T>(string parameter, object?[]? given, PipedTrees<T> piped, Action<T, object?> add)
        where T : class, new() =>
        Collect(parameter, given, input => piped.Add(input, ProcRoot is not null, add));

    /// <inheritdoc cref="Collect{T}(string, object[], PipedTrees{T}, Action{T, object})"/>
    private protected void Collect(string parameter, object?[]? given, Action<object?> take)
    {
        if (!MyInvocation.ExpectingInput && !MyInvocation.BoundParameters.ContainsKey(parameter))
        {
            return;
        }

        foreach (object? input in given ?? [null])
        {
            try
            {
                take(input);
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
        if (piped.Snapshots.Count > 0 || piped.Own is not null || piped.Trees.Count == 0)
        {
            ReadEach(piped.Snapshots, () => read(piped.Own ?? new T()));
        }

        foreach ((string? tree, T input) in piped.Trees.Where(one => one.Tree is not null))
        {
            ReadAt(tree!, () => read(input), e => e.Kind is LinuxMemError.NotProc or LinuxMemError.InvalidSnapshot
                ? new LinuxMemException(e.Kind, $"What came through the pipeline was read from '{VisibleText.InMessage(tree)}', which cannot be read here: {e.Message} Say with -ProcRoot where it is now.", tree, e)
                : e);
        }
    }

    /// <summary>Reads each of the snapshots; this machine, or what -ProcRoot names, when there are none.</summary>
    private protected void ReadEach(IReadOnlyList<string> snapshots, Action read)
    {
        if (snapshots.Count > 0 && ProcRoot is not null)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"The file '{snapshots[0]}' came through the pipeline as the snapshot to read, and -ProcRoot names another. Give one of them.", snapshots[0]);
        }

        if (snapshots.Count == 0)
        {
            read();
        }

        foreach (string snapshot in snapshots)
        {
            ReadAt(snapshot, read, e => e);
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
}
