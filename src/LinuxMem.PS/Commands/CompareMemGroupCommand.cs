using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Comparison;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells what has grown between samples of Get-MemGroup, and what grows on and on.</para>
/// <para type="description">Takes two samples, or many through the pipeline, live, from files, other machines or snapshots.</para>
/// </summary>
[Cmdlet(VerbsData.Compare, "MemGroup", DefaultParameterSetName = OfSamples, HelpUri = OnlineHelp.Pages + "Compare-MemGroup.md")]
[OutputType(typeof(MemGroupChange))]
public sealed class CompareMemGroupCommand : SplittingCommand
{
    private const string OfTwo = "Two";
    private const string OfSamples = "Samples";

    private Column<MemGroup>[] figures = [];
    private GroupComparison? comparison;
    private readonly HashSet<string> refusals = new(StringComparer.Ordinal);
    private bool isRefused;

    /// <summary>The groups of the sample before, or a snapshot: its path or file, which is read with the splits given.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = OfTwo, HelpMessage = "The groups of the sample before, or a snapshot.")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ReferenceObject { get; set; }

    /// <summary>The groups of the sample after, or a snapshot.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ParameterSetName = OfTwo, HelpMessage = "The groups of the sample after, or a snapshot.")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? DifferenceObject { get; set; }

    /// <summary>The groups of two or more samples, or snapshots, in any order.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = OfSamples, HelpMessage = "The groups of two or more samples, or snapshots.")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? InputObject { get; set; }

    /// <summary>The figures to compare; <c>MemHeld</c> when not given.</summary>
    [Parameter(HelpMessage = "The figures to compare, such as MemFreed or swap_held. Default: MemHeld.")]
    [ValidateNotNullOrEmpty]
    [ValidateFigure]
    [ArgumentCompleter(typeof(FigureCompleter))]
    public string[] Figure { get; set; } = [nameof(MemGroup.MemHeld)];

    /// <inheritdoc/>
    private protected override bool IsSample => true;

    /// <summary>Takes the reference.</summary>
    protected override void BeginProcessing() => Guard(() =>
    {
        if (ProcRoot is not null)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"-ProcRoot names one machine, and two samples are compared. Give the snapshots themselves: Compare-MemGroup {ProcRoot} LATER -SplitUid.", ProcRoot);
        }

        figures = [.. Figure.Select(GroupComparison.Figure).DistinctBy(figure => figure.Property)];
        comparison = new GroupComparison(figures);
        if (ParameterSetName == OfTwo)
        {
            Add(ReferenceObject, isDifference: false);
        }
    });

    /// <summary>Takes what comes through the pipeline; what is no group is an error of its own, and the others count.</summary>
    protected override void ProcessRecord() => Guard(() => Add(ParameterSetName == OfTwo ? DifferenceObject : InputObject, isDifference: ParameterSetName == OfTwo));

    /// <summary>Compares, and emits the changes.</summary>
    protected override void EndProcessing()
    {
        var warnings = new List<string>();
        IReadOnlyList<MemGroupChange> changes = comparison!.Changes(warnings);
        warnings.ForEach(WriteWarning);
        if (changes.Count == 0 && !isRefused)
        {
            WriteError(ScanErrorRecord.From(new LinuxMemException(
                LinuxMemError.InvalidArgument,
                "There are no two samples of one machine and report to compare. Give one before and one after, made with the same splits: Compare-MemGroup (Import-Clixml monday.xml) (Get-MemGroup -SplitUid).",
                null)));
        }

        WriteObject(changes, enumerateCollection: true);
    }

    private void Add(object?[]? given, bool isDifference)
    {
        foreach (object? one in given ?? [null])
        {
            try
            {
                if (PipedSample.Snapshot(one, SessionState) is string path)
                {
                    isRefused |= !ReadSnapshot(path, isDifference);
                    continue;
                }

                foreach (GroupReading reading in PipedSample.Readings(one, figures))
                {
                    comparison!.Add(reading, isDifference);
                }
            }
            catch (LinuxMemException e)
            {
                // A hundred objects of one wrong kind are one mistake.
                isRefused = true;
                if (refusals.Add(e.Message))
                {
                    WriteError(ScanErrorRecord.From(e));
                }
            }
        }
    }

    /// <summary>Reads a snapshot with the splits given, as Get-MemGroup does.</summary>
    /// <returns>False when it cannot be read, which was told.</returns>
    private bool ReadSnapshot(string path, bool isDifference)
    {
        bool isRead = false;
        ReadEach([path], () =>
        {
            IReadOnlyList<MemReport> reports = Scan((scan, processes) =>
            {
                ScanResult result = scan.Run(processes, Splits() is { Count: > 0 } splits ? splits : [new WholeSplit()]);
                return (result.Reports, result);
            });
            foreach (MemGroup group in reports.SelectMany(report => report.Groups))
            {
                comparison!.Add(GroupReading.Of(group, figures), isDifference);
            }

            isRead = true;
        });
        return isRead;
    }
}
