using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of cmdlets that divide processes into groups: the splits, and what comes through the pipeline.</summary>
public abstract class SplitCommand : ScanCommand
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

    /// <summary>A group for each effective user.</summary>
    [Parameter(HelpMessage = "A group for each effective user.")]
    [Alias("u")]
    public SwitchParameter SplitUid { get; set; }

    /// <summary>A report for each of these environment variables, with a group for each of its values.</summary>
    [Parameter(HelpMessage = "A report for each of these environment variables, with a group for each value.")]
    [Alias("e")]
    [AllowEmptyString]
    [ValidateCount(1, int.MaxValue)]
    [ValidateVariableName]
    [ArgumentCompleter(typeof(EnvironmentVariableCompleter))]
    public string[]? SplitEnv { get; set; }

    /// <summary>The processes with these ids against all others.</summary>
    [Parameter(HelpMessage = "The processes with these ids against all others.")]
    [Alias("p")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? SplitPid { get; set; }

    /// <summary>
    /// Reports of filters, tried in order; the first that matches takes the process, the rest is the group
    /// Other. Each value is a report: a string of filters with commas between them, a scriptblock, or a
    /// dictionary of names and filters.
    /// </summary>
    [Parameter(HelpMessage = "Reports of filters: 'comm(sshd),uid(1001)', a scriptblock, or a dictionary of names and filters.")]
    [Alias("c")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object[]? SplitCustom { get; set; }

    /// <summary>
    /// A report for each of these: the name of a property of processes, or a scriptblock that returns the key of a
    /// process.
    /// </summary>
    [Parameter(HelpMessage = "A report for each: the name of a property of processes, or a scriptblock that returns the key.")]
    [ValidateNotNullOrEmpty]
    [ValidateProcessProperty]
    [ArgumentCompleter(typeof(ProcessPropertyCompleter))]
    public object[]? SplitBy { get; set; }

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
            piped = input;
            piped.NameOfProcesses = GroupName;
            (given, ofProcesses) = (null, null);
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

    /// <summary>True when files of snapshots came through the pipeline.</summary>
    private protected bool HasSnapshots => all.Snapshots.Count > 0;

    /// <summary>True when nothing says how to divide the processes.</summary>
    private protected bool IsWhole => piped.IsEmpty && Splits().Count == 0;

    private List<Split> Splits()
    {
        var splits = new List<Split>();
        if (Name is not null)
        {
            splits.Add(new NameSplit(Name.Select(name => new NameFilter(name, new WildcardName(name, ignoresCase: true).IsMatch))));
        }

        if (SplitUid)
        {
            splits.Add(new UidSplit());
        }

        splits.AddRange((SplitEnv ?? []).Select(variable => new EnvironmentSplit(variable)));
        if (SplitPid is not null)
        {
            splits.Add(new PidSplit(SplitPid));
        }

        splits.AddRange((SplitCustom ?? []).Select(report => new CustomSplit(FilterInput.Report(report))));
        splits.AddRange((SplitBy ?? []).Select(By));
        return splits;
    }

    private static Split By(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        ScriptBlock script => new ScriptBlockSplit(script),
        var name => new PropertySplit(Convert.ToString(name, CultureInfo.InvariantCulture) ?? string.Empty),
    };
}
