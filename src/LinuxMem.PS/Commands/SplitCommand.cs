using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of cmdlets that report groups: the splits, and what comes through the pipeline.</summary>
public abstract class SplitCommand : SplittingCommand
{
    private readonly PipedTrees<PipedInput> all = new();
    private PipedInput piped = new();
    private List<Split>? given;
    private Split? ofProcesses;

    /// <summary>
    /// Names of programs (comm), in any case; * and ? stand for any characters. A group for each, and the rest is Other.
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "A group for each program of these names (comm), in any case; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>
    /// Filters (strings, scriptblocks, dictionaries), groups, segments or Oracle instances: the groups of one report, in
    /// the order they come. Processes, or their ids: one group against all others. Files: snapshots to read.
    /// </summary>
    [Parameter(ValueFromPipeline = true, HelpMessage = "Filters, groups, segments: the groups of one report; or processes, one group; or snapshots.")]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object?[]? InputObject { get; set; }

    /// <summary>The name of the group of the processes from the pipeline; by default their own names.</summary>
    [Parameter(HelpMessage = "The name of the group of the processes from the pipeline. Default: their own names.")]
    [ValidateNotNullOrEmpty]
    public string? GroupName { get; set; }

    /// <summary>Collects the pipeline input.</summary>
    protected override void ProcessRecord()
    {
        Collect(nameof(InputObject), InputObject, all, static (input, one) => input.Add(one));
    }

    /// <summary>Reads this machine, or each snapshot that came through the pipeline.</summary>
    /// <param name="report">Reads and emits.</param>
    private protected void ReadEach(Action report)
    {
        bool isWhole = all.Trees.Count == 0 && Splits().Count == 0;
        if (isWhole && IsRefused)
        {
            // What was refused, which was told, must not mean all processes.
            return;
        }

        if (isWhole && all.Snapshots.Count == 0 && MyInvocation.ExpectingInput)
        {
            // In "Get-Process nosuch | Get-MemGroup", nor must no process.
            WriteWarning("Nothing came through the pipeline: there is nothing to report. Get-Process does not find programs by name that rewrite their arguments, such as nginx; 'Get-MemGroup nginx' does.");
            return;
        }

        if (GroupName is not null && !all.Trees.Any(one => one.Input.HasProcesses))
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "-GroupName names the group of the processes that come through the pipeline, and none did. To name groups of filters, give a dictionary: -SplitCustom @{ web = 'comm(nginx)' }.", GroupName);
        }

        ReadEach(all, input =>
        {
            (piped, given, ofProcesses) = (input, null, null);
            piped.NameOfProcesses = GroupName;
            report();
        });
    }

    /// <summary>The splits asked for, with the groups of what came through the pipeline; all processes as one group when there are none.</summary>
    private protected List<Split> Splits(MemScan scan)
    {
        // Of several samples the first binds what was given; the processes are listed for each.
        given = IsSampling && given is not null ? given : Splits();
        List<Split> splits = [.. given];
        if (piped.IsEmpty)
        {
            return splits is [] ? [new WholeSplit()] : splits;
        }

        if (piped.Caveat(scan.Table) is string caveat)
        {
            WriteWarning(caveat);
        }

        if (ofProcesses is not null)
        {
            splits.Add(ofProcesses);
            return splits;
        }

        splits.Add(piped.Split(scan.Table, out int missing));
        ofProcesses = IsSampling && piped.HasProcesses ? splits[^1] : null;
        if (missing > 0)
        {
            WriteNotice(string.Create(CultureInfo.InvariantCulture, $"{missing} of the processes given have ended or have no memory of their own (kernel threads, zombies)."));
        }

        return splits;
    }

    /// <summary>True when files of snapshots, or what was read from one, came through the pipeline.</summary>
    private protected bool HasSnapshots => all.Snapshots.Count > 0 || all.Trees.Any(one => one.Tree is not null);

    /// <summary>True when nothing says how to divide the processes.</summary>
    private protected bool IsWhole => piped.IsEmpty && Splits().Count == 0;

    /// <inheritdoc/>
    private protected override List<Split> Splits() => Name is null
        ? base.Splits()
        : [new NameSplit(Name.Select(name => new NameFilter(name, new WildcardName(name, ignoresCase: true).IsMatch))), .. base.Splits()];
}
