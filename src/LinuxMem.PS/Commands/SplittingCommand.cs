using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of cmdlets that divide processes into groups: the splits.</summary>
public abstract class SplittingCommand : ScanCommand
{
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

    /// <summary>The splits asked for.</summary>
    private protected virtual List<Split> Splits()
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
}
