using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells where all memory of the machine is.</para>
/// <para type="description">Parts that add up to MemTotal exactly: free, anonymous, cache, shared memory by who has it, huge pages, the kernel's own. Each says what it rests on, and which command tells more.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemMachine", HelpUri = OnlineHelp.Pages + "Get-MemMachine.md")]
[OutputType(typeof(MemPart))]
public sealed class GetMemMachineCommand : SnapshotsCommand
{
    /// <summary>Read the kernel's counters alone, and no process.</summary>
    [Parameter(HelpMessage = "Reads the kernel's counters alone, and no process.")]
    public SwitchParameter SkipScan { get; set; }

    /// <summary>Threads that read; all processors when not given.</summary>
    [Parameter(HelpMessage = "Threads that read. Default: all processors.")]
    [Alias("t")]
    [ValidateNotNull]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int? ThrottleLimit { get; set; }

    /// <summary>Emits the parts.</summary>
    private protected override void Report(PipedChoice choice)
    {
        var options = new MachineOptions
        {
            ProcRoot = ResolvedProcRoot(),
            SkipScan = SkipScan,
            Threads = ThrottleLimit,
            Cancellation = Stopped,
        };
        MachineResult result = Call(
            "Looking where memory is",
            () => MachineReport.Read(options),
            found => string.Create(CultureInfo.InvariantCulture, $"Found {found.Parts.Count} parts"));
        foreach (string warning in result.Scan is ScanResult scan ? ScanNotices.Warnings(scan) : result.Warnings)
        {
            WriteWarning(warning);
        }

        foreach (string notice in result.Notices)
        {
            WriteNotice(notice);
        }

        WriteObject(result.Parts, enumerateCollection: true);
    }
}
