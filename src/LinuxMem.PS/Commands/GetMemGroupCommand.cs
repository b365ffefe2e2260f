using System.Globalization;
using System.Management.Automation;
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
    private bool isRefused;

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
    /// Filters (strings, scriptblocks, dictionaries): the groups of one report, in the order they come. Or
    /// processes, as Get-Process gives them: one group against all others.
    /// </summary>
    [Parameter(ValueFromPipeline = true, HelpMessage = "Filters, the groups of one report; or processes, one group against all others.")]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object?[]? InputObject { get; set; }

    /// <summary>
    /// An additional row for every report, <c>Total</c>: all processes scanned, every page once. It is not the sum of
    /// the column, because groups share pages; <c>IsTotal</c> marks it.
    /// </summary>
    [Parameter(HelpMessage = "Adds a row Total to every report: all processes scanned, every page once.")]
    public SwitchParameter Total { get; set; }

    /// <summary>Collects the pipeline input.</summary>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            foreach (object? input in InputObject ?? [null])
            {
                Add(input);
            }
        }
    }

    /// <summary>Scans once and emits the groups, report by report.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        List<Split> splits = Splits();
        if (splits.Count == 0 && piped.IsEmpty)
        {
            if (isRefused)
            {
                // Nor must what was refused, which was told.
                return;
            }

            if (MyInvocation.ExpectingInput)
            {
                // In "Get-Process nosuch | Get-MemGroup", no process must not mean all processes.
                WriteNotice("No process came through the pipeline: there is nothing to report.");
                return;
            }

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
    });

    /// <summary>Adds one object; one that is refused is an error of its own, and the others count.</summary>
    private void Add(object? input)
    {
        try
        {
            piped.Add(input);
        }
        catch (LinuxMemException e)
        {
            isRefused = true;
            WriteError(ScanErrorRecord.From(e));
        }
    }

    private List<Split> Splits()
    {
        var splits = new List<Split>();
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
            splits.Add(piped.Split(scan.Table, out int missing));
            if (missing > 0)
            {
                WriteNotice(string.Create(CultureInfo.InvariantCulture, $"{missing} of the processes given have ended or have no memory of their own (kernel threads, zombies)."));
            }
        }
    }
}
