using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists the pools of huge pages: who has them, and what databases need.</para>
/// <para type="description">Each size, and each NUMA node where there are several: total, free, reserved, surplus and used pages; what segments, other shared memory and private mappings have of them; what lies idle; and the pages that the shared memory of Oracle and PostgreSQL needs by the methods of their documentation.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "HugePage", HelpUri = OnlineHelp.Pages + "Get-HugePage.md")]
[OutputType(typeof(HugePagePool))]
public sealed class GetHugePageCommand : ReportCommand
{
    /// <summary>Emits the pools by size.</summary>
    private protected override void Report(PipedChoice choice) => WriteObject(
        Read("Looking at huge pages", new HugePageOptions(), HugePageReport.Read, found => (found.Pools.Count, "pools"), ScanNotices.FromFigures).Pools,
        enumerateCollection: true);
}
