using System.Management.Automation;
using LinuxMem.Engine.Reports;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how much memory groups of processes use, every physical page counted once per group.</para>
/// <para type="description">Each way to divide the processes is a report; all reports come from one scan. Without any, there is one group, All.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemGroup", HelpUri = OnlineHelp.Pages + "Get-MemGroup.md")]
[OutputType(typeof(MemGroup))]
public sealed class GetMemGroupCommand : SplitCommand
{
    /// <summary>
    /// An additional row for every report, <c>Total</c>: all processes scanned, every page once. It is not the sum of
    /// the column, because groups share pages; <c>IsTotal</c> marks it.
    /// </summary>
    [Parameter(HelpMessage = "Adds a row Total to every report: all processes scanned, every page once.")]
    public SwitchParameter Total { get; set; }

    /// <summary>Scans once and emits the groups, report by report.</summary>
    protected override void EndProcessing() => Guard(() => ReadEach(Report));

    private void Report()
    {
        IReadOnlyList<MemReport> reports = Scan((scan, processes) =>
        {
            ScanResult result = scan.Run(processes, Splits(scan));
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
}
