using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells where all memory of the machine is.</para>
/// <para type="description">Parts that add up to MemTotal exactly: free, anonymous, cache, shared memory by who has it, huge pages, the kernel's own. Each says what it rests on, and which command tells more.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemMachine", HelpUri = OnlineHelp.Pages + "Get-MemMachine.md")]
[OutputType(typeof(MemPart))]
public sealed class GetMemMachineCommand : ReportCommand
{
    /// <summary>Read the kernel's counters alone, and no process.</summary>
    [Parameter(HelpMessage = "Reads the kernel's counters alone, and no process.")]
    public SwitchParameter SkipScan { get; set; }

    /// <summary>Emits the parts.</summary>
    private protected override void Report(PipedChoice choice) => WriteObject(
        Read("Looking where memory is", new MachineOptions { SkipScan = SkipScan }, MachineReport.Read, found => (found.Parts.Count, "parts"), ScanNotices.FromFigures).Parts,
        enumerateCollection: true);
}
