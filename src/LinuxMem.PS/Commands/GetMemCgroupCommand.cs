using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists control groups: what they hold beside what is charged to them.</para>
/// <para type="description">By unit, container or pod: our count of the processes, the charge with what it is made of, the limit that binds and how near it is, processes killed, pressure. Both versions of the memory controller.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemCgroup", HelpUri = OnlineHelp.Pages + "Get-MemCgroup.md")]
[OutputType(typeof(MemCgroup))]
public sealed class GetMemCgroupCommand : ReportCommand
{
    /// <summary>Only control groups with these names or paths; * and ? stand for any characters.</summary>
    [Parameter(Position = 0, HelpMessage = "Only control groups with these names or paths; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Read the kernel's charges alone, and no page map.</summary>
    [Parameter(HelpMessage = "Reads the kernel's charges alone, and no page map.")]
    public SwitchParameter SkipScan { get; set; }

    private protected override string[] Chosen => [nameof(MemCgroup.Path)];

    private protected override string ChosenWords => "names of control groups, and objects with a Path";

    /// <summary>Emits the control groups, largest charge first.</summary>
    private protected override void Report(PipedChoice choice)
    {
        CgroupResult result = Read("Looking at control groups", new CgroupOptions { SkipScan = SkipScan }, CgroupReport.Read, found => (found.Groups.Count, "control groups"), ScanNotices.FromCgroups);
        WriteNamed(result.Groups, Names(Name, choice), one => [one.Name, one.Path], LinuxMemError.CgroupNotFound, ScanNotices.NoCgroup);
    }
}
