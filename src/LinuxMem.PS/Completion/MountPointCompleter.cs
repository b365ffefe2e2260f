using System.Management.Automation;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the mount points of tmpfs.</summary>
public sealed class MountPointCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from mountPoint in TmpfsTable.MountPoints(root).Distinct(StringComparer.Ordinal)
        where word.Begins(mountPoint)
        select Value(word, mountPoint, mountPoint, $"tmpfs at {mountPoint}");
}
