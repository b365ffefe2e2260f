using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Threads;
using LinuxMem.Engine.Watching;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Shows the memory of groups of processes live, with what has changed.</para>
/// <para type="description">The groups are those of Get-MemGroup. Where there is no terminal to draw on, samples come out as objects.</para>
/// </summary>
[Cmdlet(VerbsCommon.Watch, "MemGroup", HelpUri = OnlineHelp.Pages + "Watch-MemGroup.md")]
[OutputType(typeof(MemGroup))]
public sealed class WatchMemGroupCommand : SplitCommand
{
    /// <summary>The seconds between two looks when not given.</summary>
    private const double UsualInterval = 2;

    private bool hasLooked;

    /// <summary>The seconds from the beginning of one look to that of the next; 2 when not given.</summary>
    [Parameter(HelpMessage = "Seconds from one look to the next. Default: 2.")]
    [ValidateNotNull]
    [ValidateRange(GetMemGroupCommand.Shortest, GetMemGroupCommand.Longest)]
    public double? Interval { get; set; }

    /// <summary>How many groups are shown; what has room when not given.</summary>
    [Parameter(HelpMessage = "Only so many groups, the first by the order chosen. Default: what has room.")]
    [ValidateNotNull]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int? Top { get; set; }

    /// <inheritdoc/>
    private protected override bool IsSampling => true;

    /// <summary>True where this session shows what it writes on a terminal of its own, and nothing behind takes it.</summary>
    private bool CanDraw =>
        Host.Name == "ConsoleHost" && MyInvocation.PipelinePosition == MyInvocation.PipelineLength && WatchSession.CanDraw;

    /// <summary>Watches until a key or Ctrl+C.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        if (HasSnapshots)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "A snapshot stays as it is: there is nothing to watch. Get-MemGroup shows it, and Compare-MemGroup tells what changed between two.", null);
        }

        ReadEach(CanDraw ? Watch : Emit);
    });

    private void Watch()
    {
        using Stream output = Console.OpenStandardOutput();
        var session = new WatchSession(TimeSpan.FromSeconds(Interval ?? UsualInterval), Top, Look, output);
        HeldBack = [];
        hasLooked = false;
        try
        {
            session.Run(Stopped);
        }
        finally
        {
            HeldBack = null;
        }
    }

    private WatchLook Look(WatchRequest? request, CancellationToken cancellation)
    {
        HeldBack!.Clear();
        return Scan(
            (scan, processes) =>
            {
                WatchLook look = WatchLook.At(scan, processes, Splits(scan), request, result => [.. HeldBack, .. result.Missing.Select(missing => missing.Message), .. ScanNotices.Warnings(result)], out ScanResult of, isFirst: !hasLooked);
                hasLooked = true;
                return (look, of);
            },
            cancellation: cancellation);
    }

    /// <summary>Plain samples, of each report the first groups.</summary>
    private void Emit()
    {
        var beat = new Beat(TimeSpan.FromSeconds(Interval ?? UsualInterval));
        while (true)
        {
            IReadOnlyList<MemReport> reports = Scan((scan, processes) =>
            {
                ScanResult result = scan.Run(processes, Splits(scan));
                return (result.Reports, result);
            });
            WriteObject(reports.SelectMany(report => report.Groups.Take(Top ?? int.MaxValue)), enumerateCollection: true);
            beat.Wait(Stopped);
        }
    }
}
