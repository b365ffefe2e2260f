using System.Management.Automation;
using LinuxMem.Engine.Reports;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells what groups of processes share: each with anyone, and each two of them.</para>
/// <para type="description">The groups are those of Get-MemGroup. All reports come from one scan.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemSharing", HelpUri = OnlineHelp.Pages + "Get-MemSharing.md")]
[OutputType(typeof(MemSharing))]
public sealed class GetMemSharingCommand : SplitCommand
{
    /// <summary>Scans once and emits what groups share, report by report.</summary>
    protected override void EndProcessing() => Guard(() => ReadEach(Report));

    private void Report()
    {
        if (IsWhole)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "Get-MemSharing needs groups to compare. Give names of programs, a split such as -SplitUid, or groups through the pipeline.", null);
        }

        SharingResult shared = Scan((scan, processes) =>
        {
            SharingResult result = scan.Share(processes, Splits(scan));
            return (result, result.Scan);
        });
        foreach ((_, IReadOnlyList<MemSharing> lines) in shared.Reports)
        {
            WriteObject(lines, enumerateCollection: true);
        }
    }
}
