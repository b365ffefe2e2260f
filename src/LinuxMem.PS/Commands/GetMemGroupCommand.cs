using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Threads;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how much memory groups of processes use, every physical page counted once per group.</para>
/// <para type="description">Each way to divide the processes is a report; all reports come from one scan. Without any, there is one group, All.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemGroup", HelpUri = OnlineHelp.Pages + "Get-MemGroup.md")]
[OutputType(typeof(MemGroup))]
public sealed class GetMemGroupCommand : SplitCommand
{
    /// <summary>The shortest and the longest interval between two samples, in seconds.</summary>
    internal const double Shortest = 0.01;
    internal const double Longest = 24 * 86400.0;

    /// <summary>
    /// An additional row for every report, <c>Total</c>: all processes scanned, every page once. It is not the sum of
    /// the column, because groups share pages; <c>IsTotal</c> marks it.
    /// </summary>
    [Parameter(HelpMessage = "Adds a row Total to every report: all processes scanned, every page once.")]
    public SwitchParameter Total { get; set; }

    /// <summary>The seconds from the beginning of one sample to that of the next; 1 when not given.</summary>
    [Parameter(HelpMessage = "Seconds from one sample to the next. Default: 1.")]
    [ValidateNotNull]
    [ValidateRange(Shortest, Longest)]
    public double? SampleInterval { get; set; }

    /// <summary>How many samples are taken; 1 when not given.</summary>
    [Parameter(HelpMessage = "How many samples to take. Default: 1.")]
    [ValidateNotNull]
    [ValidateRange(1, long.MaxValue)]
    public long? MaxSamples { get; set; }

    /// <summary>Samples are taken until Ctrl+C.</summary>
    [Parameter(HelpMessage = "Takes samples until Ctrl+C.")]
    public SwitchParameter Continuous { get; set; }

    /// <inheritdoc/>
    private protected override bool IsSampling => Continuous || SampleInterval is not null || MaxSamples is not null;

    /// <inheritdoc/>
    private protected override bool IsSample => IsSampling || HasSnapshots;

    /// <summary>Scans, once or for each sample, and emits the groups, report by report.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        if (Continuous && MaxSamples is not null)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "-Continuous takes samples until Ctrl+C, and -MaxSamples says how many. Give one of them.", MaxSamples);
        }

        if (IsSampling && HasSnapshots)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "A snapshot stays as it is, so -SampleInterval, -MaxSamples and -Continuous make no sense with it. Each snapshot is one sample: leave them out.", null);
        }

        ReadEach(IsSampling ? Sample : Report);
    });

    private void Sample()
    {
        var beat = new Beat(TimeSpan.FromSeconds(SampleInterval ?? 1));
        for (long left = Continuous ? long.MaxValue : MaxSamples ?? 1; ; beat.Wait(Stopped))
        {
            Report();
            if (--left == 0)
            {
                return;
            }
        }
    }

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
