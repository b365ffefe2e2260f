using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how much memory groups of processes use, every physical page counted once per group.</para>
/// <para type="description">Each way to divide the processes is a report; all reports come from one scan. Without any, there is one group, All.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemGroup", HelpUri = OnlineHelp.Pages + "Get-MemGroup.md")]
[OutputType(typeof(MemGroup))]
public sealed class GetMemGroupCommand : ScanCommand
{
    private readonly PipedInput piped = new();

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

    /// <summary>
    /// An additional row for every report, <c>Total</c>: all processes scanned, every page once. It is not the sum of
    /// the column, because groups share pages; <c>IsTotal</c> marks it.
    /// </summary>
    [Parameter(HelpMessage = "Adds a row Total to every report: all processes scanned, every page once.")]
    public SwitchParameter Total { get; set; }

    /// <summary>Collects the pipeline input.</summary>
    protected override void ProcessRecord()
    {
        Collect(nameof(InputObject), InputObject, piped.Add);
    }

    /// <summary>Scans once and emits the groups, report by report.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        bool isWhole = piped.IsEmpty && Splits().Count == 0;
        if (isWhole && IsRefused)
        {
            // What was refused, which was told, must not mean all processes.
            return;
        }

        if (isWhole && piped.Snapshots.Count == 0 && MyInvocation.ExpectingInput)
        {
            // In "Get-Process nosuch | Get-MemGroup", nor must no process.
            WriteWarning("Nothing came through the pipeline: there is nothing to report. Get-Process does not find programs by name that rewrite their arguments, such as nginx; 'Get-MemGroup nginx' does.");
            return;
        }

        if (GroupName is not null && !piped.HasProcesses)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "-GroupName names the group of the processes that come through the pipeline, and none did. To name groups of filters, give a dictionary: -SplitCustom @{ web = 'comm(nginx)' }.", GroupName);
        }

        piped.NameOfProcesses = GroupName;
        ReadEach(piped.Snapshots, Report);
    });

    private void Report()
    {
        List<Split> splits = Splits();
        if (splits.Count == 0 && piped.IsEmpty)
        {
            splits.Add(new WholeSplit());
        }

        IReadOnlyList<MemReport> reports = Scan((scan, processes) =>
        {
            Prepare(scan, splits);
            ScanResult result = scan.Run(processes, splits);
            return (result.Reports, result);
        }, Total);
        foreach (MemReport report in reports)
        {
            WriteObject(report.Groups, enumerateCollection: true);
            if (report.Total is MemGroup total)
            {
                WriteObject(total);
            }
        }
    }

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

    private void Prepare(MemScan scan, List<Split> splits)
    {
        if (!piped.IsEmpty)
        {
            if (piped.Caveat(scan.Table) is string caveat)
            {
                WriteWarning(caveat);
            }

            splits.Add(piped.Split(scan.Table, out int missing));
            if (missing > 0)
            {
                WriteNotice(string.Create(CultureInfo.InvariantCulture, $"{missing} of the processes given have ended or have no memory of their own (kernel threads, zombies)."));
            }
        }
    }
}
