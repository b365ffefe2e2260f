using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.MemGroups;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how much memory groups of processes use, every physical page counted once per group.</para>
/// <para type="description">Each way to divide the processes is a report; all reports come from one scan. Without any, there is one group, All.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemGroup")]
[OutputType(typeof(MemGroup))]
public sealed class GetMemGroupCommand : ScanCommand
{
    private readonly PipedProcesses piped = new();

    /// <summary>A group for each effective user.</summary>
    [Parameter]
    public SwitchParameter SplitUid { get; set; }

    /// <summary>A report for each of these environment variables, with a group for each of its values.</summary>
    [Parameter]
    [AllowEmptyString]
    [ValidateCount(1, int.MaxValue)]
    public string[]? SplitEnv { get; set; }

    /// <summary>The processes with these ids against all others.</summary>
    [Parameter]
    public int[]? SplitPid { get; set; }

    /// <summary>Processes, as Get-Process gives them, against all others.</summary>
    [Parameter(ValueFromPipeline = true)]
    public object?[]? InputObject { get; set; }

    /// <summary>Takes what comes through the pipeline.</summary>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            Guard(() =>
            {
                foreach (object? input in InputObject ?? [null])
                {
                    piped.Add(input);
                }
            });
        }
    }

    /// <summary>Scans once and emits the groups, report by report.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        List<Split> splits = Splits();
        if (splits.Count == 0 && piped.IsEmpty)
        {
            if (MyInvocation.ExpectingInput)
            {
                // "Get-Process nosuch | Get-MemGroup" asked about some processes, not about all.
                WriteVerbose("No process came through the pipeline: there is nothing to report.");
                return;
            }

            splits.Add(new WholeSplit());
        }

        ScanResult result = Scan(splits, scan => Prepare(scan, splits));
        foreach (MemReport report in result.Reports)
        {
            WriteObject(report.Groups, enumerateCollection: true);
        }
    });

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

        return splits;
    }

    private void Prepare(MemScan scan, List<Split> splits)
    {
        if (!piped.IsEmpty)
        {
            splits.Add(piped.Split(scan.Table, out int missing));
            if (missing > 0)
            {
                WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{missing} of the processes given have ended or have no memory of their own (kernel threads, zombies)."));
            }
        }
    }
}
