using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the names of control groups that have processes.</summary>
public sealed class CgroupCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from one in CgroupReport.Read(new CgroupOptions { ProcRoot = root.Path, SkipScan = true, Cancellation = stop }).Groups
        where one.Name.Length <= MaxLength && word.Begins(one.Name)
        select Value(word, one.Name, one.Name, $"{Count(one.Procs, "process", "processes")}, {one.Path}");
}
