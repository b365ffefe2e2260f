using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// The base of cmdlets that report of a machine without a split: they take snapshots through the pipeline, and, where there is something
/// to choose, names or numbers. What cannot be taken is an error, and never an answer of this machine.
/// </summary>
public abstract class SnapshotsCommand : EngineCommand
{
    private readonly PipedTrees<PipedChoice> piped = new();

    /// <summary>Snapshots to read, as Get-Item gives them; names or numbers of what to show, or objects that have them.</summary>
    [Parameter(ValueFromPipeline = true, HelpMessage = "Snapshots to read, as Get-Item gives them; or what to show, by name or number.")]
    public object?[]? InputObject { get; set; }

    /// <summary>The properties of objects from the pipeline that say what to show; none where there is nothing to choose.</summary>
    private protected virtual string[] Chosen => [];

    /// <summary>What the pipeline may give beside snapshots, in words; null for nothing.</summary>
    private protected virtual string? ChosenWords => null;

    /// <summary>Collects what comes through the pipeline.</summary>
    protected override void ProcessRecord() => Collect(nameof(InputObject), InputObject, piped, Add);

    /// <summary>Reads and emits.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        if (piped.Trees.Count == 0 && piped.Snapshots.Count == 0 && (IsRefused || MyInvocation.ExpectingInput))
        {
            return;
        }

        ReadEach(piped, choice =>
        {
            choice.RefuseOtherMachines(() => Engine.Sources.Machine.Open(ResolvedProcRoot(), Stopped));
            Report(choice);
        });
    });

    /// <summary>Reads the machine that -ProcRoot names, and emits.</summary>
    /// <param name="choice">What came through the pipeline of it.</param>
    private protected abstract void Report(PipedChoice choice);

    /// <summary>The names given on the command line and through the pipeline; null for none, which means all.</summary>
    private protected static string[]? Names(string[]? given, PipedChoice choice) => choice.IsGiven ? [.. given ?? [], .. choice.Values] : given;

    /// <summary>Refuses a name or number of the pipeline that can be none.</summary>
    /// <exception cref="LinuxMemException">It can be none.</exception>
    private protected virtual void Check(string value)
    {
    }

    private void Add(PipedChoice choice, object? input) =>
        choice.Add(input, Chosen, ChosenWords is string words ? $"{words}, and files of snapshots, as Get-Item gives them" : "files of snapshots, as Get-Item gives them", Check);
}
